import { Injectable } from '@nestjs/common';
import { Purpose, stageKindOf } from '@maestro/protocol';
import type { Actor } from '@maestro/protocol';
import { Database, databaseNow } from '../../platform/database/index.js';
import type { Tx } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { Log, withLogIds } from '../../platform/logging/index.js';
import type { LogIds } from '../../platform/logging/index.js';
import { Tracing } from '../../platform/tracing/index.js';
import { PlansService } from '../plans/index.js';
import { OffersService } from '../runs/index.js';
import type { Offered } from '../runs/index.js';
import { TasksService } from '../tasks/index.js';
import { AnalysisDispatch } from './analysis-dispatch.service.js';
import { DispatchFactsRepository } from './dispatch-facts.repository.js';
import type { PlanRow } from './dispatch-facts.repository.js';
import { DispatchMetrics } from './dispatch-metrics.js';
import type { DispatchOutcome } from './dispatch-metrics.js';
import { FairQueue } from './domain/order.js';
import { Reading } from './domain/reading.js';
import type { Queued } from './domain/order.js';
import type { Match } from './domain/match.js';
import { DueReader } from './due-reader.service.js';
import type { JudgedTask } from './due-reader.service.js';
import { FleetReader } from './fleet.service.js';
import type { Fleet } from './fleet.service.js';
import { standingsOf, standingsOfProjects } from './standings.js';
import { explanationOf, wantedByPlan, wantedByTask } from './wanted.js';

const BY_DISPATCH: Actor = { type: 'system', name: 'dispatch' };

/** After so many offers it looks anew, so that what became due meanwhile takes its turn; about a second's worth. */
const OFFERS_PER_LOOK = 64;

/** One due piece of work in the queue. */
type Item = Queued & ({ readonly kind: 'task'; readonly task: JudgedTask; readonly purpose: Purpose } | { readonly kind: 'plan'; readonly own: PlanRow; readonly purpose: Purpose });

interface Look {
  readonly tasks: readonly JudgedTask[];
  readonly own: readonly { readonly plan: PlanRow; readonly due: readonly Purpose[] }[];
  readonly fleet: Fleet;
  /** Seconds until a rest or a grace is over, of any task. */
  readonly nextEnd: number | undefined;
  readonly at: string;
}

/** Makes runs for due work, and for nothing else. Everything it knows is read anew each time; it may die at any moment. */
@Injectable()
export class DispatcherService {
  constructor(
    private readonly database: Database,
    private readonly due: DueReader,
    private readonly fleets: FleetReader,
    private readonly offers: OffersService,
    private readonly tasks: TasksService,
    private readonly plans: PlansService,
    private readonly analyses: AnalysisDispatch,
    private readonly metrics: DispatchMetrics,
    private readonly facts: DispatchFactsRepository,
    private readonly tracing: Tracing,
    private readonly log: Log,
  ) {}

  /**
   * Looks once at everything, and offers what can be offered, as far as one look goes.
   *
   * @returns seconds until something will be due by the mere passing of time, 0 when there is more to offer now; undefined when nothing will.
   */
  async dispatch(signal: AbortSignal): Promise<number | undefined> {
    const end = this.metrics.looks.startTimer();
    try {
      return await this.dispatchAll(signal);
    } finally {
      end();
    }
  }

  private async dispatchAll(signal: AbortSignal): Promise<number | undefined> {
    const look = await this.look();
    await this.tellLimits(look.tasks, signal);
    const plans = [...look.tasks.map(({ plan }) => plan), ...look.own.map(({ plan }) => plan)];
    const queue = new FairQueue([...ownWorkIn(look.own), ...dueIn(look.tasks)], standingsOf(plans), standingsOfProjects(plans, look.fleet));
    const reading = new Reading();
    reading.took(look.tasks.map(placeOf));
    let given = 0;
    while (!signal.aborted) {
      if (given === OFFERS_PER_LOOK) return 0;
      const further = await this.readOn(look, queue, reading);
      if (further !== undefined) {
        await this.tellLimits(further, signal);
        queue.add(dueIn(further));
        continue;
      }
      const item = queue.next();
      if (item === undefined) break;
      await this.guard({ project: item.project, plan: item.plan, ...(item.kind === 'task' ? { task: item.id } : {}) }, async () => {
        if ((await this.counted(item, look)) !== 'offered') return;
        queue.gave(item);
        given += 1;
      });
    }
    // Last: where slots are few, the work of plans goes first.
    for (const analysis of await this.analyses.due()) {
      if (signal.aborted) return undefined;
      await this.guard({ project: analysis.projectId }, () => this.analyses.offer(analysis));
    }
    return nextChange(look);
  }

