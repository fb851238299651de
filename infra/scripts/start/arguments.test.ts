import { describe, expect, it } from 'vitest';
import { parseStartArguments } from './arguments.js';

describe('the options of npm start', () => {
  it('run the sample by default, in a folder of the checkout and on port 4680', () => {
    const options = parseStartArguments([], {});
    expect(options).toMatchObject({ once: false, json: false, own: undefined, port: 4680 });
    expect(options).toHaveProperty('dataDir', expect.stringMatching(/\.maestro$/));
    expect(options).toHaveProperty('home', expect.stringMatching(/\.maestro\/machine$/));
  });

  it('honour MAESTRO_PORT, MAESTRO_DATA_DIR and MAESTRO_HOME', () => {
    expect(parseStartArguments(['--once'], { MAESTRO_PORT: '9', MAESTRO_DATA_DIR: '/d', MAESTRO_HOME: '/h' })).toMatchObject({ once: true, port: 9, dataDir: '/d', home: '/h' });
  });

  it('keep a clone URL as it is and make a path absolute', () => {
    const repoOf = (repo: string): unknown => parseStartArguments(['--repo', repo, '--goal', 'g', '--agent', 'claude'], {});
    expect(repoOf('git@example.com:a/b.git')).toHaveProperty('own.repo', 'git@example.com:a/b.git');
    expect(repoOf('https://example.com/a/b')).toHaveProperty('own.repo', 'https://example.com/a/b');
    expect(repoOf('a/b')).toHaveProperty('own.repo', expect.stringMatching(/^\/.*\/a\/b$/));
  });

  it.each([
    [['--goal', 'x'], /--repo/],
    [['--repo', '/r', '--goal', 'x'], /--agent/],
    [['--repo', '/r', '--agent', 'claude'], /--plan <file> or --goal/],
    [['--repo', '/r', '--agent', 'claude', '--goal', 'x', '--plan', 'y'], /either/],
    [['--wat'], /wat/],
  ])('say what is wrong with %j', (argv, sentence) => {
    expect(parseStartArguments(argv, {})).toHaveProperty('problem', expect.stringMatching(sentence));
  });

  it('refuse a port that is none', () => {
    expect(parseStartArguments([], { MAESTRO_PORT: 'x' })).toHaveProperty('problem', expect.stringContaining('MAESTRO_PORT'));
  });
});
