import { useState } from 'react';
import type { ReactNode } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { mayDo } from '@maestro/protocol';
import type { MembershipView, TeamView } from '@maestro/protocol';
import { post, queries } from '../../api/index.js';
import { Age, Button, Callout, Dialog, DialogActions, Drawer } from '../../ui/index.js';
import { Channel } from './Channel.js';
import { Composer } from './Composer.js';
import { teamStanding } from './domain/team.js';
import { Steering } from './Steering.js';
import type { TeamOfProject } from './use-fleet.js';
import { WorkerList } from './WorkerList.js';

interface TeamDrawerProps {
  readonly of: TeamOfProject;
  readonly membership: MembershipView;
  readonly onClose: () => void;
}

/** A team: its workers, the directives that stand, and everything that is said in its channel. */
export function TeamDrawer({ of: { team, project }, membership, onClose }: TeamDrawerProps): ReactNode {
  const [ending, setEnding] = useState(false);
  const mayManage = mayDo(membership.roles, 'team.manage');
  return (
    <Drawer
      label={`Team ${team.channel}`}
      onClose={onClose}
      head={
        <>
          <h2 className="min-w-0 truncate font-mono text-small font-strong">#{team.channel}</h2>
          <span className="min-w-0 flex-1 truncate text-small text-muted">
            led by {team.lead.name} for {project.name}
          </span>
          {team.open && mayManage && (
            <Button kind="ghost" className="max-md:h-11" onClick={() => setEnding(true)}>
              End the team…
            </Button>
          )}
        </>
      }
    >
      <div className="flex min-h-full flex-col">
        {!team.open && (
          <div className="px-4 pt-4">
            <Callout>
              <p>
                The team is over. {team.closedWhy} {team.closedAt !== null && <Age at={team.closedAt} className="text-muted" />}
              </p>
            </Callout>
          </div>
        )}
        <section aria-labelledby="workers" className="border-b border-border">
          <h3 id="workers" className="px-4 pt-3 pb-1 text-small text-muted">
            Workers
          </h3>
          <WorkerList workers={team.workers} />
        </section>
        <Steering team={team} mayManage={mayManage} />
        <Channel team={team} />
        {team.open && mayManage && <Composer team={team} />}
      </div>
      {ending && <EndDialog team={team} onClose={() => setEnding(false)} />}
    </Drawer>
  );
}

function EndDialog({ team, onClose }: { readonly team: TeamView; readonly onClose: () => void }): ReactNode {
  const client = useQueryClient();
  const ending = useMutation({
    mutationFn: () => post<TeamView>(`/teams/${team.id}/close`),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: queries.teams(team.projectId).queryKey });
      onClose();
    },
  });
  const { working, idle, silent, starting } = teamStanding(team.workers);
  const living = working + idle + silent + starting;
  const atWork = team.workers.flatMap(({ run }) => (run?.taskKey == null ? [] : [run.taskKey]));
  return (
    <Dialog
      title={`End #${team.channel}?`}
      lead={`${living} ${living === 1 ? 'worker ends' : 'workers end'}.${atWork.length === 0 ? ' None of them is at a task.' : ` What they have of ${atWork.join(', ')} is saved in its lane first, and other machines go on with it.`} The lead stays connected, and what was said can still be read.`}
      onClose={onClose}
    >
      {ending.error !== null && (
        <Callout kind="problem" urgent>
          <p>{ending.error.message}</p>
        </Callout>
      )}
      <DialogActions>
        <Button onClick={onClose}>Keep it</Button>
        <Button kind="danger" disabled={ending.isPending} onClick={() => ending.mutate()}>
          {ending.isPending ? 'Ending…' : 'End the team'}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
