import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Database } from '../database/index.js';
import { AuthenticationGuard } from './authentication.guard.js';
import { Authorisation } from './authorisation.js';
import { PermissionGuard } from './permission.guard.js';
import { ScopeLocator } from './scope-locator.js';

/** The guards of every route. What they ask of features comes through the ports `Authenticator` and `Memberships`. */
@Global()
@Module({
  providers: [
    { provide: ScopeLocator, useFactory: (database: Database) => new ScopeLocator(database), inject: [Database] },
    Authorisation,
    { provide: APP_GUARD, useClass: AuthenticationGuard },
    { provide: APP_GUARD, useClass: PermissionGuard },
  ],
  exports: [ScopeLocator, Authorisation],
})
export class AccessModule {}
