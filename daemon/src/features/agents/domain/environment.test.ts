import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { agentEnvironment } from './environment.js';

describe('an agent’s environment', () => {
  const host = { PATH: '/bin', HOME: '/home/me', LC_ALL: 'C', GITHUB_TOKEN: 's', AWS_SECRET_ACCESS_KEY: 's', NODE_OPTIONS: '--require x', ANTHROPIC_API_KEY: 'k', MAESTRO_SECRET_KEY: 's' };

  it('holds the common variables and those of the agent', () => {
    expect(agentEnvironment({ host, allow: ['ANTHROPIC_*'] })).toEqual({ PATH: '/bin', HOME: '/home/me', LC_ALL: 'C', ANTHROPIC_API_KEY: 'k' });
  });

  it('never passes on what configures the daemon, even when told to', () => {
    expect(agentEnvironment({ host, allow: ['MAESTRO_*', '*'] })).not.toHaveProperty('MAESTRO_SECRET_KEY');
  });

  it('adds the lane’s variables and the way to the tools', () => {
    const env = agentEnvironment({ host, allow: [], add: { GIT_AUTHOR_NAME: 'A' }, tools: { socketPath: '/s', token: 't' } });
    expect(env).toMatchObject({ GIT_AUTHOR_NAME: 'A', MAESTRO_TOOLS_SOCKET: '/s', MAESTRO_TOOLS_TOKEN: 't' });
  });

  test.prop([fc.dictionary(fc.stringMatching(/^[A-Z_]{1,12}$/), fc.string())])('lets nothing through that is not named', (more) => {
    const passed = Object.keys(agentEnvironment({ host: more, allow: ['CLAUDE_*'] }));
    const common = Object.keys(agentEnvironment({ host: more, allow: [] }));
    expect(passed.filter((name) => !common.includes(name)).every((name) => name.startsWith('CLAUDE_'))).toBe(true);
  });
});
