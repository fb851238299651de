import { Injectable } from '@nestjs/common';
import { execute, managerOf, rows } from '../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../platform/database/index.js';
import { SkillEntity } from './skill.entity.js';

@Injectable()
export class SkillsRepository {
  async find(reader: Reader, workspaceId: string, id: string): Promise<SkillEntity | undefined> {
    return (await managerOf(reader).findOneBy(SkillEntity, { workspaceId, id })) ?? undefined;
  }

  list(reader: Reader, workspaceId: string, afterSlug: string | undefined, limit: number): Promise<readonly SkillEntity[]> {
    return rows<SkillEntity>(
      reader,
      `select id, workspace_id as "workspaceId", slug, name, colour, synonyms from skills
        where workspace_id = $1 and ($2::text is null or slug > $2) order by slug limit $3`,
      [workspaceId, afterSlug ?? null, limit],
    );
  }

  /** Ids by slug, for those of the slugs that exist here. */
  async idsBySlug(reader: Reader, workspaceId: string, slugs: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = await rows<{ slug: string; id: string }>(reader, 'select slug, id from skills where workspace_id = $1 and slug = any($2::text[])', [workspaceId, slugs]);
    return new Map(found.map(({ slug, id }) => [slug, id]));
  }

  /** @throws QueryFailedError violating `skills_slug_key`. */
  async insert(tx: Tx, skill: SkillEntity): Promise<void> {
    await managerOf(tx).insert(SkillEntity, skill);
  }

  async update(tx: Tx, workspaceId: string, id: string, change: Partial<Pick<SkillEntity, 'name' | 'colour' | 'synonyms'>>): Promise<void> {
    if (Object.keys(change).length > 0) await managerOf(tx).update(SkillEntity, { workspaceId, id }, change);
  }

  async setProficiency(tx: Tx, memberId: string, skillId: string, proficiency: number): Promise<void> {
    await execute(
      tx,
      `insert into member_skills (member_id, skill_id, proficiency) values ($1, $2, $3)
       on conflict (member_id, skill_id) do update set proficiency = excluded.proficiency, updated_at = now()`,
      [memberId, skillId, proficiency],
    );
  }

  async takeAway(tx: Tx, memberId: string, skillId: string): Promise<void> {
    await execute(tx, 'delete from member_skills where member_id = $1 and skill_id = $2', [memberId, skillId]);
  }
}
