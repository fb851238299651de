import { Injectable } from '@nestjs/common';
import { ok, refuse } from '@maestro/protocol';
import type { CommentView, MoveTask, Result, TaskView, UnblockTask } from '@maestro/protocol';
import type { Access } from '../../platform/access/index.js';
import { Database } from '../../platform/database/index.js';
import type { Reader, Tx } from '../../platform/database/index.js';
import { MembersService, WorkspacesService } from '../workspaces/index.js';
import { CommentsRepository } from './comments.repository.js';
import { boardMove } from './domain/board.js';
import type { TaskHappening } from './domain/happening.js';
import { taskView } from './domain/task-view.js';
import type { TaskRecord } from './domain/task.js';
import { TasksRepository } from './tasks.repository.js';
import { TasksService } from './tasks.service.js';
import type { StepContext } from './tasks.service.js';

/** What people do to tasks, each in one transaction. */
@Injectable()
export class TaskActionsService {
  constructor(
    private readonly database: Database,
    private readonly repository: TasksRepository,
    private readonly comments: CommentsRepository,
    private readonly tasks: TasksService,
    private readonly workspaces: WorkspacesService,
    private readonly members: MembersService,
  ) {}

  /** Applies one happening for a person and returns the task as it is then. */
  act(access: Access, taskId: string, happening: TaskHappening): Promise<Result<TaskView>> {
    return this.database.inTransaction(async (tx) => this.applied(tx, taskId, happening, await this.contextOf(tx, access)));
  }

  approve(access: Access, taskId: string, head: string, note: string): Promise<Result<TaskView>> {
    return this.decide(access, taskId, (_task, by) => ({ event: 'approve', head, by, note }));
  }

  move(access: Access, taskId: string, move: MoveTask): Promise<Result<TaskView>> {
    return this.decide(access, taskId, (task, by) => boardMove(task, move, by));
  }

  unblock(access: Access, taskId: string, order: UnblockTask): Promise<Result<TaskView>> {
    if (order.action === 'assign') return this.assign(access, taskId, order.member);
    return this.decide(access, taskId, (_task, by) => unblocking(order, by));
  }

  /** Offers the task to a member, or takes it back from whoever has it. */
  assign(access: Access, taskId: string, memberId: string | null): Promise<Result<TaskView>> {
    return this.database.inTransaction(async (tx) => {
      const context = await this.contextOf(tx, access);
      if (memberId === null) return this.applied(tx, taskId, { event: 'unassigned' }, context);
      const member = await this.members.exists(tx, access.workspaceId, memberId);
      if (!member) return refuse('not_found', 'member_not_found', 'There is no such member in this workspace.');
      return this.applied(tx, taskId, { event: 'assigned', member: memberId, by: access.caller.userId }, context);
    });
  }

  /** Accepts or declines the caller's own offer. */
  respond(access: Access, taskId: string, answer: { readonly accept: boolean; readonly why: string; readonly session: string | null }): Promise<Result<TaskView>> {
    return this.database.inTransaction(async (tx) => this.respondIn(tx, access.memberId, taskId, answer, await this.contextOf(tx, access)));
  }

  /** The same inside a transaction of the caller: the daemon's `task/accept` and `task/decline`. */
  async respondIn(
    tx: Tx,
    memberId: string,
    taskId: string,
    answer: { readonly accept: boolean; readonly why: string; readonly session: string | null },
    context: StepContext,
  ): Promise<Result<TaskView>> {
    const task = await this.repository.find(tx, taskId);
    if (task === undefined) return refuse('not_found', 'task_not_found', 'There is no such task.');
    if (task.assignee !== memberId) return refuse('forbidden', 'not_offered', `${task.key} is not offered to you.`);
    return this.applied(tx, taskId, answer.accept ? { event: 'accepted', member: memberId, session: answer.session } : { event: 'declined', why: answer.why }, context);
  }

  /** Takes back offers that nobody answered in the policy's `offerHours`. */
  async expireOffers(): Promise<void> {
    const stale = await this.database.read((reader) => this.repository.offersOlderThanPolicy(reader));
    for (const id of stale) {
      await this.database.inTransaction((tx) => this.tasks.apply(tx, id, { event: 'offer_expired' }, { actor: { type: 'system', name: 'tasks' } }));
    }
  }

  comment(access: Access, taskId: string, text: string, forAgent: boolean): Promise<Result<readonly CommentView[]>> {
    return this.database.inTransaction(async (tx) => {
      const task = await this.repository.find(tx, taskId);
      if (task === undefined) return refuse('not_found', 'task_not_found', 'There is no such task.');
      await this.tasks.comment(tx, task, text, forAgent, await this.contextOf(tx, access));
      return ok(await this.commentsOf(tx, taskId));
    });
  }

  async commentsOf(reader: Reader, taskId: string): Promise<CommentView[]> {
    const found = await this.comments.ofTask(reader, taskId);
    return found.map((comment) => ({ ...comment, at: comment.at.toISOString() }) as CommentView);
  }

  /** The open tasks that are offered to, or accepted by, the caller. */
  mine(access: Access): Promise<Result<TaskView[]>> {
    return this.database.read(async (reader) => ok(await this.views(reader, await this.repository.offeredTo(reader, access.memberId))));
  }

  private async views(reader: Reader, tasks: readonly TaskRecord[]): Promise<TaskView[]> {
    const views: TaskView[] = [];
    for (const task of tasks) views.push(await this.view(reader, task));
    return views;
  }

  async view(reader: Reader, task: TaskRecord): Promise<TaskView> {
    return taskView(task, await this.repository.dependenciesOf(reader, task.id));
  }

  private decide(access: Access, taskId: string, decision: (task: TaskRecord, by: string) => TaskHappening | Result<never>): Promise<Result<TaskView>> {
    return this.database.inTransaction(async (tx) => {
      const task = await this.repository.find(tx, taskId);
      if (task === undefined) return refuse('not_found', 'task_not_found', 'There is no such task.');
      const context = await this.contextOf(tx, access);
      const happening = decision(task, context.actor.name);
      return 'event' in happening ? this.applied(tx, taskId, happening, context) : happening;
    });
  }

  private async applied(tx: Tx, taskId: string, happening: TaskHappening, context: StepContext): Promise<Result<TaskView>> {
    const applied = await this.tasks.apply(tx, taskId, happening, context);
    return applied.ok ? ok(await this.view(tx, applied.value.task)) : applied;
  }

  private async contextOf(reader: Reader, access: Access): Promise<StepContext> {
    return { actor: await this.workspaces.actorOf(reader, access) };
  }
}

function unblocking(order: Exclude<UnblockTask, { action: 'assign' }>, by: string): TaskHappening {
  switch (order.action) {
    case 'retry':
      return { event: 'retry', note: order.note ?? '' };
    case 'approve':
      return { event: 'approve', head: order.head, by, note: order.note ?? '' };
    case 'start':
      return { event: 'start', session: order.session ?? null };
    case 'answer':
      return { event: 'answer', text: order.text };
    case 'confirm':
    case 'cancel':
    case 'drop_dependencies':
    case 'treat_as_done':
      return { event: order.action };
  }
}
