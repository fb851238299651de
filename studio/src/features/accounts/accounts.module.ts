import { Global, Module } from '@nestjs/common';
import { Authenticator } from '../../platform/access/index.js';
import { AccessTokens } from './access-tokens.js';
import { AccountsService } from './accounts.service.js';
import { AuthController } from './auth.controller.js';
import { AccountsAuthenticator } from './authenticator.js';
import { ForgetSignInsLoop } from './forget-sign-ins.loop.js';
import { Grants } from './grants.service.js';
import { RefreshFamiliesRepository } from './refresh-families.repository.js';
import { SignInRepository } from './sign-in.repository.js';
import { UsersRepository } from './users.repository.js';

/** Global, since the guards of every route ask it who is calling. */
@Global()
@Module({
  controllers: [AuthController],
  providers: [UsersRepository, SignInRepository, RefreshFamiliesRepository, AccountsService, AccessTokens, Grants, ForgetSignInsLoop, { provide: Authenticator, useClass: AccountsAuthenticator }],
  exports: [AccountsService, Grants, Authenticator],
})
export class AccountsModule {}