  /**
   * More of a plan whose head is used up, before anybody else has its turn: otherwise a plan whose first tasks nobody can take would lose
   * its slots to the others for ever.
   */
  private async readOn(look: Look, queue: FairQueue<Item>, reading: Reading): Promise<readonly JudgedTask[] | undefined> {
    for (const plan of reading.open) {
      const of = look.tasks.find(({ row }) => row.planId === plan)?.plan;
      if (of === undefined || queue.holds(plan) || !look.fleet.hasRoom(of.projectId, of.policy)) continue;
      const part = reading.next(plan);
      const further = await this.database.read((reader) => this.due.tasks(reader, { plan, ...part }));
      reading.took(further.map(placeOf), part.most);
      return further;
    }
    return undefined;
  }

  private async tellLimits(tasks: readonly JudgedTask[], signal: AbortSignal): Promise<void> {
    for (const item of tasks) {
      if (signal.aborted) return;
      await this.guard({ plan: item.plan.id, task: item.row.id }, () => this.tellLimit(item));
    }
  }

  private look(): Promise<Look> {
    return this.database.read(async (reader) => {
      const tasks = await this.due.tasks(reader, { most: Reading.first });
      const own = await this.due.plans(reader);
      const projects = new Set([...tasks.map(({ row }) => row.projectId), ...own.filter(({ due }) => due.length > 0).map(({ plan }) => plan.projectId)]);
      return { tasks, own, fleet: await this.fleets.of(reader, [...projects]), nextEnd: await this.due.nextEnd(reader), at: (await databaseNow(reader)).toISOString() };
    });
  }

  /** One piece of work that goes wrong must not keep the others waiting; it is looked at again next time. */
  private guard(about: LogIds, work: () => Promise<void>): Promise<void> {
    return withLogIds(about, async () => {
      try {
        await work();
      } catch (error) {
        this.log.error({ err: error }, 'dispatch of one piece of work failed');
      }
    });
  }

  /** A limit that is all that stands in the way is told to the task or plan, which then asks a person. */
  private async tellLimit({ row, plan, due, budgetSentence, planBudgetSentence }: JudgedTask): Promise<void> {
    if (planBudgetSentence !== undefined && plan.status === 'active') {
      await this.database.inTransaction((tx) => this.plans.apply(tx, plan.id, { event: 'budget_spent', why: planBudgetSentence }, { actor: BY_DISPATCH }));
      return;
    }
    if (due.due || due.exhausted === null) return;
    const happening =
      due.exhausted === 'runs'
        ? ({ event: 'runs_exhausted', why: `It has had ${row.startedRuns} runs, which is all it may have.` } as const)
        : ({ event: 'budget_spent', why: budgetSentence ?? "The task's budget is spent." } as const);
    await this.database.inTransaction(async (tx) => {
      await this.plans.lock(tx, row.planId);
      const again = await this.due.task(tx, row.id);
      if (again === undefined || again.due.due || again.due.exhausted !== due.exhausted) return;
      await this.tasks.apply(tx, row.id, happening, { actor: BY_DISPATCH });
    });
  }

  private async counted(item: Item, look: Look): Promise<DispatchOutcome> {
    let outcome: DispatchOutcome = 'failed';
    try {
      outcome = await this.offer(item, look);
      return outcome;
    } finally {
      this.metrics.came(item.purpose, outcome);
    }
  }

  private async offer(item: Item, { fleet, at }: Look): Promise<DispatchOutcome> {
    // Most of a long queue ends here.
    if (!fleet.hasRoom(item.project, (item.kind === 'task' ? item.task.plan : item.own).policy)) return 'nobody';
    const found = fleet.match(item.kind === 'task' ? wantedByTask(item.task.row, item.task.plan, item.purpose, fleet) : wantedByPlan(item.own, item.purpose));
    if (found.chosen === null) return 'nobody';
    const { session } = found.chosen;
    const agent = fleet.agentFor(session, item.purpose);
    const offered = await this.traced(item, session, () =>
      this.database.inTransaction((tx) => (item.kind === 'task' ? this.offerTask(tx, item.task, found, agent, at) : this.offerOwn(tx, item.own, item.purpose, found, agent, at))),
    );
    // A full session is full for the rest of this look too; what was taken by another dispatcher is not there any more either.
    if (offered !== 'taken') fleet.take(session, item.project, agent);
    return offered;
  }

