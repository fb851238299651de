import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { mayDo } from '@maestro/protocol';
import type { CommentTask, CommentView, MembershipView, TaskView } from '@maestro/protocol';
import { post, queries } from '../../api/index.js';
import { Link } from '../../platform/router.js';
import { Age, Button, Callout, Failure, Markdown, Sentence, SkeletonRows, StatusIcon, TextArea } from '../../ui/index.js';
import { activityOf } from './domain/activity.js';
import type { ActivityLine } from './domain/activity.js';
import { TASK_LOOKS } from './looks.js';

/** What happened to the task, oldest first, and a place to say something about it. */
export function TaskActivity({ task, membership }: { readonly task: TaskView; readonly membership: MembershipView }): ReactNode {
  const events = useQuery(queries.taskEvents(task.id));
  const members = useQuery(queries.members(membership.workspaceId));
  if (events.data === undefined) return events.error === null ? <SkeletonRows rows={5} label="The activity is being loaded" /> : <Failure error={events.error} onRetry={events.refetch} />;
  const lines = activityOf(events.data, (id) => members.data?.find((member) => member.id === id)?.name);
  return (
    <div className="flex flex-col gap-4">
      <ol className="flex flex-col gap-3">
        {lines.map((line) => (
          <li key={line.id}>{line.kind === 'comment' ? <Comment line={line} /> : <Fact line={line} />}</li>
        ))}
      </ol>
      {mayDo(membership.roles, 'task.comment') && <CommentBox task={task} />}
    </div>
  );
}

function Fact({ line }: { readonly line: Extract<ActivityLine, { kind: 'fact' }> }): ReactNode {
  return (
    <div className="flex items-start gap-2.5">
      <span className="flex h-5 w-3.5 shrink-0 items-center justify-center">{line.status === undefined ? <span aria-hidden className="size-1 rounded-round bg-quiet" /> : <StatusIcon look={TASK_LOOKS[line.status]} />}</span>
      <div className="min-w-0 flex-1">
        <p className={line.status === undefined ? 'text-muted' : ''}>
          {line.runId === undefined ? (
            line.text
          ) : (
            <Link href={`/runs/${line.runId}`} className="hover:underline">
              {line.text}
            </Link>
          )}
        </p>
        {line.more !== undefined && (
          <p className="max-w-[75ch] break-words whitespace-pre-line text-muted">
            <Sentence text={line.more} />
          </p>
        )}
      </div>
      <Age at={line.at} className="shrink-0 text-small leading-5 text-muted" />
    </div>
  );
}

function Comment({ line }: { readonly line: Extract<ActivityLine, { kind: 'comment' }> }): ReactNode {
  return (
    <div className="flex flex-col gap-1.5 rounded-control border border-border px-3 py-2">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-strong">{line.who}</span>
        {line.forAgent && <span className="text-small text-muted">for the agent</span>}
        <Age at={line.at} className="ml-auto text-small text-muted" />
      </p>
      <Markdown text={line.text} />
    </div>
  );
}

function CommentBox({ task }: { readonly task: TaskView }): ReactNode {
  const client = useQueryClient();
  const [text, setText] = useState('');
  const [forAgent, setForAgent] = useState(false);
  const commenting = useMutation({
    mutationFn: (comment: CommentTask) => post<readonly CommentView[]>(`/tasks/${task.id}/comments`, comment),
    onSuccess: () => setText(''),
    onSettled: () => client.invalidateQueries({ queryKey: queries.task(task.id).queryKey }),
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (text.trim() !== '') commenting.mutate({ text: text.trim(), forAgent });
  };
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-2">
      <TextArea
        label="Comment"
        labelHidden
        placeholder="Comment… (Ctrl Enter sends)"
        value={text}
        maxLength={20_000}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
        }}
      />
      {commenting.error !== null && (
        <Callout kind="problem" urgent>
          <p>{commenting.error.message}</p>
        </Callout>
      )}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <label className="flex min-h-8 items-center gap-2 max-md:min-h-11">
          <input type="checkbox" checked={forAgent} onChange={(event) => setForAgent(event.target.checked)} className="size-4 accent-accent" />
          For the agent
          <span className="text-small text-muted">goes into its next prompt</span>
        </label>
        <Button type="submit" className="ml-auto max-md:h-11" disabled={commenting.isPending || text.trim() === ''}>
          Comment
        </Button>
      </div>
    </form>
  );
}
