import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { PlanPreview, ok, refuse } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import { Database } from '../../platform/database/index.js';
import type { Reader } from '../../platform/database/index.js';
import { PlansService } from '../plans/index.js';
import { TaskTextService } from '../tasks/index.js';
import { outlookOf } from './domain/preview.js';
import { NobodyConnected, TaskTakers } from './planning.ports.js';
import { TreeReader } from './tree-reader.service.js';

/** What would happen if the plan were activated now. */
@Injectable()
export class PlanPreviewService {
  constructor(
    private readonly database: Database,
    private readonly plans: PlansService,
    private readonly reader: TreeReader,
    private readonly tasks: TaskTextService,
    private readonly modules: ModuleRef,
  ) {}

  preview(planId: string): Promise<Result<PlanPreview>> {
    return this.database.read(async (reader) => {
      const plan = await this.plans.find(reader, planId);
      if (plan === undefined) return refuse('not_found', 'plan_not_found', 'There is no such plan.');
      const { levels, criticalPath, minutes, ahead } = outlookOf(await this.reader.tree(reader, plan));
      const takers = await this.takersOf(reader, plan.projectId, planId, new Set(ahead.map(({ id }) => id)));
      const nobody = takers.flatMap(({ key, sessions, sentence }) => (sessions.length === 0 ? [{ key, sentence: sentence ?? `Nobody can take ${key}.` }] : []));
      return ok(PlanPreview.parse({ levels, criticalPath, estimateMinutes: minutes, takers: Object.fromEntries(takers.map(({ key, sessions }) => [key, sessions])), nobody }));
    });
  }

  private async takersOf(reader: Reader, projectId: string, planId: string, ahead: ReadonlySet<string>): Promise<readonly { readonly key: string; readonly sessions: readonly string[]; readonly sentence: string | null }[]> {
    const sought = (await this.tasks.ofPlan(reader, planId)).filter(({ id }) => ahead.has(id)).map(({ id, key, skills, assignee }) => ({ id, key, skills, assignee }));
    const found = await this.takers.takersOf(reader, projectId, sought);
    return sought.map(({ id, key }) => ({ key, sessions: found.get(id)?.sessions ?? [], sentence: found.get(id)?.sentence ?? null }));
  }

  // Looked up when needed, not injected: whoever provides it depends on this feature.
  private get takers(): TaskTakers {
    try {
      return this.modules.get(TaskTakers, { strict: false });
    } catch {
      return new NobodyConnected();
    }
  }
}
