import type { ChannelMessage, TeamView, WorkerView } from '@maestro/protocol';

/** What a team is doing, counted. */
export interface TeamStanding {
  readonly working: number;
  readonly idle: number;
  readonly silent: number;
  /** Started, and not heard of yet. */
  readonly starting: number;
  readonly gone: number;
}

const COUNTED_AS: Readonly<Record<WorkerView['status'], keyof TeamStanding>> = { spawned: 'starting', connected: 'idle', working: 'working', silent: 'silent', ended: 'gone' };

export function teamStanding(workers: readonly Pick<WorkerView, 'status'>[]): TeamStanding {
  const counts = { working: 0, idle: 0, silent: 0, starting: 0, gone: 0 };
  for (const { status } of workers) counts[COUNTED_AS[status]] += 1;
  return counts;
}

/** Whether the agents have said all that they may until a person speaks. */
export function isTalkedOut({ open, turns, maxTurns }: Pick<TeamView, 'open' | 'turns' | 'maxTurns'>): boolean {
  return open && turns >= maxTurns;
}

/** Open teams first, then the newest. */
export function teamsInOrder<T extends Pick<TeamView, 'open' | 'createdAt'>>(teams: readonly T[]): readonly T[] {
  return teams.toSorted((a, b) => Number(b.open) - Number(a.open) || (a.createdAt < b.createdAt ? 1 : -1));
}

/** A message with whether it still holds: what the channel says of that is as old as the message was read. */
export interface Said extends ChannelMessage {
  readonly standing: boolean;
}

export function saidIn(messages: readonly ChannelMessage[], { steering }: Pick<TeamView, 'steering'>): readonly Said[] {
  const standing = new Set(steering.map(({ seq }) => seq));
  return messages.map((message) => ({ ...message, standing: standing.has(message.seq) }));
}
