import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { homePaths } from '../../config/home.js';
import { systemClock } from '../../platform/clock.js';
import { newId } from '../../platform/new-id.js';
import { fileStore } from '../../platform/secrets/file-store.js';
import { keyringStore } from '../../platform/secrets/keyring-store.js';
import { SecretsUnavailable } from '../../platform/secrets/secret-store.js';
import { bundle } from '../../test-support/bundle.js';
import type { Bundle } from '../../test-support/bundle.js';
import { IdentityStore } from './identity-store.js';
import { signIn } from './sign-in.js';
import { Tokens } from './tokens.js';

const KEY = 'a key that is long enough';
let folder: string;
let server: Server;
let answer: (request: IncomingMessage, body: Record<string, unknown>) => { status: number; body: unknown };

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'maestro-identity-')));
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const { status, body: said } = answer(request, JSON.parse(body === '' ? '{}' : body) as Record<string, unknown>);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const studio = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const store = (key: string | undefined = KEY) => fileStore({ path: join(folder, 'secrets.enc'), lockPath: join(folder, 'secrets.lock'), key: () => Promise.resolve(key) });
const tokens = () => new Tokens({ studio: studio(), store: store(), lockPath: join(folder, 'tokens.lock'), clock: systemClock() });
const pair = (name: string, minutes: number) => ({
  accessToken: `access-${name}`,
  accessTokenExpiresAt: new Date(Date.now() + minutes * 60_000).toISOString(),
  refreshToken: `refresh-${name}`,
  refreshTokenExpiresAt: new Date(Date.now() + 86_400_000).toISOString(),
});
const problem = (status: number, code: string, detail: string) => ({ status, body: { type: 'about:blank', title: code, status, code, detail } });

describe('tokens', () => {
  let program: Bundle;
  beforeAll(async () => {
    program = await bundle('test-support/token-main.ts');
  });
  afterAll(() => program.remove());

  it('are renewed once by eight processes that want one at the same moment', async () => {
    await tokens().save(pair('old', -1));
    const used: unknown[] = [];
    answer = (_request, { refreshToken }) => {
      used.push(refreshToken);
      // The second use of a refresh token ends the family: this is what a studio would answer.
      return refreshToken === 'refresh-old' && used.length === 1 ? { status: 200, body: pair('new', 15) } : problem(401, 'refresh_reused', 'Sign in again.');
    };
    const said = await Promise.all(
      Array.from({ length: 8 }, () => {
        const child = spawn(process.execPath, [program.file, folder, studio()], { stdio: ['ignore', 'pipe', 'inherit'] });
        return text(child.stdout);
      }),
    );
    expect(said).toEqual(Array.from({ length: 8 }, () => 'access-new'));
    expect(used).toEqual(['refresh-old']);
  });

  it('survive whoever renews them: it is killed before it has stored them, and the others get the same pair', async () => {
    await tokens().save(pair('old', -1));
    const begin = () => spawn(process.execPath, [program.file, folder, studio()], { stdio: ['ignore', 'pipe', 'inherit'] });
    const used: unknown[] = [];
    let asked: () => void = () => undefined;
    const firstAsked = new Promise<void>((resolve) => (asked = resolve));
    // As a studio does: the token before the current one gets the current one once more, within its grace.
    answer = (_request, { refreshToken }) => {
      used.push(refreshToken);
      if (used.length === 1) {
        winner.kill('SIGKILL');
        asked();
      }
      return { status: 200, body: pair('new', 15) };
    };
    const winner = begin();
    await firstAsked;
    const said = await Promise.all(Array.from({ length: 7 }, () => text(begin().stdout)));
    expect(said).toEqual(Array.from({ length: 7 }, () => 'access-new'));
    expect(used, 'rotated once, and asked for once more').toEqual(['refresh-old', 'refresh-old']);
  });

  it('are used as they are while they are good, and renewed when the studio refuses one', async () => {
    await tokens().save(pair('one', 15));
    let renewals = 0;
    answer = () => {
      renewals += 1;
      return { status: 200, body: pair('two', 15) };
    };
    expect(await tokens().access()).toEqual({ ok: true, token: 'access-one' });
    expect(await tokens().afterRejection('access-one')).toEqual({ ok: true, token: 'access-two' });
    // Another process may have been told the same: it takes what is there.
    expect(await tokens().afterRejection('access-one')).toEqual({ ok: true, token: 'access-two' });
    expect(renewals).toBe(1);
  });

  it('tell when a person must sign in, and when the studio is only unwell', async () => {
    await tokens().save(pair('old', -1));
    answer = () => problem(401, 'refresh_expired', 'Over.');
    expect(await tokens().access()).toMatchObject({ ok: false, problem: { kind: 'not_signed_in' } });
    answer = () => problem(503, 'unavailable', 'Later.');
    expect(await tokens().access()).toMatchObject({ ok: false, problem: { kind: 'refused', status: 503 } });
    expect(await readFile(join(folder, 'secrets.enc'), 'utf8')).not.toContain('refresh-old');
  });
});

