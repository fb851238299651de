import { describe, expect, it } from 'vitest';
import { configReference, readConfig } from './index.js';
import { KNOBS } from './knobs.js';

function problemsOf(environment: Record<string, string>): readonly string[] {
  const read = readConfig(environment);
  return 'problems' in read ? read.problems.map(({ env, message }) => `${env}: ${message}`) : [];
}

describe('readConfig', () => {
  it('needs nothing: every knob has a default or may be absent', () => {
    const read = readConfig({});
    expect(read).toMatchObject({ config: { host: '127.0.0.1', port: 4680, leaseSeconds: 15, databaseUrl: undefined } });
  });

  it('reports all problems at once, each under its variable', () => {
    expect(problemsOf({ MAESTRO_PORT: '70000', MAESTRO_SECRET_KEY: 'short', DATABASE_URL: 'mysql://x', MAESTRO_LOG_LEVEL: 'loud' }).map((text) => text.split(':')[0])).toEqual([
      'MAESTRO_PORT', 'DATABASE_URL', 'MAESTRO_SECRET_KEY', 'MAESTRO_LOG_LEVEL',
    ]);
  });

  it.each([['MAESTRO_PORT', '-1'], ['MAESTRO_PORT', '80.5'], ['MAESTRO_PORT', '0x50'], ['MAESTRO_PORT', ' 80'], ['MAESTRO_TRUST_PROXY', 'yes'], ['MAESTRO_PUBLIC_URL', 'ftp://x'], ['MAESTRO_ALLOWED_ORIGINS', 'http://a,nonsense']])(
    'refuses %s=%j',
    (env, value) => {
      expect(problemsOf({ [env]: value })).toHaveLength(1);
    },
  );

  it('takes an empty variable for an absent one', () => {
    expect(readConfig({ DATABASE_URL: '', MAESTRO_PORT: '' })).toMatchObject({ config: { databaseUrl: undefined, port: 4680 } });
  });

  it('takes the slash off the end of the public address, which the issuer of tokens is compared with', () => {
    expect(readConfig({ MAESTRO_PUBLIC_URL: 'https://studio.example/' })).toMatchObject({ config: { publicUrl: 'https://studio.example' } });
  });

  it('refuses a heartbeat that one loss would turn into a lost run', () => {
    expect(problemsOf({ MAESTRO_LEASE_SECONDS: '3', MAESTRO_HEARTBEAT_SECONDS: '2' })).toEqual([expect.stringContaining('MAESTRO_HEARTBEAT_SECONDS')]);
    expect(problemsOf({ MAESTRO_LEASE_SECONDS: '1.5', MAESTRO_HEARTBEAT_SECONDS: '0.5' })).toEqual([]);
  });
});

describe('configReference', () => {
  it('lists every knob once, with a unit, a default and a sentence', () => {
    const reference = configReference();
    expect(reference).toHaveLength(Object.keys(KNOBS).length);
    expect(new Set(reference.map(({ env }) => env)).size).toBe(reference.length);
    for (const entry of reference) {
      expect(entry.doc, entry.env).toMatch(/\.$/);
      expect(entry.unit, entry.env).not.toBe('');
      expect(entry.default, entry.env).not.toBe('');
    }
  });

  it('names no value of a secret', () => {
    for (const knob of Object.values(KNOBS)) if (knob.secret) expect(knob.defaultText, knob.env).toBeDefined();
  });
});
