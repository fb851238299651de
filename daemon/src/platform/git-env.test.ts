import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PINNED_SETTINGS, gitEnvironment, pinnedArguments, shellWord } from './git-env.js';

const base = { emptyHome: '/empty', path: '/usr/bin', protocols: 'none', literalPathspecs: true, settings: [] } as const;

describe('gitEnvironment', () => {
  it('is made from nothing, and points every home at the empty one', () => {
    expect(gitEnvironment(base)).toEqual({
      PATH: '/usr/bin',
      HOME: '/empty',
      XDG_CONFIG_HOME: '/empty',
      LC_ALL: 'C',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_ATTR_NOSYSTEM: '1',
      GIT_NO_REPLACE_OBJECTS: '1',
      GIT_NO_LAZY_FETCH: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ASKPASS: '/bin/false',
      SSH_ASKPASS: '/bin/false',
      GIT_PROTOCOL_FROM_USER: '0',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_ALLOW_PROTOCOL: '',
      GIT_LITERAL_PATHSPECS: '1',
    });
  });
  it('opens only the transports a command needs, and the ssh agent only for the network', () => {
    expect(gitEnvironment({ ...base, protocols: 'file', sshAuthSock: '/agent' })).toMatchObject({ GIT_ALLOW_PROTOCOL: 'file' });
    expect(gitEnvironment({ ...base, protocols: 'file', sshAuthSock: '/agent' })).not.toHaveProperty('SSH_AUTH_SOCK');
    expect(gitEnvironment({ ...base, protocols: 'network', sshAuthSock: '/agent' })).toMatchObject({ GIT_ALLOW_PROTOCOL: 'https:ssh', SSH_AUTH_SOCK: '/agent' });
  });
  it('carries settings that may be secret outside of the arguments', () => {
    const environment = gitEnvironment({ ...base, settings: [['http.extraHeader', 'Authorization: x'], ['remote.project.url', 'https://u:p@h/x']] });
    expect(environment).toMatchObject({ GIT_CONFIG_COUNT: '2', GIT_CONFIG_KEY_1: 'remote.project.url', GIT_CONFIG_VALUE_1: 'https://u:p@h/x' });
    expect(pinnedArguments().join(' ')).not.toContain('Authorization');
  });
});

describe('the pinned settings', () => {
  it('disarm what a repository could run', () => {
    expect(PINNED_SETTINGS).toEqual(expect.arrayContaining(['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'merge.directoryRenames=conflict', 'fetch.fsckObjects=true']));
    expect(PINNED_SETTINGS.some((setting) => setting.startsWith('diff.external'))).toBe(false);
  });
});

describe('shellWord', () => {
  it('is one word to a shell, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string(), (word) => {
        const quoted = shellWord(word);
        // All that may stand outside of single quotes is a plain character or an escaped quote; a shell reads the rest as it is.
        expect(quoted).toMatch(/^(?:'[^']*'|\\'|[A-Za-z0-9_./:=@%+-])+$/);
        expect(quoted.replace(/'([^']*)'|\\(')/g, (_, inside: string | undefined, escaped: string | undefined) => inside ?? escaped ?? '')).toBe(word);
      }),
    );
  });
});
