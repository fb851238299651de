import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { EventKind, Policy, nameRemote, ok, possibleNames, readPlace, refuse } from '@maestro/protocol';
import type { CreateProject, NormalizedRemote, PageQuery, ProjectView, Result, UpdateProject } from '@maestro/protocol';
import { z } from 'zod';
import { Memberships } from '../../platform/access/index.js';
import type { Access, Caller } from '../../platform/access/index.js';
import { Database } from '../../platform/database/index.js';
import type { Reader, Tx } from '../../platform/database/index.js';
import { readCursor, toPage } from '../../platform/http/index.js';
import type { Page } from '../../platform/http/index.js';
import { newId } from '../../platform/ids/index.js';
import { Events } from '../events/index.js';
import { WorkspacesService } from '../workspaces/index.js';
import { isBranchName } from './domain/branch-name.js';
import { changePolicy } from './domain/policy.js';
import { keyCandidates } from './domain/project-key.js';
import type { ProjectRecord } from './domain/project.js';
import { projectView } from './project.view.js';
import { PolicyWatch } from './projects.ports.js';
import { ProjectsRepository } from './projects.repository.js';

/** Projects: one git repository each, with its policy. */
@Injectable()
export class ProjectsService {
  /** By project; as many as there are projects, which are few. */
  private readonly workspaceIds = new Map<string, string>();

  constructor(
    private readonly database: Database,
    private readonly projects: ProjectsRepository,
    private readonly workspaces: WorkspacesService,
    private readonly memberships: Memberships,
    private readonly events: Events,
    private readonly modules: ModuleRef,
  ) {}

  create(access: Access, input: z.output<typeof CreateProject>): Promise<Result<ProjectView>> {
    const remote = remoteOf(input);
    if (!remote.ok) return Promise.resolve(remote);
    if (!isBranchName(input.baseBranch)) return Promise.resolve(badBranch());
    const policy = changePolicy(Policy.parse({}), input.policy).policy;
    const { normalized: normalizedRemote, provider } = remote.value;
    return this.database.inTransaction(async (tx) => {
      const actor = await this.workspaces.actorOf(tx, access);
      const { workspaceId } = access;
      const project = { id: newId(), workspaceId, name: input.name, provider, normalizedRemote, remote: remote.value.remote, baseBranch: input.baseBranch, policy, createdBy: access.caller.userId };
      const key = await this.insert(tx, project, input.key === undefined ? keyCandidates(input.name) : [input.key]);
      if (!key.ok) return key;
      await this.events.append(tx, { kind: EventKind.projectCreated, actor, workspaceId, projectId: project.id, payload: { key: key.value, name: input.name, normalizedRemote } });
      return this.view(tx, project.id);
    });
  }

  /** Of the caller's reach: a machine that was invited to some projects sees those alone. */
  page(access: Access, { cursor, limit }: PageQuery): Promise<Result<Page<ProjectView>>> {
    return this.database.read(async (reader) => {
      const after = readCursor(z.uuid(), cursor);
      if (!after.ok) return after;
      const found = await this.projects.ofWorkspace(reader, access.workspaceId, access.caller.reach?.projectIds ?? null, after.value, limit + 1);
      const { data, nextCursor } = toPage(found, limit, ({ id }) => id);
      return ok({ data: data.map(projectView), nextCursor });
    });
  }

  get(id: string): Promise<Result<ProjectView>> {
    return this.database.read((reader) => this.view(reader, id));
  }

  update(access: Access, id: string, changes: z.output<typeof UpdateProject>): Promise<Result<ProjectView>> {
    if (changes.baseBranch !== undefined && !isBranchName(changes.baseBranch)) return Promise.resolve(badBranch());
    return this.database.inTransaction(async (tx) => {
      const before = await this.projects.lock(tx, id);
      if (before === undefined) return notFound();
      const { policy, changed } = changePolicy(before.policy, changes.policy ?? {});
      const after = { name: changes.name ?? before.name, baseBranch: changes.baseBranch ?? before.baseBranch, policy };
      await this.projects.update(tx, id, after);
      const actor = await this.workspaces.actorOf(tx, access);
      const payload = { name: after.name, baseBranch: after.baseBranch, policy: Object.fromEntries(changed.map((knob) => [knob, policy[knob]])) };
      if (changed.length > 0) await this.watch.policyChanged(tx, id, changed, actor);
      await this.events.append(tx, { kind: EventKind.projectUpdated, actor, workspaceId: before.workspaceId, projectId: id, payload });
      return this.view(tx, id);
    });
  }

