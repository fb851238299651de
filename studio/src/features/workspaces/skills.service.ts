import { Injectable } from '@nestjs/common';
import { EventKind, ok, refuse } from '@maestro/protocol';
import type { CreateSkill, PageQuery, Result, SkillPage, SkillView, UpdateSkill } from '@maestro/protocol';
import { z } from 'zod';
import type { Access } from '../../platform/access/index.js';
import { Database, violatesUnique } from '../../platform/database/index.js';
import type { Reader } from '../../platform/database/index.js';
import { readCursor, toPage } from '../../platform/http/index.js';
import { newId } from '../../platform/ids/index.js';
import { Events } from '../events/index.js';
import { SkillsRepository } from './skills.repository.js';
import type { SkillEntity } from './skill.entity.js';
import { WorkspacesService } from './workspaces.service.js';

/** More skills than any workspace has. */
const MOST = 100_000;

const Keys = z.object({ slug: z.string() });

/** The list of abilities that a workspace knows. */
@Injectable()
export class SkillsService {
  constructor(
    private readonly database: Database,
    private readonly skills: SkillsRepository,
    private readonly workspaces: WorkspacesService,
    private readonly events: Events,
  ) {}

  async list(access: Access, { cursor, limit }: PageQuery): Promise<Result<SkillPage>> {
    const after = readCursor(Keys, cursor);
    if (!after.ok) return after;
    const found = await this.database.read((reader) => this.skills.list(reader, access.workspaceId, after.value?.slug, limit + 1));
    const page = toPage(found, limit, ({ slug }) => ({ slug }));
    return ok({ data: page.data.map(viewOf), nextCursor: page.nextCursor });
  }

  /** Slugs of all skills of a workspace; for features that read skills out of text. */
  async slugs(reader: Reader, workspaceId: string): Promise<ReadonlySet<string>> {
    return new Set((await this.skills.list(reader, workspaceId, undefined, MOST)).map(({ slug }) => slug));
  }

  async create(access: Access, { slug, name, colour, synonyms }: z.output<typeof CreateSkill>): Promise<Result<SkillView>> {
    return this.database.inTransaction(async (tx) => {
      const skill: SkillEntity = { id: newId(), workspaceId: access.workspaceId, slug, name, colour: colour ?? null, synonyms };
      try {
        await this.skills.insert(tx, skill);
      } catch (error) {
        if (violatesUnique(error, 'skills_slug_key')) return refuse('conflict', 'slug_taken', `There is a skill "${slug}" already.`);
        throw error;
      }
      await this.events.append(tx, {
        kind: EventKind.skillCreated,
        workspaceId: access.workspaceId,
        actor: await this.workspaces.actorOf(tx, access),
        payload: { ...viewOf(skill) },
      });
      return ok(viewOf(skill));
    });
  }

  async update(access: Access, id: string, { name, colour, synonyms }: UpdateSkill): Promise<Result<SkillView>> {
    return this.database.inTransaction(async (tx) => {
      const change = { ...(name === undefined ? {} : { name }), ...(colour === undefined ? {} : { colour }), ...(synonyms === undefined ? {} : { synonyms }) };
      await this.skills.update(tx, access.workspaceId, id, change);
      const skill = await this.skills.find(tx, access.workspaceId, id);
      if (skill === undefined) return refuse('not_found', 'skill_not_found', 'There is no such skill in this workspace.');
      await this.events.append(tx, {
        kind: EventKind.skillUpdated,
        workspaceId: access.workspaceId,
        actor: await this.workspaces.actorOf(tx, access),
        payload: { ...viewOf(skill) },
      });
      return ok(viewOf(skill));
    });
  }
}

function viewOf({ id, slug, name, colour, synonyms }: SkillEntity): SkillView {
  return { id: id as SkillView['id'], slug, name, colour, synonyms };
}
