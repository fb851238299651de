import { access, appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { FailureClass } from '@maestro/protocol';
import { runProcess } from '../../../platform/process.js';
import type { Step } from './script.js';
import type { ToolClient } from './tool-client.js';

/** A turn that fails as the script says, or because the script does not fit the lane. */
export class StepFailure extends Error {
  constructor(
    readonly failure: FailureClass,
    message: string,
    readonly until?: string,
  ) {
    super(message);
  }
}

/** What the steps work on. */
export interface Stage {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly prompt: string;
  readonly tools: ToolClient;
  readonly signal: AbortSignal;
  say(text: string): Promise<void>;
  think(text: string): Promise<void>;
  report(usage: { inputTokens: number; outputTokens: number }): void;
}

/** How a step is shown: most are work on files or commands, and look like tool calls of an agent. */
export function titleOf(step: Step): { readonly title: string; readonly kind: 'edit' | 'delete' | 'execute' | 'other' } | undefined {
  switch (step.kind) {
    case 'write':
    case 'append':
    case 'replace':
    case 'resolve_conflicts':
      return { title: `${step.kind.replace('_', ' ')} ${step.value.path}`, kind: 'edit' };
    case 'delete':
      return { title: `delete ${step.value.path}`, kind: 'delete' };
    case 'run':
      return { title: step.value.command, kind: 'execute' };
    case 'commit':
      return { title: `commit: ${step.value}`, kind: 'execute' };
    case 'tool':
      return { title: `maestro ${step.value.name}`, kind: 'other' };
    case 'verdict':
    case 'subtask':
    case 'ask_human':
      return { title: `maestro ${step.kind}`, kind: 'other' };
    case 'wait_for':
      return { title: `wait for ${step.value.file}`, kind: 'other' };
    case 'spawn_children':
      return { title: `start ${step.value.count} background processes`, kind: 'execute' };
    default:
      return undefined;
  }
}

/** Performs one step and gives what it has to show. Throws {@link StepFailure}; anything else is a defect of ours. */
export async function performStep(step: Step, stage: Stage): Promise<string> {
  switch (step.kind) {
    case 'write':
    case 'append':
    case 'replace':
    case 'delete':
    case 'resolve_conflicts':
      return editFile(step, stage);
    case 'run':
      return runCommand(step.value, stage);
    case 'commit':
      return commit(step.value, stage);
    case 'tool':
      return callTool(step.value.name, step.value.args, step.value.refused, stage);
    case 'verdict':
      return giveVerdict(step.value, stage);
    case 'subtask':
      return askSubtask(step.value, stage);
    case 'ask_human':
      return callTool('ask_human', { question: step.value }, false, stage);
    case 'wait_for':
      return waitFor(step.value.file, step.value.seconds, stage);
    case 'spawn_children':
      return spawnChildren(step.value, stage);
    case 'say':
      await stage.say(step.value);
      return '';
    case 'think':
      await stage.think(step.value);
      return '';
    case 'usage':
      stage.report(step.value);
      return '';
    case 'expect_prompt':
      if (stage.prompt.includes(step.value)) return '';
      throw new StepFailure('script', `The prompt does not hold the text that the script expects: "${step.value}"`);
    case 'fail':
      throw new StepFailure(step.value.class, step.value.sentence, step.value.seconds === undefined ? undefined : new Date(Date.now() + step.value.seconds * 1_000).toISOString());
    case 'exit':
      return process.exit(step.value);
    case 'hang':
      return hang(stage);
  }
}

type EditStep = Extract<Step, { kind: 'write' | 'append' | 'replace' | 'delete' | 'resolve_conflicts' }>;

async function editFile(step: EditStep, stage: Stage): Promise<string> {
  const file = join(stage.cwd, step.value.path);
  if (step.kind === 'delete') {
    await rm(file).catch(() => unfit(`there is no ${step.value.path} to delete`));
    return '';
  }
  if (step.kind === 'resolve_conflicts' && !(await isInConflict(step.value.path, stage))) unfit(`${step.value.path} is not in conflict`);
  if (step.kind === 'replace') {
    const text = await readFile(file, 'utf8').catch(() => unfit(`there is no ${step.value.path}`));
    const parts = text.split(step.value.find);
    if (parts.length !== 2) unfit(`${step.value.path} holds the text to replace ${parts.length - 1} times instead of once`);
    await writeFile(file, parts.join(step.value.with));
    return '';
  }
  await mkdir(dirname(file), { recursive: true });
  if (step.kind === 'append') await appendFile(file, step.value.content);
  else await writeFile(file, step.value.content);
  if (step.kind === 'resolve_conflicts') await git(['add', '--', step.value.path], stage);
  return '';
}

async function isInConflict(path: string, stage: Stage): Promise<boolean> {
  const unmerged = await git(['ls-files', '--unmerged', '--', path], stage);
  if (unmerged !== '') return true;
  // A merge may have been laid into the lane as files only, with markers and without index entries.
  const text = await readFile(join(stage.cwd, path), 'utf8').catch(() => '');
  return /^<{7} /m.test(text) && /^>{7} /m.test(text);
}

async function runCommand(value: { command: string; fails: boolean }, stage: Stage): Promise<string> {
  const result = await runProcess({ command: '/bin/sh', args: ['-c', value.command], cwd: stage.cwd, env: stage.env, signal: stage.signal });
  const output = `${result.stdout.toString('utf8')}${result.stderr.toString('utf8')}`;
  if ((result.code !== 0) !== value.fails) {
    const expected = value.fails ? 'was expected to fail and succeeded' : `failed with exit code ${String(result.code)}`;
    unfit(`\`${value.command}\` ${expected}. ${output.slice(-1_000)}`);
  }
  return output;
}

async function commit(message: string, stage: Stage): Promise<string> {
  await git(['add', '--all'], stage);
  return git(['commit', '--quiet', '--message', message], stage);
}

async function git(args: readonly string[], stage: Stage): Promise<string> {
  const result = await runProcess({ command: 'git', args, cwd: stage.cwd, env: stage.env, signal: stage.signal });
  if (result.code !== 0) unfit(`git ${args[0] ?? ''} failed: ${result.stderr.toString('utf8').trim().slice(-500)}`);
  return result.stdout.toString('utf8');
}

async function callTool(name: string, args: Readonly<Record<string, unknown>>, refused: boolean, stage: Stage): Promise<string> {
  const result = await stage.tools.call(name, args).catch((error: unknown) => unfit(`the tool ${name} could not be called: ${String(error)}`));
  if (result.ok === refused) unfit(`the tool ${name} ${refused ? 'was expected to refuse' : 'refused'}: ${result.text}`);
  return result.text;
}

async function giveVerdict(value: Extract<Step, { kind: 'verdict' }>['value'], stage: Stage): Promise<string> {
  const { via, ...verdict } = value;
  const answer = via === 'text' ? '' : await callTool('verdict', verdict, false, stage);
  if (via === 'tool') {
    await stage.say(`I gave my verdict with the tool: ${verdict.verdict}. ${verdict.summary}`);
    return answer;
  }
  const reason = verdict.summary === '' ? 'see the findings' : verdict.summary;
  await stage.say(verdict.verdict === 'approved' ? 'The change is fine.\n\nVERDICT: APPROVED' : `The change needs work.\n\nVERDICT: REJECTED — ${reason}`);
  return answer;
}

async function askSubtask(value: Extract<Step, { kind: 'subtask' }>['value'], stage: Stage): Promise<string> {
  const { via, ...subtask } = value;
  if (via === 'tool') return callTool('subtask', subtask, false, stage);
  await stage.say(`I ask for a subtask.\n\nMAESTRO:SUBTASK${JSON.stringify(subtask)}`);
  return '';
}

async function waitFor(file: string, seconds: number, stage: Stage): Promise<string> {
  const path = isAbsolute(file) ? file : join(stage.cwd, file);
  const deadline = performance.now() + seconds * 1_000;
  while (!(await exists(path))) {
    if (performance.now() > deadline) unfit(`${file} did not appear within ${seconds} seconds`);
    await pause(20, undefined, { signal: stage.signal });
  }
  return '';
}

async function spawnChildren(value: { count: number; file: string }, stage: Stage): Promise<string> {
  const path = isAbsolute(value.file) ? value.file : join(stage.cwd, value.file);
  // `setsid --fork` leaves the group and the parent: only the marker in its environment leads back to the run. The starter waits until all
  // have left, because what is still in its group dies with it.
  const script = [
    `i=0; : > "$1"`,
    `while [ $i -lt ${value.count} ]; do setsid --fork /bin/sh -c 'echo $$ >> "$0"; exec sleep 3600' "$1" </dev/null >/dev/null 2>&1; i=$((i+1)); done`,
    `until [ "$(wc -l < "$1")" -ge ${value.count} ]; do sleep 0.01; done`,
  ].join('\n');
  await runProcess({ command: '/bin/sh', args: ['-c', script, 'sh', `${path}.part`], cwd: stage.cwd, env: stage.env, signal: stage.signal });
  const pids = await readFile(`${path}.part`, 'utf8');
  await rm(`${path}.part`);
  await writeFile(path, pids);
  return pids;
}

function hang(stage: Stage): Promise<never> {
  return new Promise((_resolve, reject) => {
    // A timer keeps the process alive as a busy agent would be.
    const timer = setInterval(() => undefined, 60_000);
    stage.signal.addEventListener('abort', () => {
      clearInterval(timer);
      reject(new Error('aborted'));
    });
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function unfit(what: string): never {
  throw new StepFailure('script', `The rehearsal script does not fit: ${what}`);
}
