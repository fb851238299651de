import { Injectable } from '@nestjs/common';
import { EventKind, PlanMessageView, ok, refuse } from '@maestro/protocol';
import type { PageQuery, Result } from '@maestro/protocol';
import { z } from 'zod';
import type { Access } from '../../platform/access/index.js';
import { Database } from '../../platform/database/index.js';
import type { Reader, Tx } from '../../platform/database/index.js';
import { readCursor, toPage } from '../../platform/http/index.js';
import type { Page } from '../../platform/http/index.js';
import { newId } from '../../platform/ids/index.js';
import { Events } from '../events/index.js';
import { WorkspacesService } from '../workspaces/index.js';
import type { PlanContext } from './domain/context.js';
import { PlanMessagesRepository } from './plan-messages.repository.js';
import type { StoredMessage } from './plan-messages.repository.js';
import { PlansService } from './plans.service.js';

export interface NewPlanMessage {
  readonly kind: PlanMessageView['kind'];
  readonly author: PlanMessageView['author'];
  readonly text: string;
  /** The architect run that wrote it. */
  readonly runId: string | null;
}

const Cursor = z.string().regex(/^\d{1,18}$/);

/**
 * The conversation between a person and the architect. A person's message makes an architect run due; that is dispatch's to find out,
 * from the conversation's last message.
 */
@Injectable()
export class PlanMessagesService {
  constructor(
    private readonly database: Database,
    private readonly messages: PlanMessagesRepository,
    private readonly plans: PlansService,
    private readonly workspaces: WorkspacesService,
    private readonly events: Events,
  ) {}

  /** A person speaks. Refused once the plan has ended, since no architect would answer. */
  post(access: Access, planId: string, text: string): Promise<Result<PlanMessageView>> {
    return this.database.inTransaction(async (tx) => {
      const context = { actor: await this.workspaces.actorOf(tx, access) };
      const open = await this.plans.apply(tx, planId, { event: 'edit' }, context);
      return open.ok ? this.add(tx, planId, { kind: 'message', author: 'person', text, runId: null }, context) : open;
    });
  }

  /** Adds a message of whoever it is, with its event. */
  async add(tx: Tx, planId: string, message: NewPlanMessage, context: PlanContext): Promise<Result<PlanMessageView>> {
    const plan = await this.plans.find(tx, planId);
    if (plan === undefined) return refuse('not_found', 'plan_not_found', 'There is no such plan.');
    const stored = await this.messages.insert(tx, planId, { id: newId(), ...message });
    const view = messageView(stored);
    await this.events.append(tx, {
      kind: EventKind.planMessage,
      actor: context.actor,
      workspaceId: plan.workspaceId,
      projectId: plan.projectId,
      planId,
      runId: message.runId,
      payload: { message: view },
    });
    return ok(view);
  }

  /** Oldest first. */
  page(planId: string, { cursor, limit }: PageQuery): Promise<Result<Page<PlanMessageView>>> {
    return this.database.read(async (reader) => {
      const after = readCursor(Cursor, cursor);
      if (!after.ok) return after;
      const { data, nextCursor } = toPage(await this.messages.ofPlan(reader, planId, after.value, limit + 1), limit, ({ seq }) => seq);
      return ok({ data: data.map(messageView), nextCursor });
    });
  }

  /** The whole conversation, for an architect's prompt. */
  async all(reader: Reader, planId: string): Promise<readonly PlanMessageView[]> {
    return (await this.messages.ofPlan(reader, planId, undefined, MOST_REMEMBERED)).map(messageView);
  }
}

/** Enough for any conversation that people have; what comes later is not sent to the architect. */
const MOST_REMEMBERED = 2_000;

const messageView = ({ at, ...message }: StoredMessage): PlanMessageView => PlanMessageView.parse({ ...message, at: at.toISOString() });
