import { Injectable } from '@nestjs/common';
import { EventKind, ok, PauseView } from '@maestro/protocol';
import type { PauseList, PauseScope, Result } from '@maestro/protocol';
import type { Access } from '../../platform/access/index.js';
import { Database } from '../../platform/database/index.js';
import { Events } from '../events/index.js';
import { OffersService } from '../runs/index.js';
import { WorkspacesService } from '../workspaces/index.js';
import { PausesRepository } from './pauses.repository.js';

/** What is paused: of it, or on it, nothing new begins. Plans have a pause of their own, which is a state of theirs; a task is stopped. */
@Injectable()
export class PausesService {
  constructor(
    private readonly database: Database,
    private readonly pauses: PausesRepository,
    private readonly workspaces: WorkspacesService,
    private readonly events: Events,
    private readonly offers: OffersService,
  ) {}

  /** Pausing what is paused changes nothing: the first reason stands. */
  pause(access: Access, scope: PauseScope, subject: string, why: string): Promise<Result<PauseView>> {
    return this.database.inTransaction(async (tx) => {
      const { workspaceId } = access;
      const projectId = scope === 'workspace' ? null : access.projectId;
      const actor = await this.workspaces.actorOf(tx, access);
      if (await this.pauses.insert(tx, { scope, subject, workspaceId, projectId, by: actor.name, why })) {
        await this.events.append(tx, { kind: EventKind.dispatchPaused, workspaceId, projectId, actor, payload: { scope, subject, why } });
        await this.offers.takeBack(tx, scope, subject, actor);
      }
      return ok(PauseView.parse(await this.pauses.find(tx, scope, subject)));
    });
  }

  /** Resuming what is not paused changes nothing. */
  resume(access: Access, scope: PauseScope, subject: string): Promise<Result<Record<string, never>>> {
    return this.database.inTransaction(async (tx) => {
      if (await this.pauses.remove(tx, scope, subject)) {
        const projectId = scope === 'workspace' ? null : access.projectId;
        await this.events.append(tx, { kind: EventKind.dispatchResumed, workspaceId: access.workspaceId, projectId, actor: await this.workspaces.actorOf(tx, access), payload: { scope, subject } });
      }
      return ok({});
    });
  }

  inProject({ workspaceId }: Access, projectId: string): Promise<Result<PauseList>> {
    return this.database.read(async (reader) => ok({ data: (await this.pauses.inProject(reader, workspaceId, projectId)).map((pause) => PauseView.parse(pause)) }));
  }
}
