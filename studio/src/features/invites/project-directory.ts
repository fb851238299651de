import { Injectable } from '@nestjs/common';
import type { Redeemed } from '@maestro/protocol';
import type { Reader } from '../../platform/database/index.js';

export type ListedProject = Redeemed['projects'][number];
/** `projectIds` `null`: all of the workspace. */
export type ListProjects = (reader: Reader, workspaceId: string, projectIds: readonly string[] | null) => Promise<readonly ListedProject[]>;

/**
 * What a redeemed invite may connect to. Projects are a feature above this one, so it registers its list here:
 * `directory.provide((reader, workspaceId, ids) => projects.listed(reader, workspaceId, ids))`.
 */
@Injectable()
export class ProjectDirectory {
  private listProjects: ListProjects = () => Promise.resolve([]);

  provide(list: ListProjects): void {
    this.listProjects = list;
  }

  list(...parameters: Parameters<ListProjects>): ReturnType<ListProjects> {
    return this.listProjects(...parameters);
  }
}
