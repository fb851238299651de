import type { ReactNode } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Flag } from 'lucide-react';
import type { ChannelMessage, PostToChannel, TeamView } from '@maestro/protocol';
import { post, queries, remove } from '../../api/index.js';
import { Age, Button, Callout } from '../../ui/index.js';

/** The directives that stand: every agent of the team follows them until they are taken back. */
export function Steering({ team, mayManage }: { readonly team: TeamView; readonly mayManage: boolean }): ReactNode {
  const { clearing, restoring } = useSteering(team);
  const { steering } = team;
  const taken = clearing.isSuccess && restoring.isIdle && steering.length === 0 ? clearing.data : [];
  const error = clearing.error ?? restoring.error;
  return (
    <section aria-labelledby="steering" className="flex flex-col gap-1 border-b border-border px-4 py-3">
      <div className="flex min-h-8 items-center gap-2">
        <Flag aria-hidden className={`size-3.5 ${steering.length > 0 ? 'text-accent' : 'text-muted'}`} strokeWidth={1.75} />
        <h3 id="steering" className="flex-1 text-small text-muted">
          {steering.length} steering
        </h3>
        {mayManage && team.open && steering.length > 0 && (
          <Button kind="ghost" className="max-md:h-11" disabled={clearing.isPending} onClick={() => clearing.mutate()}>
            Take back all
          </Button>
        )}
      </div>
      {steering.length === 0 ? (
        <p className="text-small text-muted">{team.open ? 'No directive stands. One that you add below holds for every agent of the team, and for every task, until you take it back.' : 'No directive stands.'}</p>
      ) : (
        <ul className="flex flex-col gap-1">
          {steering.map(({ seq, text, author, at }) => (
            <li key={seq} className="appear flex gap-3 border-l-2 border-accent pl-3">
              <span className="min-w-0 flex-1 break-words whitespace-pre-line">{text}</span>
              <span className="shrink-0 text-small text-muted">
                {author.name} · <Age at={at} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {taken.length > 0 && team.open && (
        <p role="status" className="flex flex-wrap items-center gap-2">
          {taken.length === 1 ? 'The directive is' : `${taken.length} directives are`} taken back. What runs has read {taken.length === 1 ? 'it' : 'them'}; what starts from now on does not.
          <Button onClick={() => restoring.mutate(taken)}>Give {taken.length === 1 ? 'it' : 'them'} again</Button>
        </p>
      )}
      {error !== null && (
        <Callout kind="problem" urgent>
          <p>{error.message}</p>
        </Callout>
      )}
    </section>
  );
}

/** Taking back every directive, at once on the screen; and giving them again, for who did not mean it. */
function useSteering(team: TeamView) {
  const client = useQueryClient();
  const key = queries.teams(team.projectId).queryKey;
  const restoring = useMutation({
    mutationFn: async (directives: readonly ChannelMessage[]) => {
      // One after another: their order is theirs.
      for (const { text } of directives) await post(`/teams/${team.id}/messages`, { kind: 'steering', text } satisfies PostToChannel);
    },
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
  const clearing = useMutation({
    mutationFn: async () => {
      const standing = team.steering;
      await remove(`/teams/${team.id}/steering`);
      return standing;
    },
    onMutate: () => {
      restoring.reset();
      const before = client.getQueryData(key);
      client.setQueryData(key, (teams) => teams?.map((each) => (each.id === team.id ? { ...each, steering: [] } : each)));
      return before;
    },
    onError: (_, __, before) => client.setQueryData(key, before),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
  return { clearing, restoring };
}
