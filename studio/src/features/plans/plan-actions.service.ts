import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ok, refuse } from '@maestro/protocol';
import type { CreatePlan, PageQuery, PlanView, Result } from '@maestro/protocol';
import { z } from 'zod';
import type { Access } from '../../platform/access/index.js';
import { Database } from '../../platform/database/index.js';
import type { Tx } from '../../platform/database/index.js';
import { readCursor, toPage } from '../../platform/http/index.js';
import type { Page } from '../../platform/http/index.js';
import { ProjectsService } from '../projects/index.js';
import { WorkspacesService } from '../workspaces/index.js';
import type { PlanContext } from './domain/context.js';
import type { PlanHappening, PlanHappeningOf } from './domain/happening.js';
import { planView } from './plan.view.js';
import { PlanTasks } from './plans.ports.js';
import type { TaskCounts } from './plans.ports.js';
import { PlansService } from './plans.service.js';

/** What people do to a plan as a whole, each in one transaction. Its text and tree are `planning`'s. */
@Injectable()
export class PlanActionsService {
  constructor(
    private readonly database: Database,
    private readonly plans: PlansService,
    private readonly projects: ProjectsService,
    private readonly workspaces: WorkspacesService,
    private readonly modules: ModuleRef,
  ) {}

  create(access: Access, projectId: string, text: z.output<typeof CreatePlan>): Promise<Result<PlanView>> {
    return this.database.inTransaction(async (tx) => {
      const project = await this.projects.find(tx, projectId);
      if (project === undefined) return refuse('not_found', 'project_not_found', 'There is no such project.');
      return ok(planView(await this.plans.create(tx, project, text, await this.contextOf(tx, access))));
    });
  }

  /** Newest first. */
  page(projectId: string, { cursor, limit }: PageQuery): Promise<Result<Page<PlanView>>> {
    return this.database.read(async (reader) => {
      const before = readCursor(z.uuid(), cursor);
      if (!before.ok) return before;
      const { data, nextCursor } = toPage(await this.plans.ofProject(reader, projectId, before.value, limit + 1), limit, ({ id }) => id);
      return ok({ data: data.map(planView), nextCursor });
    });
  }

  activate(access: Access, planId: string): Promise<Result<PlanView>> {
    return this.act(access, planId, (tx) => this.activation(tx, planId));
  }

  release(access: Access, planId: string): Promise<Result<PlanView>> {
    return this.act(access, planId, async (tx) => ({ event: 'release', tasks: endedness(await this.tasks.counts(tx, planId)) }));
  }

  /** Everything that needs no looking up. */
  do(access: Access, planId: string, happening: PlanHappeningOf<'pause' | 'resume' | 'cancel' | 'cancel_release' | 'archive' | 'retry_bootstrap' | 'validate_again'>): Promise<Result<PlanView>> {
    return this.act(access, planId, () => Promise.resolve(happening));
  }

  private act(access: Access, planId: string, decide: (tx: Tx) => Promise<PlanHappening>): Promise<Result<PlanView>> {
    return this.database.inTransaction(async (tx) => {
      // Locked before the tasks are counted, so that none is added or ends in between.
      if ((await this.plans.lock(tx, planId)) === undefined) return refuse('not_found', 'plan_not_found', 'There is no such plan.');
      const applied = await this.plans.apply(tx, planId, await decide(tx), await this.contextOf(tx, access));
      return applied.ok ? ok(planView(applied.value)) : applied;
    });
  }

  private async activation(tx: Tx, planId: string): Promise<PlanHappening> {
    const plan = await this.plans.find(tx, planId);
    return { event: 'activate', plan: await this.readiness(tx, planId, plan?.projectId ?? ''), suffix: randomSuffix() };
  }

  private async readiness(tx: Tx, planId: string, projectId: string): Promise<PlanHappeningOf<'activate'>['plan']> {
    if ((await this.tasks.counts(tx, planId)).open === 0) return 'no_tasks';
    if (await this.tasks.hasCycle(tx, planId)) return 'cycle';
    return (await this.plans.knowsEpicBlocked(tx, projectId)) ? 'epic_blocked' : 'ready';
  }

  private async contextOf(tx: Tx, access: Access): Promise<PlanContext> {
    return { actor: await this.workspaces.actorOf(tx, access) };
  }

  // Looked up when needed, not injected: whoever provides it depends on this feature.
  private get tasks(): PlanTasks {
    return this.modules.get(PlanTasks, { strict: false });
  }
}

function endedness({ open, done }: TaskCounts): PlanHappeningOf<'release'>['tasks'] {
  if (open > 0) return 'some_open';
  return done === 0 ? 'none_done' : 'all_ended';
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const randomSuffix = (): string => Array.from({ length: 6 }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
