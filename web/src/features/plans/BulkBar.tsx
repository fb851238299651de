import { useState } from 'react';
import type { ReactNode } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { MembershipView, TaskView } from '@maestro/protocol';
import { post } from '../../api/index.js';
import { ACTION_WORDS, actionsOf, requestOf } from '../tasks/index.js';
import type { TaskAction } from '../tasks/index.js';
import { Button, Callout, Dialog, DialogActions, Sentence, counted } from '../../ui/index.js';
import { useShortcuts } from '../../platform/shortcuts.js';

interface BulkBarProps {
  readonly tasks: readonly TaskView[];
  readonly membership: MembershipView;
  readonly onClear: () => void;
}

/** What several tasks can be told at once: only what needs nothing said for each. */
const TOGETHER: readonly TaskAction[] = ['start', 'retry', 'stop', 'cancel'];

/** What can be done with all the tasks that are selected. */
export function BulkBar({ tasks, membership, onClear }: BulkBarProps): ReactNode {
  const [asked, setAsked] = useState<TaskAction | undefined>();
  useShortcuts('Selection', [{ keys: 'Escape', says: 'Select nothing', run: () => tasks.length > 0 && (onClear(), true) }]);
  if (tasks.length === 0) return null;
  const actions = TOGETHER.filter((action) => tasks.every((task) => actionsOf(task, membership).includes(action)));
  return (
    <div role="region" aria-label="Selected tasks" className="appear sticky bottom-4 z-20 mx-auto flex w-fit max-w-full flex-wrap items-center gap-2 rounded-control border border-outline bg-surface px-3 py-2">
      <span aria-live="polite" className="px-1 tabular-nums">
        {counted(tasks.length, 'task')} selected
      </span>
      {actions.map((action) => (
        <Button key={action} kind={ACTION_WORDS[action].isHard === true ? 'danger' : 'plain'} onClick={() => setAsked(action)}>
          {action === 'cancel' ? 'Cancel them' : ACTION_WORDS[action].name}…
        </Button>
      ))}
      {actions.length === 0 && <span className="text-muted">They have no action in common</span>}
      <Button kind="ghost" onClick={onClear}>
        Clear
      </Button>
      {asked !== undefined && <BulkDialog action={asked} tasks={tasks} onDone={onClear} onClose={() => setAsked(undefined)} />}
    </div>
  );
}

const LEADS: Partial<Readonly<Record<TaskAction, string>>> = {
  start: 'They go before others, wherever it suits each best, as soon as machines have free slots.',
  retry: 'Each gets one more round, on the work that is there.',
  stop: 'Their agents are stopped. Their lanes are kept with everything written so far, and they wait under Blocked until somebody starts them.',
  cancel: 'Agents at work on them are stopped, and nothing of them is merged. What was written, committed or not, is kept on its machine as a snapshot under `refs/maestro/snapshots`. Tasks that wait for them are blocked until you decide about each.',
};

interface BulkDialogProps {
  readonly action: TaskAction;
  readonly tasks: readonly TaskView[];
  readonly onDone: () => void;
  readonly onClose: () => void;
}

function BulkDialog({ action, tasks, onDone, onClose }: BulkDialogProps): ReactNode {
  const client = useQueryClient();
  const acting = useMutation({
    // One after another: each is a decision of its own, and the sentence of one that is refused names it.
    mutationFn: async () => {
      const refused: string[] = [];
      for (const task of tasks) {
        const { path, body } = requestOf(action, task, {});
        await post(path, body).catch((error: unknown) => refused.push(`${task.key}: ${error instanceof Error ? error.message : String(error)}`));
      }
      return refused;
    },
    onSuccess: (refused) => {
      if (refused.length > 0) return;
      onClose();
      onDone();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['plan'] }),
  });
  const { name, isHard = false } = ACTION_WORDS[action];
  const does = action === 'cancel' ? `Cancel ${counted(tasks.length, 'task')}` : `${name} ${counted(tasks.length, 'task')}`;
  return (
    <Dialog title={`${does}?`} lead={<Sentence text={LEADS[action] ?? ''} />} onClose={onClose}>
      <p className="font-mono text-small text-muted">{tasks.map(({ key }) => key).join(', ')}</p>
      {acting.data !== undefined && acting.data.length > 0 && (
        <Callout kind="problem" urgent>
          {acting.data.map((sentence) => (
            <p key={sentence}>
              <Sentence text={sentence} />
            </p>
          ))}
        </Callout>
      )}
      <DialogActions>
        <Button onClick={onClose}>Leave them</Button>
        <Button kind={isHard ? 'danger' : 'primary'} disabled={acting.isPending} onClick={() => acting.mutate()}>
          {does}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
