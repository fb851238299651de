import { Injectable } from '@nestjs/common';
import { ENDED_RUN_STATES, EventKind, METHODS, ok, Purpose, refuse } from '@maestro/protocol';
import type { Result, RunStatus, RunView } from '@maestro/protocol';
import type { Access } from '../../../platform/access/index.js';
import { Database } from '../../../platform/database/index.js';
import type { Tx } from '../../../platform/database/index.js';
import { PlanMessagesService, PlansService } from '../../plans/index.js';
import type { PlanContext } from '../../plans/index.js';
import { SessionPush } from '../../sessions/index.js';
import { TasksService } from '../../tasks/index.js';
import { WorkspacesService } from '../../workspaces/index.js';
import { stepRun } from '../domain/run-step.js';
import { notFound } from '../offers/claims.service.js';
import { RunLocks } from '../store/run-locks.js';
import type { LockedRun } from '../store/run-locks.js';
import { RunSteps } from '../store/run-steps.js';
import { RunViews } from './run-views.service.js';

const isEnded = (status: RunStatus): boolean => (ENDED_RUN_STATES as readonly RunStatus[]).includes(status);

/** What people do to runs, each in one transaction. */
@Injectable()
export class RunActions {
  constructor(
    private readonly database: Database,
    private readonly locks: RunLocks,
    private readonly steps: RunSteps,
    private readonly views: RunViews,
    private readonly tasks: TasksService,
    private readonly plans: PlansService,
    private readonly messages: PlanMessagesService,
    private readonly workspaces: WorkspacesService,
    private readonly push: SessionPush,
  ) {}

  /** Cancelling a task's run stops the task: otherwise the same work would be due again in the same breath. */
  cancel(access: Access, runId: string, why: string): Promise<Result<RunView>> {
    return this.act(access, runId, async (tx, locked, context) => {
      const { run, task } = locked;
      if (isEnded(run.status)) return ok();
      if (task !== undefined) {
        const stopped = await this.tasks.apply(tx, task.id, { event: 'stop', why }, { actor: context.actor });
        return stopped.ok ? ok() : stopped;
      }
      return this.cancelOwn(tx, locked, why, context);
    });
  }

  /** New words for the agent. One that waits hears them when it goes on. */
  steer(access: Access, runId: string, text: string): Promise<Result<RunView>> {
    return this.act(access, runId, async (tx, { run }, { actor }) => {
      if (isEnded(run.status)) return refuse('conflict', 'run_ended', 'The run has ended, so nobody would hear it. Comment on the task instead.');
      await this.steps.announce(tx, run, EventKind.runSteered, { text }, actor);
      if (run.sessionId !== null && run.status !== 'dispatched') this.push.notify(tx, run.sessionId, METHODS.runSteer, { run: run.id as never, text });
      return ok();
    });
  }

  private act(access: Access, runId: string, work: (tx: Tx, locked: LockedRun, context: PlanContext) => Promise<Result<void>>): Promise<Result<RunView>> {
    return this.database.inTransaction(async (tx) => {
      const locked = await this.locks.all(tx, runId);
      if (locked === undefined) return notFound();
      const done = await work(tx, locked, { actor: await this.workspaces.actorOf(tx, access) });
      return done.ok ? this.views.view(tx, runId) : done;
    });
  }

  /** A plan's own run. What would be due again at once is told to the plan, so that a person decides when it is. */
  private async cancelOwn(tx: Tx, { run, plan }: LockedRun, why: string, context: PlanContext): Promise<Result<void>> {
    if (plan !== undefined && run.purpose === Purpose.release && plan.status === 'releasing') {
      const cancelled = await this.plans.apply(tx, plan.id, { event: 'cancel_release' }, context);
      return cancelled.ok ? ok() : cancelled;
    }
    const decided = stepRun(run.status, 'cancel', { pushing: run.pushing });
    if (!decided.ok) return refuse('conflict', decided.code, decided.sentence);
    const sentence = why === '' ? 'A person cancelled it.' : `A person cancelled it: ${why}`;
    await this.steps.write(tx, run, decided.step, { because: 'cancel', actor: context.actor, why: sentence });
    if (plan === undefined) return ok();
    if (run.purpose === Purpose.bootstrapEpic && (plan.status === 'active' || plan.status === 'paused')) {
      await this.plans.apply(tx, plan.id, { event: 'bootstrap_exhausted', sentence }, context);
    }
    if (run.purpose === Purpose.plan) await this.messages.add(tx, plan.id, { kind: 'message', author: 'studio', text: sentence, runId: run.id }, context);
    return ok();
  }
}