describe('the encrypted file', () => {
  it('is for its owner alone, opens with its key only, and shows nothing', async () => {
    await store().set('a', 'secret value');
    expect((await stat(join(folder, 'secrets.enc'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, 'secrets.enc'), 'utf8')).not.toContain('secret');
    expect(await store().get('a')).toBe('secret value');
    await expect(store('another key, just as long').get('a')).rejects.toThrow(SecretsUnavailable);
    await expect(store('short').get('a')).rejects.toThrow(SecretsUnavailable);
    await expect(fileStore({ path: join(folder, 'secrets.enc'), lockPath: join(folder, 'l'), key: () => Promise.resolve(undefined) }).get('a')).rejects.toThrow(SecretsUnavailable);
  });

  it('notices when somebody changed it', async () => {
    await store().set('a', 'secret value');
    const envelope = JSON.parse(await readFile(join(folder, 'secrets.enc'), 'utf8')) as { data: string };
    const bytes = Buffer.from(envelope.data, 'base64');
    bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    await writeFile(join(folder, 'secrets.enc'), JSON.stringify({ ...envelope, data: bytes.toString('base64') }));
    await expect(store().get('a')).rejects.toThrow(SecretsUnavailable);
  });

  it('keeps every change of writers at the same time', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => store().set(name, name)));
    await store().delete('b');
    expect(await Promise.all(['a', 'b', 'c', 'd'].map((name) => store().get(name)))).toEqual(['a', undefined, 'c', 'd']);
  });
});

describe('the keyring', () => {
  it('says what is missing and what to do, and never falls back by itself', async () => {
    const broken = keyringStore('test', () => Promise.reject(new Error('Failed to load keytar native addon')));
    await expect(broken.get('a')).rejects.toMatchObject({ name: 'SecretsUnavailable', sentence: expect.stringContaining('libsecret') as string, remedy: expect.stringContaining('--secret-store file') as string });
  });
});

describe('signing in', () => {
  const invite = () => `${[{ alg: 'EdDSA' }, { iss: studio() }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.c2ln`;
  const redeemed = () => ({
    user: { id: newId(), name: 'Ada', email: null, isOperator: false },
    membership: { memberId: newId(), workspaceId: newId(), workspaceSlug: 'acme', workspaceName: 'Acme', roles: ['developer'] },
    tokens: pair('first', 15),
    projects: [],
  });
  const ports = () => ({ identities: new IdentityStore(homePaths(folder)), tokens: () => tokens(), clock: systemClock() });
  const request = () => ({ invite: invite(), machineName: 'desk', secretStore: 'file' as const });

  it('keeps who one is apart from the secrets, and whatever else stands in the file', async () => {
    await writeFile(join(folder, 'config.toml'), '[agents.mine]\ncommand = "/bin/cat"\n');
    answer = () => ({ status: 200, body: redeemed() });
    expect(await signIn(request(), ports())).toMatchObject({ ok: true, identity: { studio: studio(), userName: 'Ada', workspaceName: 'Acme' } });
    const config = await readFile(join(folder, 'config.toml'), 'utf8');
    expect(config).toContain('Acme');
    expect(config).toContain('/bin/cat');
    expect(config).not.toContain('access-first');
    expect((await stat(join(folder, 'config.toml'))).mode & 0o777).toBe(0o600);
    expect(await new IdentityStore(homePaths(folder)).preferred()).toMatchObject({ studio: studio(), secretStore: 'file' });
    expect(await tokens().access()).toEqual({ ok: true, token: 'access-first' });
  });

  it('does not spend the invite when the secrets cannot be kept', async () => {
    let asked = 0;
    answer = () => {
      asked += 1;
      return { status: 200, body: redeemed() };
    };
    const nowhere = () => new Tokens({ studio: studio(), store: keyringStore('test', () => Promise.reject(new Error('no D-Bus'))), lockPath: join(folder, 't.lock'), clock: systemClock() });
    await expect(signIn(request(), { ...ports(), tokens: nowhere })).rejects.toThrow(SecretsUnavailable);
    expect(asked).toBe(0);
  });

  it('says what the studio said', async () => {
    answer = () => problem(409, 'invite_used', 'This invite was used already.');
    expect(await signIn(request(), ports())).toMatchObject({ ok: false, problem: { code: 'invite_used', sentence: 'This invite was used already.', remedy: expect.stringContaining('new invite') as string } });
  });

  it('gives a machine one id, whoever asks first', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => new IdentityStore(homePaths(folder)).machineId()));
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^[0-9a-f-]{14}7/);
  });
});
