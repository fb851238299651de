import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { MembershipView, SessionView } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { Age, Failure, Sentence, SkeletonRows, StatusIcon } from '../../ui/index.js';
import { ConnectMachine } from './ConnectMachine.js';
import { problemOf } from './domain/problem.js';
import { SESSION_LOOKS } from './looks.js';

/** The machines that work for a project, those that are there first. Without any: how to connect one; it appears here by itself. */
export function Machines({ projectId, membership }: { readonly projectId: string; readonly membership: MembershipView }): ReactNode {
  const sessions = useQuery(queries.sessions(projectId));
  if (sessions.error !== null && sessions.data === undefined) return <Failure error={sessions.error} onRetry={sessions.refetch} />;
  if (sessions.data === undefined) return <SkeletonRows rows={2} label="Machines are being loaded" />;
  const present = sessions.data.filter(({ status }) => status !== 'offline');
  if (present.length === 0) {
    return (
      <div className="flex flex-col gap-3">
        <p>{sessions.data.length === 0 ? 'No machine has connected yet, so nothing can run.' : 'No machine is connected, so nothing can run.'}</p>
        <ConnectMachine membership={membership} />
      </div>
    );
  }
  return (
    <ul className="divide-y divide-border">
      {present.map((session) => (
        <Machine key={session.id} session={session} />
      ))}
    </ul>
  );
}

function Machine({ session }: { readonly session: SessionView }): ReactNode {
  const look = SESSION_LOOKS[session.status];
  const problem = problemOf(session);
  return (
    <li className="appear flex flex-col gap-0.5 py-2 first:pt-0">
      <div className="flex items-center gap-2">
        <StatusIcon look={look} />
        <span className="min-w-0 flex-1 truncate font-strong">{session.name}</span>
        <span className="text-small text-muted">
          {look.word}
          {session.status === 'stale' && (
            <>
              {' for '}
              <Age at={session.lastSeenAt} />
            </>
          )}
        </span>
      </div>
      <p className="truncate pl-5.5 text-small text-muted">
        {session.liveRuns} of {session.capacity} {session.capacity === 1 ? 'run' : 'runs'}
        {session.agents.length > 0 && ` · ${session.agents.map(({ name }) => name).join(', ')}`}
      </p>
      <p className="truncate pl-5.5 text-small text-muted">
        {session.hostname} · {session.memberName}
      </p>
      {problem !== undefined && (
        <p className="pl-5.5 text-small text-blocked">
          <Sentence text={problem} />
        </p>
      )}
    </li>
  );
}
