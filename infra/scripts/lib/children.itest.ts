import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { waitFor } from '../../test-support/index.js';

const children = fileURLToPath(new URL('./children.mjs', import.meta.url));
const testScript = fileURLToPath(new URL('../test.mjs', import.meta.url));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Starts a script that runs one shell command by `runGroup`, as `npm test` runs a step. Its first line of output is a process id. */
async function startScript(shell: string): Promise<{ script: ReturnType<typeof spawn>; pid: number; rest: string[]; ended: Promise<unknown[]> }> {
  const program = `import { interruption, runGroup, stopChildrenOnSignals } from ${JSON.stringify(children)};
    stopChildrenOnSignals();
    const { code } = await runGroup('sh', ['-c', ${JSON.stringify(shell)}]);
    console.log('code', code, interruption());`;
  const script = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const rest: string[] = [];
  const ended = once(script, 'close');
  const lines = createInterface(script.stdout);
  const [first] = (await once(lines, 'line')) as [string];
  lines.on('line', (line) => rest.push(line));
  return { script, pid: Number(first), rest, ended };
}

describe('children in groups of their own', () => {
  it('are all ended by an interruption, grandchildren included, and the script still says its last word', async () => {
    const { script, pid, rest, ended } = await startScript('sleep 600 & echo $!; wait');
    script.kill('SIGINT');
    await ended;
    expect(rest).toEqual(['code 128 SIGINT']);
    await waitFor(() => !isAlive(pid), { what: 'the grandchild to end' });
  });

  it('leave nothing behind when the child ends by itself', async () => {
    const { pid, rest, ended } = await startScript('sleep 600 & echo $!');
    await ended;
    expect(rest).toEqual(['code 0 undefined']);
    await waitFor(() => !isAlive(pid), { what: 'the process that was left behind to end' });
  });
});

describe('npm test', () => {
  it('ends with the counts and a red exit code even when it is misused', async () => {
    const { code, stdout } = await new Promise<{ code: number; stdout: string }>((resolve) => {
      const child = execFile(process.execPath, [testScript, '--no-such-option'], (_, output) => resolve({ code: child.exitCode ?? -1, stdout: output }));
    });
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('0 passed, 1 failed');
    expect(code).toBe(1);
  });
});
