import { useState } from 'react';
import type { ReactNode } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Pause } from 'lucide-react';
import type { MembershipView, PauseDispatch, PauseScope, PauseView } from '@maestro/protocol';
import { post } from '../../api/index.js';
import { Button, Callout, Dialog, DialogActions, Sentence, TextField } from '../../ui/index.js';
import { mayPause, pauseOf, pausePath } from './domain/pauses.js';
import { usePauses } from './use-pauses.js';

interface PauseButtonProps {
  readonly scope: PauseScope;
  readonly subject: string;
  /** Of the workspace, project or session. */
  readonly name: string;
  /** Any project under it, where its pause is read. */
  readonly projectId: string;
  readonly membership: MembershipView;
}

/** Pauses something, after saying what that stops. Gone while it is paused: the notice of the pause has the way back. */
export function PauseButton({ scope, subject, name, projectId, membership }: PauseButtonProps): ReactNode {
  const [isAsking, setAsking] = useState(false);
  const isPaused = pauseOf(usePauses(projectId), subject) !== undefined;
  if (isPaused || !mayPause(scope, membership.roles)) return null;
  return (
    <>
      {scope === 'session' ? (
        // One of many in a row: an icon.
        <Button kind="ghost" square className="md:h-6" aria-label={`Pause ${name}…`} onClick={() => setAsking(true)}>
          <Pause aria-hidden className="size-4" strokeWidth={1.75} />
        </Button>
      ) : (
        <Button className="max-md:h-11" aria-label={`Pause ${name}…`} onClick={() => setAsking(true)}>
          <Pause aria-hidden className="size-4" strokeWidth={1.75} />
          Pause…
        </Button>
      )}
      {isAsking && <PauseDialog scope={scope} subject={subject} name={name} onClose={() => setAsking(false)} />}
    </>
  );
}

const WHERE: Readonly<Record<PauseScope, string>> = { workspace: 'in any project of the workspace', project: 'in any plan of the project', session: 'on this machine for this project' };

function PauseDialog({ scope, subject, name, onClose }: Pick<PauseButtonProps, 'scope' | 'subject' | 'name'> & { readonly onClose: () => void }): ReactNode {
  const client = useQueryClient();
  const [why, setWhy] = useState('');
  const pausing = useMutation({
    mutationFn: () => post<PauseView>(pausePath(scope, subject, 'pause'), { why } satisfies PauseDispatch),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['pauses'] });
      onClose();
    },
  });
  return (
    <Dialog title={`Pause ${name}?`} lead={`Nothing new begins ${WHERE[scope]} until somebody resumes it. What agents have taken goes on and counts; what is only offered is taken back.`} onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          pausing.mutate();
        }}
      >
        <TextField label="Why (optional)" hint="Shown to everybody, wherever work waits for it" value={why} maxLength={500} onChange={(event) => setWhy(event.target.value)} />
        {pausing.error !== null && (
          <Callout kind="problem" urgent>
            <p>
              <Sentence text={pausing.error.message} />
            </p>
          </Callout>
        )}
        <DialogActions>
          <Button onClick={onClose}>Let it go on</Button>
          <Button type="submit" kind="primary" disabled={pausing.isPending}>
            {pausing.isPending ? 'Pausing it…' : 'Pause'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
