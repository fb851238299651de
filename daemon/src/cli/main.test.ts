import { describe, expect, it } from 'vitest';
import { EXITS, exitCode } from './exit-codes.js';
import { runLine } from './main.js';
import { fakeTerminal, fakeWorld } from './test-support/fake-terminal.js';

async function run(argv: readonly string[], options: Parameters<typeof fakeTerminal>[0] = {}) {
  const { terminal, stdout, stderr } = fakeTerminal(options);
  const exit = await runLine(argv, terminal, (_command, { json }) => fakeWorld(terminal, { json }));
  return { exit, stdout: stdout(), stderr: stderr() };
}

describe('the command line', () => {
  it.each([
    [['plna'], 'error: There is no command "plna".\ntry: maestro plan\n'],
    [['conect'], 'error: There is no command "conect".\ntry: maestro connect\n'],
    [['plan', 'improt', 'x'], 'error: There is no command "plan improt".\ntry: maestro plan import\n'],
    [['xyzzy'], 'error: There is no command "xyzzy".\ntry: maestro --help\n'],
    [['status', '--jsn'], 'error: Unknown option "--jsn".\ntry: maestro status --json\n'],
    [['connect', '--capacity', 'many'], 'error: Option "--capacity <n>" argument "many" is invalid. A whole number from 0 to 64.\ntry: maestro connect --help\n'],
    [['connect', '--capacity', '65'], 'error: Option "--capacity <n>" argument "65" is invalid. A whole number from 0 to 64.\ntry: maestro connect --help\n'],
    [['connect', '--with-skill', 'postgres:9'], 'error: Option "--with-skill <list>" argument "postgres:9" is invalid. Write the proficiency of postgres as a level from 1 to 5 or as a share such as 80%.\ntry: maestro connect --help\n'],
    [['connect', '--purposes', 'cook'], `error: Option "--purposes <list>" argument "cook" is invalid. Allowed: plan, implement, review, merge, bootstrap_epic, release, release_cleanup, repo_analysis.\ntry: maestro connect --help\n`],
    [['task', 'show'], 'error: Missing required argument "task".\ntry: maestro task show --help\n'],
    [['task', 'show', 'a', 'b'], 'error: Too many arguments for "show". Expected 1 argument but got 2.\ntry: maestro task show --help\n'],
    [['completion', 'tcsh'], 'error: Command-argument value "tcsh" is invalid for argument "shell". Allowed choices are bash, zsh, fish.\ntry: maestro completion --help\n'],
  ])('%j is a usage error', async (argv, said) => {
    const { terminal, stdout, stderr } = fakeTerminal();
    const exit = await runLine(argv, terminal, () => fakeWorld(terminal));
    expect({ exit, stdout: stdout(), stderr: stderr() }).toEqual({ exit: 'usage', stdout: '', stderr: said });
  });

  it.each([[['plan']], [['plan', '--help']], [['--help']], [['connect', '-h']]])('%j shows help on standard output', async (argv) => {
    const { exit, stdout, stderr } = await run(argv);
    expect({ exit, stderr }).toEqual({ exit: 'done', stderr: '' });
    expect(stdout).toMatch(/^Usage: maestro /);
  });

  it('prints the version without asking anybody', async () => {
    const { exit, stdout } = await run(['version']);
    expect(exit).toBe('done');
    expect(stdout).toMatch(/^maestro 1\.2\.3 \(Node\.js \d/);
    expect(JSON.parse((await run(['version', '--json'])).stdout)).toMatchObject({ maestro: '1.2.3', protocol: { min: expect.stringMatching(/^\d/) } });
  });

  it('never shows a stack; the causes only when asked', async () => {
    const argv = ['mcp'];
    const plain = await run(argv);
    expect(plain.stderr).toBe('error: This is not the environment of a run.\ntry: nothing by hand: the agent of a run starts this by itself\n');
    const surprise = async (words: readonly string[]) => {
      const { terminal, stderr } = fakeTerminal();
      await runLine(words, terminal, () => {
        throw new Error('no\nluck', { cause: new TypeError('because') });
      });
      return stderr();
    };
    expect(await surprise(['version'])).toBe('error: Something unexpected happened: no luck\ntry: the same again with --verbose, and report what it says\n');
    expect(await surprise(['version', '--verbose'])).toBe('error: Something unexpected happened: no luck\ncause: Error: no luck\ncause: TypeError: because\ntry: the same again with --verbose, and report what it says\n');
    expect(await surprise(['--verbose', 'version'])).toContain('cause: TypeError: because');
  });

  it('has colours on a terminal only, and none with NO_COLOR', () => {
    const painted = (options: Parameters<typeof fakeTerminal>[0]) => {
      const { terminal, stdout } = fakeTerminal(options);
      terminal.out(terminal.style.good('fine'));
      return stdout();
    };
    expect(painted({ isTTY: true })).toBe('\u001b[32mfine\u001b[39m\n');
    expect(painted({ isTTY: true, noColor: true })).toBe('fine\n');
    expect(painted({ isTTY: false })).toBe('fine\n');
  });
});

describe('exit codes', () => {
  it('are what scripts rely on', () => {
    expect(EXITS.map(({ name, code }) => [name, code])).toEqual([
      ['done', 0],
      ['failed', 1],
      ['usage', 2],
      ['notSignedIn', 3],
      ['notPermitted', 4],
      ['notFound', 5],
      ['conflict', 6],
      ['unreachable', 7],
      ['timedOut', 8],
      ['interrupted', 130],
    ]);
    expect(exitCode('conflict')).toBe(6);
  });
});
