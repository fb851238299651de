import { Injectable } from '@nestjs/common';
import { EventKind, ReviewView } from '@maestro/protocol';
import type { Actor, RunOutcome } from '@maestro/protocol';
import type { Reader, Tx } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { Events } from '../events/index.js';
import { TasksService } from '../tasks/index.js';
import type { Approval, TaskHappening, TaskRecord } from '../tasks/index.js';
import { judge } from './domain/judge.js';
import type { Judgement, ReviewOrder } from './domain/judge.js';
import { ReviewsRepository } from './reviews.repository.js';

/** A review run, with what it was asked to judge. */
export interface ReviewRun {
  readonly id: string;
  readonly workspaceId: string;
  readonly order: ReviewOrder;
  /** The task's text that the reviewer was given. */
  readonly textVersion: number;
  readonly selfReview: boolean;
  readonly actor: Actor;
}

type JudgedOutcome = Extract<RunOutcome, { kind: 'judged' }>;

/** Judging: a verdict is read, bound to what was judged, kept, and told to the task. */
@Injectable()
export class ReviewsService {
  constructor(
    private readonly reviews: ReviewsRepository,
    private readonly tasks: TasksService,
    private readonly events: Events,
  ) {}

  /** A review run has ended. The caller holds plan and task. */
  async settle(tx: Tx, run: ReviewRun, task: TaskRecord, outcome: JudgedOutcome): Promise<void> {
    const judgement = judge(run.order, outcome);
    const applied = await this.tasks.apply(tx, task.id, happeningOf(judgement, run), { actor: run.actor, causeRun: run.id });
    // An approval of what is no longer there, or one that came to a blocked task, stays as evidence.
    const counted = applied.ok && (judgement.verdict === 'no_verdict' || applied.value.changed);
    await this.keep(tx, run, task, judgement, counted);
  }

  /** A person judged by hand; the task has taken it already. */
  async personApproved(tx: Tx, task: TaskRecord, { head, textVersion }: Approval, note: string, actor: Actor): Promise<void> {
    const [id, by] = [newId(), { kind: actor.type, name: actor.name }];
    await this.reviews.insert(tx, { id, taskId: task.id, runId: null, verdict: 'approved', counted: true, head, textVersion, summary: note, findings: [], by, selfReview: false });
    const { workspaceId, projectId, planId } = await this.reviews.placeOf(tx, task.id);
    const payload = { key: task.key, review: id, verdict: 'approved', counted: true, head, summary: note, findings: 0, selfReview: false };
    await this.events.append(tx, { kind: EventKind.reviewVerdict, actor, workspaceId, projectId, planId, taskId: task.id, payload });
  }

  /** A verdict that came too late to count. */
  async keepEvidence(tx: Tx, run: ReviewRun, task: TaskRecord, outcome: JudgedOutcome): Promise<void> {
    await this.keep(tx, run, task, judge(run.order, outcome), false);
  }

  async ofTask(reader: Reader, taskId: string): Promise<readonly ReviewView[]> {
    return (await this.reviews.ofTask(reader, taskId)).map(({ by, ...review }) => ReviewView.parse({ ...review, by: by.name }));
  }

  private async keep(tx: Tx, run: ReviewRun, task: TaskRecord, judgement: Judgement, counted: boolean): Promise<void> {
    const id = newId();
    const { verdict } = judgement;
    const summary = judgement.verdict === 'no_verdict' ? judgement.why : judgement.summary;
    const findings = judgement.verdict === 'no_verdict' ? [] : judgement.findings;
    const by = { kind: run.actor.type, name: run.actor.name };
    await this.reviews.insert(tx, { id, taskId: task.id, runId: run.id, verdict, counted, head: run.order.head, textVersion: run.textVersion, summary, findings, by, selfReview: run.selfReview });
    const { projectId, planId } = task;
    await this.events.append(tx, {
      kind: counted ? EventKind.reviewVerdict : EventKind.reviewEvidence,
      actor: run.actor,
      workspaceId: run.workspaceId,
      projectId,
      planId,
      taskId: task.id,
      runId: run.id,
      payload: { key: task.key, review: id, verdict, counted, head: run.order.head, summary, findings: findings.length, selfReview: run.selfReview },
    });
  }
}

function happeningOf(judgement: Judgement, run: ReviewRun): TaskHappening {
  const by = run.actor.name;
  switch (judgement.verdict) {
    case 'approved':
      return { event: 'approved', run: run.id, by, ...run.order, textVersion: run.textVersion };
    case 'rejected':
      return { event: 'rejected', by, tree: run.order.tree, summary: judgement.summary, findings: judgement.findings };
    case 'no_verdict':
      return { event: 'no_verdict', why: judgement.why };
  }
}