  /** In the trace of what made it due: a run belongs to the request that set it off, though the two are connected by the database alone. */
  private async traced(item: Item, session: string, offer: () => Promise<Offered>): Promise<Offered> {
    if (!this.tracing.isOn) return offer();
    const task = item.kind === 'task' ? item.id : null;
    const parent = await this.database.read((reader) => this.facts.causeOf(reader, item.plan, task));
    const attributes = { 'maestro.project': item.project, 'maestro.plan': item.plan, 'maestro.task': task ?? undefined, 'maestro.purpose': item.purpose, 'maestro.session': session };
    return this.tracing.within({ name: `dispatch ${item.purpose}`, kind: 'internal', parent, attributes }, async (span) => {
      const outcome = await offer();
      span?.set({ 'maestro.outcome': outcome });
      return outcome;
    });
  }

  /** Under lock the rules are asked once more: what was due a moment ago may have been cancelled since. */
  private async offerTask(tx: Tx, { row, plan }: JudgedTask, found: Match, agent: string | null, at: string): Promise<Offered> {
    await this.plans.lock(tx, row.planId);
    await this.tasks.lock(tx, row.id);
    const now = await this.due.task(tx, row.id);
    if (found.chosen === null || now === undefined || !now.due.due) return 'taken';
    const { purpose, stage, readOnly } = now.due;
    const { workspaceId } = plan;
    const { id: taskId, projectId, planId, revisions: revision, repairs: repair, textVersion, failures } = now.row;
    const of = { workspaceId, projectId, planId, taskId, purpose, stage, revision, repair, textVersion, readOnly };
    const by = { sessionId: found.chosen.session, agent, selfReview: found.selfReview, match: explanationOf(found, at), trace: this.tracing.current ?? null };
    return this.offers.offer(tx, { id: newId(), ...of, ...by, attempt: failures + 1 }, plan.policy.concurrency);
  }

  private async offerOwn(tx: Tx, { id, workspaceId, projectId, policy }: PlanRow, purpose: Purpose, found: Match, agent: string | null, at: string): Promise<Offered> {
    await this.plans.lock(tx, id);
    const now = await this.due.plan(tx, id);
    if (found.chosen === null || now === undefined || !now.due.includes(purpose)) return 'taken';
    const of = { workspaceId, projectId, planId: id, taskId: null, purpose, stage: null, revision: 0, repair: 0, textVersion: 1, readOnly: false };
    const by = { sessionId: found.chosen.session, agent, selfReview: false, match: explanationOf(found, at), trace: this.tracing.current ?? null };
    return this.offers.offer(tx, { id: newId(), ...of, ...by, attempt: (now.plan.failures[purpose] ?? 0) + 1 }, policy.concurrency);
  }
}

function dueIn(tasks: readonly JudgedTask[]): readonly Item[] {
  return tasks.flatMap((task): Item[] => {
    const { row, due, planBudgetSentence } = task;
    if (!due.due || planBudgetSentence !== undefined) return [];
    const place = { id: row.id, project: row.projectId, plan: row.planId, priority: row.priority, level: row.level, position: row.position, since: -row.inStageSeconds };
    return [{ kind: 'task', task, purpose: due.purpose, stage: due.stage, ...place }];
  });
}

function ownWorkIn(own: Look['own']): readonly Item[] {
  return own.flatMap(({ plan, due }) => {
    const place = { id: plan.id, project: plan.projectId, plan: plan.id, priority: 0, level: 0, position: 0, since: -plan.sinceSeconds };
    return due.map((purpose): Item => ({ kind: 'plan', own: plan, purpose, stage: stageKindOf(purpose) ?? null, ...place }));
  });
}

const placeOf = ({ row }: JudgedTask): { readonly id: string; readonly plan: string } => ({ id: row.id, plan: row.planId });

/**
 * The first moment at which time alone makes something due: a rest, a grace, a wait for a reviewer or a cooldown ends. Of the waits for
 * reviewers, those of the tasks that were read: the others have such tasks before them.
 */
function nextChange({ tasks, own, fleet, nextEnd = 0 }: Look): number | undefined {
  const waits = tasks.map(({ row, plan: { policy }, due }) =>
    due.due && due.purpose === Purpose.review && policy.reviewerIndependence !== 'conversation' ? policy.reviewerWaitMinutes * 60 - row.inStageSeconds : 0,
  );
  const coming = [nextEnd, ...waits, ...own.map(({ plan }) => plan.restsSeconds), fleet.nextCooldownEnd ?? 0].filter((seconds) => seconds > 0);
  return coming.length === 0 ? undefined : Math.min(...coming);
}
