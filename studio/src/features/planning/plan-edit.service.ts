import { Injectable } from '@nestjs/common';
import { ok, refuse } from '@maestro/protocol';
import type { PatchPlan, PlanTree, PutPlan, Result } from '@maestro/protocol';
import type { z } from 'zod';
import type { Access } from '../../platform/access/index.js';
import { Database } from '../../platform/database/index.js';
import type { Tx } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { PlansService } from '../plans/index.js';
import type { PlanContext, PlanRecord } from '../plans/index.js';
import { SkillsService, WorkspacesService } from '../workspaces/index.js';
import { applyEdits } from './domain/apply-edits.js';
import { checkTree } from './domain/check-tree.js';
import { replaceTree } from './domain/replace-tree.js';
import type { Replaced } from './domain/replace-tree.js';
import type { EditedTree, EditIssue, Tree, TreeTask } from './domain/tree.js';
import { TreeReader } from './tree-reader.service.js';
import { TreeWriter } from './tree-writer.service.js';

/** Editing a plan's tree: by steps, or as a whole. Both carry the version that they were made from, and happen whole or not at all. */
@Injectable()
export class PlanEditService {
  constructor(
    private readonly database: Database,
    private readonly plans: PlansService,
    private readonly reader: TreeReader,
    private readonly writer: TreeWriter,
    private readonly workspaces: WorkspacesService,
    private readonly skills: SkillsService,
  ) {}

  get(planId: string): Promise<Result<PlanTree>> {
    return this.database.read(async (reader) => {
      const plan = await this.plans.find(reader, planId);
      return plan === undefined ? notFound() : ok(await this.reader.view(reader, plan));
    });
  }

  patch(access: Access, planId: string, { version, edits }: z.output<typeof PatchPlan>): Promise<Result<PlanTree>> {
    return this.edit(access, planId, version, (before) => applyEdits(before, edits, newId));
  }

  put(access: Access, planId: string, body: z.output<typeof PutPlan>): Promise<Result<PlanTree>> {
    return this.edit(access, planId, body.version, (before) => replaceTree(before, body, newId));
  }

  private edit(access: Access, planId: string, version: number, decide: (before: Tree) => Replaced): Promise<Result<PlanTree>> {
    return this.database.inTransaction(async (tx) => {
      const context = { actor: await this.workspaces.actorOf(tx, access) };
      const open = await this.plans.apply(tx, planId, { event: 'edit' }, context);
      if (!open.ok) return open;
      const plan = open.value;
      if (plan.version !== version) return this.conflict(tx, plan);
      const before = await this.reader.tree(tx, plan);
      const decided = decide(before);
      if (!decided.ok) return 'issues' in decided ? invalid(decided.issues) : wouldCancel(decided.wouldCancel);
      return this.write(tx, plan, before, decided.value, context);
    });
  }

  /** Checks an edited tree and writes it, inside a transaction of the caller, who holds the plan's lock. */
  async write(tx: Tx, plan: PlanRecord, before: Tree, edited: EditedTree, context: PlanContext): Promise<Result<PlanTree>> {
    const issues = checkTree(before, edited, await this.skills.slugs(tx, plan.workspaceId));
    if (issues.length > 0) return invalid(issues);
    const written = await this.writer.write(tx, plan, before, edited, context);
    return written.ok ? ok(await this.reader.view(tx, written.value)) : written;
  }

  private async conflict(tx: Tx, plan: PlanRecord): Promise<Result<never>> {
    const tree = await this.reader.view(tx, plan);
    return refuse('conflict', 'version_conflict', `Somebody else has changed the plan: it is at version ${plan.version} now. Look at their changes, then make yours again.`, { version: plan.version, tree });
  }
}

function invalid(issues: readonly EditIssue[]): Result<never> {
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return refuse('unprocessable', 'plan_edit_invalid', `${first?.message ?? 'The edit is not valid.'}${more}`, { issues });
}

function wouldCancel(tasks: readonly TreeTask[]): Result<never> {
  const keys = tasks.map(({ key }) => key ?? '').join(', ');
  return refuse('conflict', 'would_cancel', `This tree leaves out ${keys}, which ${tasks.length === 1 ? 'is' : 'are'} at work. List ${tasks.length === 1 ? 'it' : 'them'} in "cancel" to cancel, or keep ${tasks.length === 1 ? 'it' : 'them'} in the tree.`, {
    tasks: tasks.map(({ id, key, title, status }) => ({ id, key, title, status })),
  });
}

function notFound(): Result<never> {
  return refuse('not_found', 'plan_not_found', 'There is no such plan.');
}
