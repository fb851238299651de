import type { ReactNode } from 'react';
import { Flag, MessagesSquare } from 'lucide-react';
import { Link, addressWith } from '../../platform/router.js';
import { CommandLine, StatusIcon } from '../../ui/index.js';
import { isTalkedOut, teamsInOrder } from './domain/team.js';
import { Folded } from './Folded.js';
import type { TeamOfProject } from './use-fleet.js';
import { WorkerList } from './WorkerList.js';

interface TeamListProps {
  readonly teams: readonly TeamOfProject[];
}

/** The teams that are at it, each with its workers; those that are over, folded. */
export function TeamList({ teams }: TeamListProps): ReactNode {
  const inOrder = teamsInOrder(teams.map(({ team, project }) => ({ ...team, of: { team, project } })));
  const open = inOrder.filter((team) => team.open);
  const over = inOrder.filter((team) => !team.open);
  return (
    <section aria-labelledby="teams" className="flex flex-col gap-3">
      <h2 id="teams" className="flex items-center gap-2 font-strong">
        Teams
        {open.length > 0 && <span className="font-normal text-muted tabular-nums">{open.length}</span>}
      </h2>
      {open.length === 0 && (
        <div className="flex max-w-[68ch] flex-col gap-3">
          <p className="text-muted">No team is at work. A team is one machine that starts several workers, each with its own job; they work side by side and talk in a channel. On a machine that is signed in:</p>
          <CommandLine command="maestro team --dev 2 --review 1" />
        </div>
      )}
      {open.map(({ of }) => (
        <TeamCard key={of.team.id} of={of} />
      ))}
      {over.length > 0 && (
        <Folded title="Over" count={over.length}>
          <ul className="divide-y divide-border rounded-control border border-border">
            {over.map(({ of: { team, project } }) => (
              <li key={team.id}>
                <Link href={addressWith({ team: team.id })} className="flex min-h-9 flex-wrap items-center gap-x-3 px-4 py-1.5 -outline-offset-2 hover:bg-raised/70 max-md:min-h-11">
                  <span className="font-mono text-small">#{team.channel}</span>
                  <span className="text-small text-muted">
                    {project.key} · {team.lead.name}
                  </span>
                  <span className="min-w-0 flex-1 text-small text-muted md:truncate">{team.closedWhy}</span>
                </Link>
              </li>
            ))}
          </ul>
        </Folded>
      )}
    </section>
  );
}

function TeamCard({ of: { team, project } }: { readonly of: TeamOfProject }): ReactNode {
  const heading = `team-${team.id}`;
  const talkedOut = isTalkedOut(team);
  return (
    <article aria-labelledby={heading} className="appear overflow-hidden rounded-control border border-border bg-surface">
      <header className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-b border-border bg-background px-4 py-2">
        <h3 id={heading} className="font-mono text-small">
          <Link href={addressWith({ team: team.id })} className="flex items-center font-strong hover:underline max-md:min-h-11">
            #{team.channel}
          </Link>
        </h3>
        <span className="text-muted">
          led by {team.lead.name} for {project.name}
        </span>
        <span className="flex-1" />
        <span className="flex items-center gap-1.5 text-small text-muted tabular-nums">
          <Flag aria-hidden className="size-3.5" strokeWidth={1.75} />
          {team.steering.length} steering
        </span>
        <span className={`flex items-center gap-1.5 text-small tabular-nums ${talkedOut ? 'font-strong text-blocked' : 'text-muted'}`}>
          {talkedOut ? <StatusIcon look={{ word: 'Waits for you', shape: 'diamond', hue: 'blocked' }} named /> : <MessagesSquare aria-hidden className="size-3.5" strokeWidth={1.75} />}
          {team.turns} of {team.maxTurns} turns
        </span>
      </header>
      <WorkerList workers={team.workers} />
    </article>
  );
}
