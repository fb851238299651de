import { Injectable } from '@nestjs/common';
import { EventKind, ok } from '@maestro/protocol';
import type { Result, WaitReason } from '@maestro/protocol';
import { Database, databaseNow } from '../../../platform/database/index.js';
import type { Tx } from '../../../platform/database/index.js';
import { PlanMessagesService } from '../../plans/index.js';
import type { PlanRecord } from '../../plans/index.js';
import { actorOf } from '../../sessions/index.js';
import type { BoundSession } from '../../sessions/index.js';
import { TasksService } from '../../tasks/index.js';
import type { TaskRecord } from '../../tasks/index.js';
import { holdsOrWaits } from '../domain/report.js';
import type { RunRecord } from '../domain/run.js';
import { mustStep } from '../domain/run-step.js';
import { renewalOf, settleReasons } from '../domain/waiting.js';
import { ClaimsService, heldAs, notFound, stale } from '../offers/claims.service.js';
import type { Held } from '../offers/claims.service.js';
import { RunLocks } from '../store/run-locks.js';
import type { LockedRun } from '../store/run-locks.js';
import { RunQueriesRepository } from '../store/run-queries.repository.js';
import { BY_STUDIO, RunSteps } from '../store/run-steps.js';
import { RunWaiting } from '../store/run-waiting.js';
import { WaitsRepository } from '../store/waits.repository.js';

export interface WaitAsked {
  readonly reason: WaitReason;
  /** ISO 8601; for `quota`. */
  readonly until?: string | undefined;
  readonly question?: string | undefined;
  readonly head?: string | undefined;
}

/** Runs that wait, and go on. */
@Injectable()
export class WaitsService {
  constructor(
    private readonly database: Database,
    private readonly queries: RunQueriesRepository,
    private readonly waits: WaitsRepository,
    private readonly locks: RunLocks,
    private readonly steps: RunSteps,
    private readonly waiting: RunWaiting,
    private readonly claims: ClaimsService,
    private readonly tasks: TasksService,
    private readonly messages: PlanMessagesService,
  ) {}

  /** The run checkpointed and waits: lease and slot are given back. */
  async wait(tx: Tx, session: BoundSession, { run: runId, epoch }: Held, asked: WaitAsked): Promise<Result<Record<string, never>>> {
    const found = await this.locks.all(tx, runId);
    if (found === undefined) return notFound();
    if (!holdsOrWaits(heldAs(found.run), { session: session.id, epoch })) return stale();
    // Past pushing nothing waits; the epic is read by the next run if this one stops.
    if (found.run.pushing) return ok({});
    if (found.run.status === 'waiting') {
      await this.waiting.add(tx, found.run, asked.reason, actorOf(session));
      if (asked.reason === 'quota') await this.waits.waitUntil(tx, found.run, renewalOf(asked.until, await databaseNow(tx)));
      return ok({});
    }
    const locked = await this.claims.begin(tx, found, session);
    const waited = await this.putDown(tx, locked, session, asked);
    if (asked.reason === 'restart' || waited.holds.includes('restart')) return this.beginAnew(tx, waited);
    if (asked.reason === 'human') await this.ask(tx, locked, session, asked.question ?? '');
    // What was asked for may have crossed with its end: a plan that was resumed meanwhile is not waited for.
    await this.settle(tx, runId);
    return ok({});
  }

  /**
   * The poll behind every end of a wait, and behind every wish that a run should wait.
   *
   * @returns seconds until the next limit is renewed; undefined when none is waited for.
   */
  async settleAll(signal: AbortSignal): Promise<number | undefined> {
    const { waiting, held } = await this.database.read(async (reader) => ({ waiting: await this.queries.waiting(reader), held: await this.queries.heldAtWork(reader) }));
    for (const id of [...waiting, ...held]) {
      if (signal.aborted) return undefined;
      await this.database.inTransaction((tx) => this.settle(tx, id));
    }
    return this.database.read((reader) => this.waits.nextRenewal(reader));
  }

  private async putDown(tx: Tx, { run }: LockedRun, session: BoundSession, { reason, until, question, head }: WaitAsked): Promise<RunRecord> {
    const waited = await this.steps.write(tx, run, mustStep(run.status, 'wait', {}), { because: 'wait', actor: actorOf(session) }, {
      waitReasons: [reason],
      ...(question === undefined ? {} : { question }),
      ...(head === undefined ? {} : { head }),
    });
    if (reason === 'quota') await this.waits.waitUntil(tx, waited, renewalOf(until, await databaseNow(tx)));
    if (head !== undefined) await this.steps.announce(tx, run, EventKind.runCheckpoint, { head }, actorOf(session));
    return waited;
  }

  /** Its work is saved: the stage is due again, for whoever has it now. */
  private async beginAnew(tx: Tx, run: RunRecord): Promise<Result<Record<string, never>>> {
    await this.steps.write(tx, run, mustStep('waiting', 'cancel', { pushing: false }), { because: 'cancel', actor: BY_STUDIO, why: 'Its work is saved, and the stage begins anew.' });
    return ok({});
  }

  /** The question is the task's, or, where an architect asks, the conversation's. */
  private async ask(tx: Tx, { run, task }: LockedRun, session: BoundSession, question: string): Promise<void> {
    const context = { actor: actorOf(session), causeRun: run.id };
    if (task !== undefined) {
      // Blocked for another reason, its question is put when that one is over.
      if (isAtWork(task)) await this.tasks.apply(tx, task.id, { event: 'asked_person', question }, context);
      return;
    }
    if (run.planId !== null) await this.messages.add(tx, run.planId, { kind: 'question', author: 'agent', text: question, runId: run.id }, context);
  }

  /** The task was blocked for something else when its agent asked; that is over, and now a person is asked. */
  private async askLater(tx: Tx, { run, task }: LockedRun): Promise<void> {
    if (task !== undefined) await this.tasks.apply(tx, task.id, { event: 'asked_person', question: run.question ?? '' }, { actor: BY_STUDIO, causeRun: run.id });
  }

  private async settle(tx: Tx, runId: string): Promise<void> {
    const locked = await this.locks.all(tx, runId);
    if (locked === undefined) return;
    const { run, plan, task } = locked;
    const reasons = run.status === 'waiting' ? run.waitReasons : run.holds;
    if (task !== undefined && isAtWork(task) && run.status === 'waiting' && reasons.includes('human')) await this.askLater(tx, locked);
    const { gone, add } = settleReasons({
      reasons,
      untilPassed: await this.waits.isOver(tx, run.id),
      // A task's question is open until the answer takes the reason away, in the answer's own transaction.
      questionOpen: task !== undefined || !(await this.waits.personAnswered(tx, run.id, run.planId)),
      budgetStops: task?.blockedCode === 'budget' || isStoppedByBudget(plan),
      planStatus: plan?.status,
      mindsPause: run.purpose !== 'plan',
    });
    if (run.status === 'waiting') for (const reason of add) await this.waiting.add(tx, run, reason, BY_STUDIO);
    const fresh = await this.steps.must(tx, run.id);
    await this.waiting.remove(tx, fresh, gone);
    if (run.status !== 'waiting') for (const reason of fresh.holds) if (!gone.includes(reason)) this.waiting.say(tx, fresh, reason);
  }
}

function isAtWork({ status }: TaskRecord): boolean {
  return status === 'in_progress' || status === 'in_review' || status === 'landing';
}

function isStoppedByBudget(plan: PlanRecord | undefined): boolean {
  return plan?.status === 'paused' && plan.notices.some(({ code }) => code === 'budget');
}
