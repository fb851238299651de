import type { TeamView } from '@maestro/protocol';
import { METHODS, RemoteError } from '@maestro/protocol';
import type { CancelTimer } from '../../platform/clock.js';
import { LocalRefusal } from '../../platform/line-rpc.js';
import { isSameProcessAlive } from '../../platform/process-tree.js';
import type { StudioLink } from '../studio-link/index.js';
import { LeadTeam } from './lead-team.js';
import { allRecords, removeRecord } from './team-record.js';
import type { LeadPorts, ProcessEnd, TeamLine, TeamWish } from './team.types.js';

export interface TeamDeskOptions {
  readonly ports: LeadPorts;
  readonly link: Pick<StudioLink, 'request' | 'state'>;
  readonly studio: string;
  readonly project: { readonly id: string; readonly key: string };
  readonly clone: string | undefined;
  readonly tell: (text: string) => void;
}

/** How long a report waits before it is tried again; a new connection tries at once. */
const AGAIN_MS = 2_000;
/** The studio tells workers to end; this long their work may take to be saved. They allow themselves a little less. */
const REAPED_MS = 16_000;

/** The team that one project's session leads, and what the studio is still owed about workers that ended. */
export class TeamDesk {
  private team: LeadTeam | undefined;
  private owed: (ProcessEnd & { readonly opId: string })[] = [];
  private sending = false;
  private cancelRetry: CancelTimer = () => undefined;
  private making: Promise<TeamView> | undefined;

  constructor(private readonly options: TeamDeskOptions) {}

  view(): TeamLine | undefined {
    return this.team?.view();
  }

  /** Takes up what a lead that died has left: its processes are dead by now, and the studio has to hear of it. */
  async takeUp(): Promise<void> {
    const { ports, project, studio } = this.options;
    for (const record of await allRecords(ports.home)) {
      if (record.project !== project.id || record.studio !== studio || isSameProcessAlive(record.lead)) continue;
      for (const { id } of record.workers) this.owe({ worker: id, end: 'killed', why: 'its lead died, and it with its lead.' });
      await removeRecord(ports.home, record.team);
    }
  }

  make(wish: TeamWish): Promise<TeamView> {
    if (this.team?.living === true) throw new LocalRefusal('team_open', 'A team of this project runs on this machine already.', 'maestro status, which shows it');
    this.making ??= this.makeNow(wish).finally(() => {
      this.making = undefined;
    });
    return this.making;
  }

  /** The studio says that the team is over. */
  reaped(team: string, why: string): void {
    if (this.team?.id !== team) return;
    this.options.tell(`The team is over: ${why}`);
    void this.team.end(REAPED_MS);
  }

  connected(): void {
    void this.send();
  }

  /** Ends the team because its lead leaves. */
  async leave(graceMs: number): Promise<void> {
    const { team } = this;
    const { ports, studio } = this.options;
    if (team?.living === true) {
      // Told first: a worker that is told saves its work, one whose lead is gone has hardly time for it.
      await ports.close(studio, team.id).catch(() => undefined);
      await team.end(graceMs);
    }
    await this.send();
    this.cancelRetry();
  }

  private async makeNow(wish: TeamWish): Promise<TeamView> {
    const { ports, link, studio, project, clone, tell } = this.options;
    const { state } = link;
    if (state.kind !== 'online') throw new LocalRefusal('offline', 'The studio is not connected now.', 'maestro status, and the same again when it is');
    // A team that ended while its lead lived: what the studio has not heard of it yet would stand in the way of the next.
    await this.send();
    const view = await ports.make(studio, state.session, wish);
    this.team = new LeadTeam({ ports, studio, project, clone, view, wish, tell, onEnd: (end) => this.owe(end) });
    await this.team.start();
    return view;
  }

  private owe(end: ProcessEnd): void {
    this.owed.push({ ...end, opId: this.options.ports.newId() });
    void this.send();
  }

  /** In order, one at a time, each until it is answered. A "no" is an answer: the studio knows better what has become of that worker. */
  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    this.cancelRetry();
    try {
      for (let next = this.owed[0]; next !== undefined; next = this.owed[0]) {
        if (!(await this.deliver(next))) {
          this.cancelRetry = this.options.ports.clock.after(AGAIN_MS, () => void this.send());
          return;
        }
        this.owed = this.owed.slice(1);
      }
    } finally {
      this.sending = false;
    }
  }

  private async deliver({ worker, end, why, opId }: ProcessEnd & { readonly opId: string }): Promise<boolean> {
    try {
      await this.options.link.request(METHODS.teamReport, { opId, worker: worker as never, end, why }, { timeoutMs: 5_000 });
      return true;
    } catch (error) {
      return error instanceof RemoteError && error.code !== 'unavailable' && error.code !== 'internal';
    }
  }
}