  /**
   * The caller's project behind an address, in whichever spelling. A machine's token reaches one workspace, where a remote is one project;
   * a person who has it in several gets the one made first.
   */
  async lookup({ userId, reach }: Caller, address: string): Promise<Result<ProjectView>> {
    const place = readPlace(address);
    if (!place.ok) return place;
    const mine = (await this.memberships.all(userId)).map(({ workspaceId }) => workspaceId).filter((id) => reach === null || reach.workspaceId === id);
    return this.database.read(async (reader) => {
      const found = await this.projects.byRemote(reader, mine, possibleNames(place.value));
      const project = found.find(({ id }) => reach === null || reach.projectIds === null || reach.projectIds.includes(id));
      if (project === undefined) return refuse('not_found', 'project_not_found', 'No project of yours has this repository. Make one for it, or ask for access.');
      return ok(projectView(project));
    });
  }

  find(reader: Reader, id: string): Promise<ProjectRecord | undefined> {
    return this.projects.find(reader, id);
  }

  /** @throws Error `project.missing`: the caller holds something that belongs to it. */
  async policyOf(reader: Reader, id: string): Promise<Policy> {
    const project = await this.projects.find(reader, id);
    if (project === undefined) throw new Error(`project.missing: ${id}`);
    return project.policy;
  }

  /**
   * The policy as it stands, and the database's own time, as ISO 8601.
   *
   * @throws Error `project.missing`: the caller holds something that belongs to it.
   */
  async policyNow(reader: Reader, id: string): Promise<{ readonly policy: Policy; readonly now: string }> {
    const found = await this.projects.policyNow(reader, id);
    if (found === undefined) throw new Error(`project.missing: ${id}`);
    return { policy: found.policy, now: found.now.toISOString() };
  }

  /** A project stays in its workspace, so that it is asked for once. `null` when there is no such project. */
  async workspaceOf(reader: Reader, id: string): Promise<string | null> {
    const known = this.workspaceIds.get(id);
    if (known !== undefined) return known;
    const project = await this.projects.find(reader, id);
    if (project === undefined) return null;
    this.workspaceIds.set(id, project.workspaceId);
    return project.workspaceId;
  }

  /**
   * Numbers for `count` new tasks, and the keys that go with them, such as `SHOP-12`. Nobody else gets them, also if they are not used.
   *
   * @throws Error `project.missing`: the caller holds a plan that belongs to it.
   */
  async takeTaskNumbers(tx: Tx, id: string, count: number): Promise<readonly { readonly number: number; readonly key: string }[]> {
    const taken = await this.projects.countUp(tx, id, count);
    if (taken === undefined) throw new Error(`project.missing: ${id}`);
    return Array.from({ length: count }, (_, index) => {
      const number = taken.last - count + 1 + index;
      return { number, key: `${taken.key}-${number}` };
    });
  }

  /** Tries the keys in order; gives the one that was free. */
  private async insert(tx: Tx, project: Omit<Parameters<ProjectsRepository['insert']>[1], 'key'>, keys: Iterable<string>): Promise<Result<string>> {
    for (const key of keys) {
      if (await this.projects.insert(tx, { ...project, key })) return ok(key);
      const [same] = await this.projects.byRemote(tx, [project.workspaceId], [project.normalizedRemote]);
      if (same !== undefined) return refuse('conflict', 'project_exists', `This repository is project ${same.key} already.`, { projectId: same.id, key: same.key });
    }
    return refuse('conflict', 'project_key_taken', 'Another project of this workspace has this key. Choose another, or leave it out.');
  }

  // Looked up when needed, not injected: whoever provides it depends on this feature.
  private get watch(): PolicyWatch {
    return this.modules.get(PolicyWatch, { strict: false });
  }

  private async view(reader: Reader, id: string): Promise<Result<ProjectView>> {
    const project = await this.projects.find(reader, id);
    return project === undefined ? notFound() : ok(projectView(project));
  }
}

function remoteOf({ remote, provider }: z.output<typeof CreateProject>): Result<NormalizedRemote> {
  const place = readPlace(remote);
  return place.ok ? nameRemote(place.value, provider) : place;
}

function badBranch(): Result<never> {
  return refuse('unprocessable', 'branch_name_invalid', 'A base branch is named in letters, digits and . _ / -, at most 200 characters, in a form that git accepts.');
}

function notFound(): Result<never> {
  return refuse('not_found', 'project_not_found', 'There is no such project.');
}
