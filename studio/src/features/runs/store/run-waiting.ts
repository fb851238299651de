import { Injectable } from '@nestjs/common';
import { EventKind, METHODS } from '@maestro/protocol';
import type { Actor, WaitReason } from '@maestro/protocol';
import type { Tx } from '../../../platform/database/index.js';
import { ProjectsService } from '../../projects/index.js';
import { SessionPush } from '../../sessions/index.js';
import type { RunRecord } from '../domain/run.js';
import { mustStep } from '../domain/run-step.js';
import type { RunStep } from '../domain/run-step.js';
import { OfferRoomRepository } from './offer-room.repository.js';
import { RunQueriesRepository } from './run-queries.repository.js';
import { BY_STUDIO, RunSteps } from './run-steps.js';
import { RunsRepository } from './runs.repository.js';

/** Reasons to wait: asking for them, adding them, and what follows when the last one is gone. The caller holds the runs' rows. */
@Injectable()
export class RunWaiting {
  constructor(
    private readonly runs: RunsRepository,
    private readonly queries: RunQueriesRepository,
    private readonly room: OfferRoomRepository,
    private readonly projects: ProjectsService,
    private readonly steps: RunSteps,
    private readonly push: SessionPush,
  ) {}

  /**
   * Asks whoever has the run to checkpoint and wait; a run that waits already waits for this too. A merge past pushing always ends, so it
   * is not asked. What is asked stays on the run until it waits or the reason is gone, and is said again meanwhile.
   */
  async ask(tx: Tx, run: RunRecord, reason: WaitReason): Promise<void> {
    if (run.pushing) return;
    if (run.status === 'waiting') return this.add(tx, run, reason, BY_STUDIO);
    if (run.status !== 'claimed' && run.status !== 'running' && run.status !== 'lost') return;
    if (!run.holds.includes(reason)) await this.runs.update(tx, run, { holds: [...run.holds, reason] });
    this.say(tx, run, reason);
  }

  /** The hint, again: the daemon may have been between two sockets. */
  say(tx: Tx, { id, sessionId, status }: RunRecord, reason: WaitReason): void {
    if (sessionId !== null && status !== 'lost') this.push.notify(tx, sessionId, METHODS.runHold, { run: id as never, reason });
  }

  async add(tx: Tx, run: RunRecord, reason: WaitReason, actor: Actor): Promise<void> {
    if (run.waitReasons.includes(reason)) return;
    const waitReasons = [...run.waitReasons, reason];
    await this.steps.write(tx, run, mustStep('waiting', 'wait', {}), { because: 'wait', actor }, { waitReasons });
    await this.steps.announce(tx, run, EventKind.runStatus, { from: 'waiting', to: 'waiting', because: 'wait', waitReasons }, actor);
  }

  /** Takes reasons away, from a wish not followed yet as well as from a wait. The last one gone, the run is on offer again. */
  async remove(tx: Tx, run: RunRecord, gone: readonly WaitReason[], actor: Actor = BY_STUDIO): Promise<void> {
    const holds = run.holds.filter((reason) => !gone.includes(reason));
    if (holds.length !== run.holds.length) await this.runs.update(tx, run, { holds });
    const left = run.waitReasons.filter((reason) => !gone.includes(reason));
    if (run.status !== 'waiting' || left.length === run.waitReasons.length) return;
    const step = mustStep('waiting', 'reason_gone', { last: left.length === 0 });
    if (left.length === 0) return this.goOn(tx, run, step, actor);
    await this.steps.write(tx, run, step, { because: 'reason_gone', actor }, { waitReasons: left });
    await this.steps.announce(tx, run, EventKind.runStatus, { from: 'waiting', to: 'waiting', because: 'reason_gone', waitReasons: left }, actor);
  }

  /**
   * Offers the run again to the machine that has its lane. Where that one is away or full, or another merge has the epic meanwhile, the
   * offer is withdrawn in the same breath: the stage is due again, and is matched like any other work.
   */
  private async goOn(tx: Tx, run: RunRecord, step: RunStep, actor: Actor): Promise<void> {
    const { sessionId, projectId, agent } = run;
    const { concurrency } = await this.projects.policyOf(tx, projectId);
    const session = sessionId === null ? undefined : await this.room.look(tx, { projectId, sessionId, agent }, concurrency);
    const isFree = run.stage !== 'land' || run.planId === null || !(await this.queries.epicIsBusy(tx, run.planId, run.id));
    if (session !== undefined && isFree) {
      await this.steps.write(tx, run, step, { because: 'reason_gone', actor });
      this.push.notify(tx, session.id, METHODS.runAvailable, { run: run.id as never });
      return;
    }
    const away = mustStep('dispatched', 'session_gone', {});
    await this.steps.write(tx, run, { ...away, from: 'waiting' }, { because: 'reason_gone', actor, why: 'The machine that had it is away, paused or busy.' });
  }
}
