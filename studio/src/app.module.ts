import { Module } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import { AccountsModule, UserEntity } from './features/accounts/index.js';
import { CatalogModule } from './features/catalog/index.js';
import { CensusModule } from './features/census/index.js';
import { ChangesModule } from './features/changes/index.js';
import { DispatchModule } from './features/dispatch/index.js';
import { EventsModule } from './features/events/index.js';
import { InvitesModule } from './features/invites/index.js';
import { PausesModule } from './features/pauses/index.js';
import { PlanningModule } from './features/planning/index.js';
import { PlansModule } from './features/plans/index.js';
import { ProjectsModule } from './features/projects/index.js';
import { RunsModule } from './features/runs/index.js';
import { SessionsModule } from './features/sessions/index.js';
import { TasksModule } from './features/tasks/index.js';
import { TeamsModule } from './features/teams/index.js';
import { SkillEntity, WorkspaceEntity, WorkspacesModule } from './features/workspaces/index.js';
import { AccessModule } from './platform/access/index.js';
import { CoreModule } from './platform/core.module.js';
import type { Core } from './platform/core.module.js';
import { CryptoModule } from './platform/crypto/index.js';
import type { SecretKey } from './platform/crypto/index.js';
import { DatabaseModule } from './platform/database/index.js';
import type { Database, EntityClass } from './platform/database/index.js';
import { HttpModule } from './platform/http/index.js';
import { LoopsModule } from './platform/loops/index.js';
import { MetricsModule } from './platform/metrics/index.js';
import { OperatorModule } from './platform/operator/index.js';
import { WebPagesModule } from './platform/web-pages/index.js';
import { WsModule } from './platform/ws/index.js';

/** Every entity of every feature. */
export const ENTITIES: readonly EntityClass[] = [UserEntity, WorkspaceEntity, SkillEntity];

/** Every feature, lowest first: each may call those before it. */
const FEATURES: readonly Type[] = [EventsModule, AccountsModule, WorkspacesModule, InvitesModule, ProjectsModule, PlansModule, TasksModule, PlanningModule, SessionsModule, PausesModule, CatalogModule, ChangesModule, RunsModule, TeamsModule, DispatchModule, CensusModule];

const PLATFORM = [LoopsModule, HttpModule, AccessModule, WsModule, MetricsModule, OperatorModule];

export interface Foundation extends Core {
  readonly database: Database;
  readonly secretKey: SecretKey;
}

/** The composition root: wires, and decides nothing. */
@Module({})
export class AppModule {
  /** @param highest leaves out the features above this one, for suites that need no more. */
  static of(foundation: Foundation, highest?: Type): DynamicModule {
    const made = [CoreModule.of(foundation), DatabaseModule.of(foundation.database), CryptoModule.of(foundation.secretKey)];
    const features = highest === undefined ? FEATURES : FEATURES.slice(0, FEATURES.indexOf(highest) + 1);
    return { module: AppModule, imports: [...made, ...PLATFORM, ...features, WebPagesModule] };
  }
}
