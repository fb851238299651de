import { Injectable } from '@nestjs/common';
import { managerOf, rows } from '../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../platform/database/index.js';
import { WorkspaceEntity } from './workspace.entity.js';

/** Where a page of workspaces continues. */
export interface WorkspaceKeys {
  readonly name: string;
  readonly id: string;
}

@Injectable()
export class WorkspacesRepository {
  async find(reader: Reader, id: string): Promise<WorkspaceEntity | undefined> {
    return (await managerOf(reader).findOneBy(WorkspaceEntity, { id })) ?? undefined;
  }

  /** The workspaces a user belongs to, by name. */
  listOf(reader: Reader, userId: string, reach: string | null, after: WorkspaceKeys | undefined, limit: number): Promise<readonly WorkspaceEntity[]> {
    return rows<WorkspaceEntity>(
      reader,
      `select w.id, w.slug, w.name, w.created_by as "createdBy", w.created_at as "createdAt"
         from workspaces w join members m on m.workspace_id = w.id
        where m.user_id = $1 and m.removed_at is null and ($2::uuid is null or w.id = $2)
          and ($3::text is null or (w.name, w.id) > ($3, $4::uuid))
        order by w.name, w.id limit $5`,
      [userId, reach, after?.name ?? null, after?.id ?? null, limit],
    );
  }

  /** Which slugs that begin like this one are taken. */
  async slugsLike(tx: Tx, slug: string): Promise<ReadonlySet<string>> {
    const taken = await rows<{ slug: string }>(tx, `select slug from workspaces where slug = $1 or slug like $1 || '-%'`, [slug]);
    return new Set(taken.map((row) => row.slug));
  }

  /** @throws QueryFailedError violating `workspaces_slug_key`. */
  async insert(tx: Tx, workspace: Omit<WorkspaceEntity, 'createdAt'>): Promise<void> {
    await managerOf(tx).insert(WorkspaceEntity, workspace);
  }

  async rename(tx: Tx, id: string, name: string): Promise<void> {
    await managerOf(tx).update(WorkspaceEntity, { id }, { name });
  }
}
