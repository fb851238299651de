import { Injectable } from '@nestjs/common';
import { PlanStatus, formatProposal, ok, parseProposal, refuse } from '@maestro/protocol';
import type { ImportPlan, ParseIssue, PlanTree, Proposal, ProposalFormat, Result } from '@maestro/protocol';
import type { z } from 'zod';
import type { Access } from '../../platform/access/index.js';
import { Database } from '../../platform/database/index.js';
import type { Reader, Tx } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { PlansService } from '../plans/index.js';
import type { PlanContext, PlanRecord } from '../plans/index.js';
import { ProjectsService } from '../projects/index.js';
import { SkillsService, WorkspacesService } from '../workspaces/index.js';
import { proposalOfTree, treeOfProposal } from './domain/proposal-tree.js';
import { PlanEditService } from './plan-edit.service.js';
import { TreeReader } from './tree-reader.service.js';

type Import = z.output<typeof ImportPlan>;

/** Plans from proposals and back, without an agent. What an architect proposes takes the same way. */
@Injectable()
export class PlanImportService {
  constructor(
    private readonly database: Database,
    private readonly projects: ProjectsService,
    private readonly plans: PlansService,
    private readonly edits: PlanEditService,
    private readonly reader: TreeReader,
    private readonly workspaces: WorkspacesService,
    private readonly skills: SkillsService,
  ) {}

  /** Makes a draft plan. Title and goal said beside the text win over those in it. */
  create(access: Access, projectId: string, input: Import): Promise<Result<PlanTree>> {
    return this.database.inTransaction(async (tx) => {
      const context = { actor: await this.workspaces.actorOf(tx, access) };
      const project = await this.projects.find(tx, projectId);
      if (project === undefined) return refuse('not_found', 'project_not_found', 'There is no such project.');
      const proposal = await this.parse(tx, project.workspaceId, input.text);
      if (!proposal.ok) return proposal;
      const text = { title: input.title ?? proposal.value.title ?? 'Imported plan', goal: input.goal ?? proposal.value.goal ?? '' };
      const plan = await this.plans.create(tx, project, text, context);
      return this.fill(tx, plan, { ...proposal.value, ...text }, context);
    });
  }

  /** Puts a proposal in the place of a draft's whole tree. */
  replace(access: Access, planId: string, input: Import): Promise<Result<PlanTree>> {
    return this.database.inTransaction(async (tx) => this.replaceIn(tx, planId, input, { actor: await this.workspaces.actorOf(tx, access) }));
  }

  /** The same inside a transaction of the caller: an architect's proposal. A refusal lists every problem of the text, for its repair. */
  async replaceIn(tx: Tx, planId: string, { text, title, goal }: Import, context: PlanContext): Promise<Result<PlanTree>> {
    const open = await this.plans.apply(tx, planId, { event: 'edit' }, context);
    if (!open.ok) return open;
    const plan = open.value;
    if (plan.status !== PlanStatus.draft) return refuse('conflict', 'not_draft', 'The plan is active, so a proposal cannot take the place of its tasks. Edit it, or make a new plan.');
    const proposal = await this.parse(tx, plan.workspaceId, text);
    if (!proposal.ok) return proposal;
    return this.fill(tx, plan, { ...proposal.value, ...(title === undefined ? {} : { title }), ...(goal === undefined ? {} : { goal }) }, context);
  }

  export(planId: string, format: ProposalFormat): Promise<Result<string>> {
    return this.database.read(async (reader) => {
      const plan = await this.plans.find(reader, planId);
      if (plan === undefined) return refuse('not_found', 'plan_not_found', 'There is no such plan.');
      return ok(formatProposal(proposalOfTree(await this.reader.tree(reader, plan)), format));
    });
  }

  private async fill(tx: Tx, plan: PlanRecord, proposal: Proposal, context: PlanContext): Promise<Result<PlanTree>> {
    const before = await this.reader.tree(tx, plan);
    const tree = treeOfProposal(proposal, plan, newId);
    return this.edits.write(tx, plan, before, { tree, cancelled: new Set(), choices: new Map(), places: new Map() }, context);
  }

  private async parse(reader: Reader, workspaceId: string, text: string): Promise<Result<Proposal>> {
    const parsed = parseProposal(text, { knownSkills: await this.skills.slugs(reader, workspaceId) });
    return parsed.ok ? ok(parsed.value) : invalid(parsed.issues);
  }
}

function invalid(issues: readonly ParseIssue[]): Result<never> {
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return refuse('unprocessable', 'proposal_invalid', `Line ${first?.line ?? 1}: ${first?.message ?? 'this is no proposal.'}${more}`, {
    issues: issues.map(({ line, column, message, path = '' }) => ({ path, message, line, column })),
  });
}
