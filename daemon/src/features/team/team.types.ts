import type { TeamView, WorkerView } from '@maestro/protocol';
import type { Clock } from '../../platform/clock.js';
import type { OpenJournals } from './leftovers.js';

/** How many workers of each job are wanted, and what each is given. */
export interface TeamWish {
  readonly dev: number;
  readonly review: number;
  readonly test: number;
  /** Empty: all that are installed. */
  readonly agents: readonly string[];
  readonly skills: readonly { readonly slug: string; readonly proficiency: number }[];
}

/** A worker as its lead sees it: the process. What it is at work on, and whether it is silent, the studio knows. */
export interface WorkerLine {
  readonly id: string;
  readonly name: string;
  readonly job: WorkerView['job'];
  readonly pid: number | null;
  readonly alive: boolean;
}

export interface TeamLine {
  readonly id: string;
  readonly channel: string;
  readonly workers: readonly WorkerLine[];
}

/** What a worker hears of its team. */
export interface TeamSigns {
  told(why: string): void;
  channel(state: 'open' | 'closed' | 'refused', why: string): void;
}

export interface ProcessEnd {
  readonly worker: string;
  readonly end: 'not_started' | 'exited' | 'killed';
  readonly why: string;
}

/** What leading a team needs of the daemon. */
export interface LeadPorts {
  readonly clock: Clock;
  readonly newId: () => string;
  /** `$MAESTRO_HOME`. */
  readonly home: string;
  /** Where this process's own journals are. */
  readonly runs: string;
  /** Where workers' folders and logs go. */
  readonly workers: string;
  readonly logs: string;
  /** Node, and the file of the command. */
  readonly program: { readonly command: string; readonly args: readonly string[] };
  /** The environment that this process was started in. */
  readonly host: Readonly<Record<string, string>>;
  readonly journals: OpenJournals;
  /** Makes the team at the studio; its "no" is thrown. */
  make(studio: string, session: string, wanted: Pick<TeamWish, 'dev' | 'review' | 'test'>): Promise<TeamView>;
  close(studio: string, team: string): Promise<void>;
}
