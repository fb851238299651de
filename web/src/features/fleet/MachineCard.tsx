import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { MembershipView, SessionView } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { Link } from '../../platform/router.js';
import { Age, Sentence, StatusIcon } from '../../ui/index.js';
import { PauseButton, PauseNotice, pauseOf, usePauses } from '../pauses/index.js';
import { freeSlots, isPresent, skillsOf } from './domain/machines.js';
import type { FleetMachine, Seat, Skill } from './domain/machines.js';
import { PURPOSE_WORDS, SESSION_LOOKS } from './looks.js';
import { problemOf } from './domain/problem.js';

/** A machine: whose, with which agents and skills, and what its sessions work on. */
export function MachineCard({ machine, membership }: { readonly machine: FleetMachine; readonly membership: MembershipView }): ReactNode {
  const members = useQuery(queries.members(membership.workspaceId));
  const theirs = members.data?.find(({ id }) => id === machine.memberId)?.skills ?? [];
  const skills = skillsOf(theirs, ...machine.seats.map(({ session }) => session.skills));
  const look = SESSION_LOOKS[machine.status];
  const heading = `machine-${machine.id}`;
  return (
    <article aria-labelledby={heading} className="appear overflow-hidden rounded-control border border-border bg-surface">
      <header className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-b border-border bg-background px-4 py-2">
        <StatusIcon look={look} />
        <h3 id={heading} className="min-w-0 truncate font-strong">
          {machine.hostname}
        </h3>
        <span className="text-muted">{machine.memberName}</span>
        <span className="flex-1" />
        <span className="text-small text-muted">
          {look.word}
          {machine.status !== 'online' && (
            <>
              {' · '}
              <Age at={machine.lastSeenAt} />
            </>
          )}
        </span>
      </header>
      <Abilities machine={machine} skills={skills} />
      <ul className="divide-y divide-border border-t border-border">
        {machine.seats.map((seat) => (
          <SeatRow key={seat.session.id} seat={seat} membership={membership} />
        ))}
      </ul>
    </article>
  );
}

function Abilities({ machine: { agents }, skills }: { readonly machine: FleetMachine; readonly skills: readonly Skill[] }): ReactNode {
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1.5 px-4 py-2 text-small">
      <div className="flex items-center gap-2">
        <dt className="text-muted">Agents</dt>
        <dd className="flex flex-wrap gap-x-3">
          {agents.length === 0 ? 'none' : agents.map(({ name, version }) => (
            <span key={`${name} ${version}`}>
              {name} {version !== undefined && <span className="text-muted tabular-nums">{version}</span>}
            </span>
          ))}
        </dd>
      </div>
      <div className="flex items-center gap-2">
        <dt className="text-muted">Skills</dt>
        <dd className="flex flex-wrap gap-1">
          {skills.length === 0 ? 'none named' : skills.map(({ slug, proficiency }) => (
            <span key={slug} className="flex items-center gap-1.5 rounded-round border border-border px-2">
              {slug}
              <span className="text-muted tabular-nums">
                {proficiency}
                <span className="sr-only"> of 5</span>
              </span>
            </span>
          ))}
        </dd>
      </div>
    </dl>
  );
}

function SeatRow({ seat: { session, project }, membership }: { readonly seat: Seat; readonly membership: MembershipView }): ReactNode {
  const pause = pauseOf(usePauses(project.id), session.id);
  const problem = isPresent(session) ? problemOf(session) : undefined;
  return (
    <li className="flex flex-col gap-0.5 px-4 py-1.5">
      <div className="flex min-h-6 flex-wrap items-center gap-x-3 gap-y-0.5 md:flex-nowrap md:items-start">
        <span className="flex min-h-6 shrink-0 items-center gap-2 md:w-60">
          <StatusIcon look={SESSION_LOOKS[session.status]} named />
          <span className="shrink-0 font-mono text-small text-muted">{project.key}</span>
          <span className="min-w-0 truncate">{session.name}</span>
          {session.role === 'worker' && <span className="rounded-round border border-border px-1.5 text-small text-muted">worker</span>}
        </span>
        <Work session={session} />
        <Slots session={session} isPaused={pause !== undefined} />
        {isPresent(session) && <PauseButton scope="session" subject={session.id} name={session.name} projectId={project.id} membership={membership} />}
      </div>
      {pause !== undefined && (
        <div className="py-1">
          <PauseNotice pause={pause} membership={membership} />
        </div>
      )}
      {problem !== undefined && (
        <p className="pl-5.5 text-small text-blocked">
          <Sentence text={problem} />
        </p>
      )}
    </li>
  );
}

/** What it works on, since when. */
function Work({ session }: { readonly session: SessionView }): ReactNode {
  if (session.work.length === 0) return <span className="min-w-0 flex-1 leading-6 text-muted max-md:order-last max-md:basis-full max-md:pl-5.5">{isPresent(session) ? 'Idle' : ''}</span>;
  return (
    <ul className="min-w-0 flex-1 max-md:order-last max-md:basis-full max-md:pl-5.5">
      {session.work.map(({ run, taskKey, taskTitle, purpose, since, status }) => (
        <li key={run} className="flex min-h-6 items-center gap-2 max-md:min-h-11">
          <Link href={`/runs/${run}`} className="flex min-w-0 items-center gap-2 rounded-[4px] hover:underline max-md:min-h-11">
            {taskKey !== null && <span className="shrink-0 font-mono text-small text-muted">{taskKey}</span>}
            <span className="truncate">{taskTitle ?? PURPOSE_WORDS[purpose]}</span>
          </Link>
          <span className="shrink-0 text-small text-muted">
            {status === 'dispatched' ? 'Offered' : taskTitle === null ? '' : PURPOSE_WORDS[purpose]} <Age at={since} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Slots({ session, isPaused }: { readonly session: SessionView; readonly isPaused: boolean }): ReactNode {
  if (!isPresent(session)) return null;
  return (
    <span className="shrink-0 text-small/6 text-muted tabular-nums max-md:ml-auto md:w-28 md:text-right">
      {session.status === 'online' && !isPaused ? `${freeSlots(session)} of ${session.capacity} ${session.capacity === 1 ? 'slot' : 'slots'} free` : 'takes nothing'}
    </span>
  );
}
