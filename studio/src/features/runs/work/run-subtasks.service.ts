import { Injectable } from '@nestjs/common';
import { ok } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { Tx } from '../../../platform/database/index.js';
import { SubtasksService } from '../../planning/index.js';
import type { NewSubtask } from '../../planning/index.js';
import { actorOf } from '../../sessions/index.js';
import type { BoundSession } from '../../sessions/index.js';
import { TasksService } from '../../tasks/index.js';
import type { TaskRecord } from '../../tasks/index.js';
import { holds } from '../domain/report.js';
import { mayAddSubtask } from '../domain/subtask.js';
import { ClaimsService, heldAs, notFound, stale } from '../offers/claims.service.js';
import type { Held } from '../offers/claims.service.js';
import { RunLocks } from '../store/run-locks.js';
import { SubtaskCountRepository } from '../store/subtask-count.repository.js';

export interface SubtaskAsked extends Omit<NewSubtask, 'run'> {
  /** The parent would like to wait for it. */
  readonly wait: boolean;
}

export interface SubtaskAdded {
  readonly task: string;
  readonly key: string;
  /** The run is to end with `yielded`: the parent waits for its child. */
  readonly waiting: boolean;
  readonly sentence: string;
}

/** Tasks that agents ask for while they work. */
@Injectable()
export class RunSubtasks {
  constructor(
    private readonly locks: RunLocks,
    private readonly counts: SubtaskCountRepository,
    private readonly claims: ClaimsService,
    private readonly subtasks: SubtasksService,
    private readonly tasks: TasksService,
  ) {}

  async add(tx: Tx, session: BoundSession, { run: runId, epoch }: Held, asked: SubtaskAsked): Promise<Result<SubtaskAdded>> {
    const found = await this.locks.all(tx, runId);
    if (found === undefined) return notFound();
    if (!holds(heldAs(found.run), { session: session.id, epoch })) return stale();
    const { run, plan, task } = await this.claims.begin(tx, found, session);
    const refused = mayAddSubtask({
      hasTask: task !== undefined,
      taskAtWork: task?.status === 'in_progress' || task?.status === 'in_review' || task?.status === 'landing',
      planStatus: plan?.status ?? '',
      parentDepth: task?.depth ?? 0,
      askedBefore: await this.counts.ofRun(tx, run.id),
    });
    if (refused !== undefined) return refused;
    // For the compiler: a run without a task was refused.
    if (task === undefined) return notFound();
    return this.make(tx, session, run.id, task, asked);
  }

  private async make(tx: Tx, session: BoundSession, run: string, parent: TaskRecord, asked: SubtaskAsked): Promise<Result<SubtaskAdded>> {
    const context = { actor: actorOf(session), causeRun: run };
    // A child of work that is being judged or landed builds on it: what is approved must not wait for something new.
    const needsParent = asked.needsParent || parent.status !== 'in_progress';
    const { title, description, acceptanceCriteria, skills } = asked;
    const made = await this.subtasks.add(tx, parent, { title, description, acceptanceCriteria, skills, needsParent, run }, context);
    if (!made.ok) return made;
    const { id: child, key } = made.value;
    const applied = await this.tasks.apply(tx, parent.id, asked.wait ? { event: 'subtask_waited', child, childNeedsParent: needsParent } : { event: 'subtask_added', child }, context);
    if (!applied.ok) return applied;
    await this.subtasks.relevel(tx, parent.planId);
    const waiting = applied.value.yieldRun;
    return ok({ task: child, key, waiting, sentence: sentenceOf(key, asked.wait, waiting) });
  }
}

function sentenceOf(key: string, wished: boolean, waiting: boolean): string {
  if (waiting) return `${key} was added. This task waits for it: end your turn now, and go on from this lane when it is done.`;
  if (wished) return `${key} was added, but it builds on this work, so this task cannot wait for it. Finish without it.`;
  return `${key} was added. Go on with your own work.`;
}
