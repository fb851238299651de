import { Injectable } from '@nestjs/common';
import { ok, Purpose } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { Tx } from '../../../platform/database/index.js';
import { MergesService } from '../../merges/index.js';
import { ProjectsService } from '../../projects/index.js';
import { actorOf } from '../../sessions/index.js';
import type { BoundSession } from '../../sessions/index.js';
import { mayPushMerge, mayPushRelease } from '../domain/push-permission.js';
import type { PushAnswer } from '../domain/push-permission.js';
import { holds } from '../domain/report.js';
import { mustStep } from '../domain/run-step.js';
import { ClaimsService, heldAs, notFound, stale } from '../offers/claims.service.js';
import type { Held } from '../offers/claims.service.js';
import { RunLocks } from '../store/run-locks.js';
import type { LockedRun } from '../store/run-locks.js';
import { RunSteps } from '../store/run-steps.js';

/** What a run is about to push: the recorded intent. */
export interface PushAsked {
  readonly head: string;
  readonly tip: string;
  readonly commit: string;
  readonly tipMoved: boolean;
}

/** "May I push?" The only way to the right to push, and where a push begins to be of unknown fate. */
@Injectable()
export class PushesService {
  constructor(
    private readonly locks: RunLocks,
    private readonly steps: RunSteps,
    private readonly claims: ClaimsService,
    private readonly projects: ProjectsService,
    private readonly merges: MergesService,
  ) {}

  /** Grants only if task and plan still say so, and marks run, task or plan in the same transaction: a cancel comes before or too late. */
  async ask(tx: Tx, session: BoundSession, { run: runId, epoch }: Held, asked: PushAsked): Promise<Result<PushAnswer>> {
    const found = await this.locks.all(tx, runId);
    if (found === undefined) return notFound();
    if (!holds(heldAs(found.run), { session: session.id, epoch })) return stale();
    const locked = await this.claims.begin(tx, found, session);
    const answer = await this.decide(tx, locked, asked);
    const { run } = locked;
    const step = mustStep(run.status, 'ask_push', { allowed: answer.granted });
    if (!step.effects.includes('mark_pushing')) return ok(answer);
    await this.steps.write(tx, run, step, { because: 'ask_push', actor: actorOf(session) }, { pushing: true, head: asked.head });
    await this.merges.intend(tx, { run: run.id, plan: run.planId, task: run.taskId }, asked);
    return ok(answer);
  }

  private async decide(tx: Tx, { run, plan, task }: LockedRun, asked: PushAsked): Promise<PushAnswer> {
    if (plan === undefined) return refused('no_plan');
    if (run.purpose === Purpose.release) return mayPushRelease(plan);
    if (run.purpose !== Purpose.merge || task === undefined) return refused('purpose_pushes_nothing');
    // A run that was made to read the epic may not turn into one that writes it.
    if (run.readOnly) return refused('read_only');
    const says = { ...task, cancelRequested: task.cancelRequestedAt !== null };
    return mayPushMerge(asked, says, plan, await this.projects.policyOf(tx, run.projectId));
  }
}

function refused(reason: string): PushAnswer {
  return { granted: false, reason, review: false };
}
