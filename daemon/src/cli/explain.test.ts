import { describe, expect, it } from 'vitest';
import { ConfigUnreadable } from '../features/identity/index.js';
import type { ApiFailure } from '../features/studio-api/index.js';
import { StudioUnreachable } from '../platform/http.js';
import { LocalRefusal, NobodyListens } from '../platform/line-rpc.js';
import { SecretsUnavailable } from '../platform/secrets/secret-store.js';
import { explain } from './explain.js';
import { failure } from './failure.js';
import { exitOfStatus, refused, signInFailure } from './refused.js';

const refusal = (status: number, code: string, issues?: { path: string; message: string; line?: number; column?: number }[]): ApiFailure => ({
  kind: 'refused',
  status,
  code,
  sentence: 'No.',
  problem: { type: 'about:blank', title: 'No', status, code, detail: 'No.', ...(issues === undefined ? {} : { issues }) },
});

describe('errors of the layers below', () => {
  it.each([
    [new StudioUnreachable('http://127.0.0.1:1/api/v1/me', 'nothing listens there'), 'unreachable', 'The studio at http://127.0.0.1:1 cannot be reached: nothing listens there.'],
    [new NobodyListens('/x.sock'), 'notFound', 'No daemon runs on this machine.'],
    [new LocalRefusal('not_connected', 'Not connected.'), 'notFound', 'Not connected.'],
    [new LocalRefusal('several_runs', 'Several.', 'name the task'), 'usage', 'Several.'],
    [new LocalRefusal('anything_else', 'No.'), 'failed', 'No.'],
    [new SecretsUnavailable('No keyring.', 'use a file'), 'failed', 'No keyring.'],
    [new ConfigUnreadable('/x.toml', 'line 1'), 'failed', '/x.toml cannot be read: line 1'],
    [Object.assign(new Error('ENOENT'), { code: 'ENOENT', path: 'plan.yaml' }), 'notFound', 'There is no file plan.yaml.'],
    [Object.assign(new Error('EACCES'), { code: 'EACCES', path: 'plan.yaml' }), 'failed', 'plan.yaml may not be used by this user.'],
    [new Error('boom'), 'failed', 'Something unexpected happened: boom'],
    ['boom', 'failed', 'Something unexpected happened.'],
  ])('%s', (error, exit, sentence) => {
    const told = explain(error);
    expect([told.exit, told.sentences[0]]).toEqual([exit, sentence]);
    expect(told.remedy).not.toBe('');
  });

  it('leave a failure as it is, and keep the cause', () => {
    const own = failure('conflict', 'a', 'b');
    expect(explain(own)).toBe(own);
    const cause = new Error('boom');
    expect(explain(cause).cause).toBe(cause);
  });
});

describe("the studio's no", () => {
  it.each([
    [400, 'failed'],
    [401, 'notSignedIn'],
    [403, 'notPermitted'],
    [404, 'notFound'],
    [408, 'timedOut'],
    [409, 'conflict'],
    [410, 'conflict'],
    [412, 'conflict'],
    [422, 'failed'],
    [429, 'failed'],
    [500, 'failed'],
    [502, 'unreachable'],
    [503, 'unreachable'],
    [504, 'timedOut'],
  ])('HTTP %d is %s', (status, exit) => {
    expect(exitOfStatus(status)).toBe(exit);
    expect(refused(refusal(status, 'some_code')).exit).toBe(exit);
    expect(refused(refusal(status, 'some_code')).remedy).not.toBe('');
  });

  it('names every issue with its place', () => {
    const issues = [{ path: 'tasks.0.title', message: 'is empty', line: 4, column: 3 }, { path: 'tasks.1', message: 'is a cycle', line: 9 }, { path: 'name', message: 'is too long' }, { path: '', message: 'is no text' }];
    expect(refused(refusal(422, 'proposal_invalid', issues)).sentences).toEqual(['No.', 'line 4, column 3: is empty', 'line 9: is a cycle', 'name: is too long', 'is no text']);
  });

  it('sends whoever is signed out to sign in', () => {
    const problem = { kind: 'not_signed_in', sentence: 'The sign-in has ended.', remedy: 'maestro auth <invite>' } as const;
    expect(refused({ kind: 'signed_out', problem })).toMatchObject({ exit: 'notSignedIn', remedy: 'maestro auth <invite>' });
    expect(signInFailure({ kind: 'refused', code: 'invite_expired', status: 410, sentence: 'Too late.', remedy: 'ask' }).exit).toBe('conflict');
  });
});
