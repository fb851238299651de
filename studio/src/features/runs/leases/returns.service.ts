import { Injectable } from '@nestjs/common';
import type { HeldRun, PlanStatus, Purpose } from '@maestro/protocol';
import { Database } from '../../../platform/database/index.js';
import type { Tx } from '../../../platform/database/index.js';
import type { Settled } from '../../sessions/index.js';
import { TasksService } from '../../tasks/index.js';
import { planReturn, stepReturn } from '../domain/returned.js';
import { NOW } from '../domain/run.js';
import type { RunPatch, RunRecord } from '../domain/run.js';
import { heldAs } from '../offers/claims.service.js';
import { RunLocks } from '../store/run-locks.js';
import type { LockedRun } from '../store/run-locks.js';
import { RunQueriesRepository } from '../store/run-queries.repository.js';
import { BY_STUDIO, RunSteps } from '../store/run-steps.js';
import { RunWaiting } from '../store/run-waiting.js';
import { RunsRepository } from '../store/runs.repository.js';
import { LossesService } from './losses.service.js';

/** A machine says hello: what it still holds goes on, is reported or stops, and what it should hold and does not is lost. */
@Injectable()
export class ReturnsService {
  constructor(
    private readonly database: Database,
    private readonly runs: RunsRepository,
    private readonly queries: RunQueriesRepository,
    private readonly locks: RunLocks,
    private readonly steps: RunSteps,
    private readonly waiting: RunWaiting,
    private readonly losses: LossesService,
    private readonly tasks: TasksService,
  ) {}

  async settle(session: string, held: readonly HeldRun[]): Promise<readonly Settled[]> {
    const settled: Settled[] = [];
    for (const each of held) settled.push(await this.database.inTransaction((tx) => this.one(tx, session, each)));
    const known = new Set<string>(held.map(({ run }) => run));
    for (const id of await this.database.read((reader) => this.queries.heldBy(reader, session))) {
      if (!known.has(id)) await this.losses.lackedBy(session, id);
    }
    return settled;
  }

  private async one(tx: Tx, session: string, held: HeldRun): Promise<Settled> {
    const locked = await this.locks.all(tx, held.run);
    const granted = locked !== undefined && (await this.runs.wasGranted(tx, held.run, held.epoch, session));
    const plan = planReturn(locked && heldAs(locked.run), granted ? { session, epoch: held.epoch } : undefined, held.state, session);
    if (plan.kind === 'report') return { run: held.run, decision: 'report' };
    if (plan.kind === 'stop' || locked === undefined) return { run: held.run, decision: 'stop', why: plan.kind === 'stop' ? plan.why : '' };
    const newerLive = plan.kind === 'bring_back' && (await this.queries.newer(tx, locked.run)).live.length > 0;
    const wanted = newerLive || plan.kind === 'renew' || (await this.isWanted(tx, locked, plan.as, session));
    return this.goOn(tx, locked, session, { as: plan.as, newerLive, wanted });
  }

  private async goOn(tx: Tx, { run, task }: LockedRun, session: string, facts: { readonly as: 'claimed' | 'running'; readonly newerLive: boolean; readonly wanted: boolean }): Promise<Settled> {
    const step = stepReturn(run.status, facts);
    const isFirstStart = step.to === 'running' && run.startedAt === null;
    const patch: RunPatch = isFirstStart ? { startedAt: NOW } : {};
    const back = await this.steps.write(tx, run, step, { because: 'returned', actor: BY_STUDIO, session }, patch);
    if (!step.effects.includes('lease')) {
      return { run: run.id, decision: 'stop', why: facts.newerLive ? 'Another run has taken the work up meanwhile.' : 'It is not wanted any more.' };
    }
    // A lost run says the same through `run_resumed`; one whose lease stood has lost its start report on the way.
    if (isFirstStart && run.status !== 'lost' && task !== undefined && task.status !== 'blocked') {
      await this.tasks.apply(tx, task.id, { event: 'run_started', session }, { actor: BY_STUDIO, causeRun: run.id });
    }
    for (const reason of back.holds) this.waiting.say(tx, back, reason);
    return { run: run.id, decision: 'continue', epoch: back.epoch };
  }

  private async isWanted(tx: Tx, { run, plan, task }: LockedRun, as: 'claimed' | 'running', session: string): Promise<boolean> {
    if (task === undefined) return plan === undefined || planWants(plan.status, run);
    const resumed = await this.tasks.apply(tx, task.id, { event: 'run_resumed', working: as === 'running', session }, { actor: BY_STUDIO, causeRun: run.id });
    return resumed.ok && !resumed.value.stopAskingRun;
  }
}

const WANTED: Readonly<Partial<Record<Purpose, readonly PlanStatus[]>>> = {
  plan: ['draft', 'active', 'paused'],
  bootstrap_epic: ['active', 'paused'],
  release: ['releasing'],
  release_cleanup: ['completed'],
};

/** Whether a plan still has a use for a run of its own. A release past pushing is always wanted: its fate has to be known. */
function planWants(status: PlanStatus, { purpose, pushing }: Pick<RunRecord, 'purpose' | 'pushing'>): boolean {
  return pushing || (WANTED[purpose]?.includes(status) ?? true);
}
