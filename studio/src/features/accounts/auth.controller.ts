import { Body, Controller, Get, Header, HttpCode, Param, Post, Redirect, Req, Res } from '@nestjs/common';
import { CreateSignInLink, LoginRequest, ok, RefreshRequest, SetupRequest, SetupStatus, SignInLink, TokenPair, UserView } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Caller, Public, SignedIn } from '../../platform/access/index.js';
import { Answers, AnswersOther, LimitAttempts, SessionCookie, isFromThisMachine } from '../../platform/http/index.js';
import { SecretAnswer } from '../../platform/idempotency/index.js';
import { AccountsService } from './accounts.service.js';
import type { OpenSession } from './accounts.service.js';
import { Grants } from './grants.service.js';

const LinkToken = z.string().min(1).max(200);

/** First run, signing in and out, and the refreshing of machines. */
@Controller('api/v1')
export class AuthController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly grants: Grants,
    private readonly cookie: SessionCookie,
  ) {}

  @Get('setup')
  @Public('the first page must know whether to ask for an owner or for a password')
  @Answers(SetupStatus)
  async setupStatus(): Promise<SetupStatus> {
    return { needed: await this.accounts.needsSetup() };
  }

  @Post('setup')
  @Public('there is nobody yet who could sign in')
  @LimitAttempts()
  @Answers(UserView)
  async setUp(@Body({ schema: SetupRequest }) body: z.output<typeof SetupRequest>, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<Result<UserView>> {
    return this.signedIn(await this.accounts.setUp(body, isFromThisMachine(request), userAgentOf(request)), response);
  }

  @Post('auth/login')
  @HttpCode(200)
  @Public('signs in')
  @LimitAttempts()
  @Answers(UserView)
  async logIn(@Body({ schema: LoginRequest }) { email, password }: z.output<typeof LoginRequest>, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<Result<UserView>> {
    return this.signedIn(await this.accounts.logIn(email, password, userAgentOf(request)), response);
  }

  @Post('auth/logout')
  @HttpCode(204)
  @SignedIn('ends the session or grant that it is called with')
  @AnswersOther('nothing')
  async logOut(@Caller() caller: Caller, @Res({ passthrough: true }) response: Response): Promise<void> {
    if (caller.via === 'bearer') return this.grants.signOut(caller.grantId, caller.userId);
    await this.accounts.signOut(caller);
    this.cookie.clear(response);
  }

  @Post('auth/links')
  @SecretAnswer()
  @SignedIn('the service lets only operators')
  @Answers(SignInLink)
  createLink(@Caller() caller: Caller, @Body({ schema: CreateSignInLink }) { userId }: z.output<typeof CreateSignInLink>): Promise<Result<SignInLink>> {
    return this.accounts.createSignInLink(caller, userId);
  }

  @Get('auth/links/:token')
  @Redirect('/', 303)
  @Header('cache-control', 'no-store')
  @Public('signs in with a one-time link')
  @LimitAttempts()
  @AnswersOther('a redirect to the browser app, signed in', 303)
  async useLink(@Param('token', { schema: LinkToken }) token: string, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<Result<void>> {
    const opened = await this.accounts.useSignInLink(token, userAgentOf(request));
    if (!opened.ok) return opened;
    this.cookie.set(response, opened.value.token, opened.value.expiresAt);
    return ok();
  }

  @Post('auth/refresh')
  @HttpCode(200)
  @Public('the refresh token in the body is the credential')
  @LimitAttempts('often')
  @Answers(TokenPair)
  refresh(@Body({ schema: RefreshRequest }) { refreshToken }: z.output<typeof RefreshRequest>): Promise<Result<TokenPair>> {
    return this.grants.refresh(refreshToken);
  }

  private signedIn(opened: Result<OpenSession>, response: Response): Result<UserView> {
    if (!opened.ok) return opened;
    this.cookie.set(response, opened.value.token, opened.value.expiresAt);
    return ok(opened.value.user);
  }
}

function userAgentOf(request: Request): string | null {
  return request.headers['user-agent'] ?? null;
}
