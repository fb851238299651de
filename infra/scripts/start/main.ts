import { mkdir } from 'node:fs/promises';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Api } from '../../rig/api.js';
import { userEnvironment } from '../../rig/folders.js';
import { Machine } from '../../rig/machine.js';
import { ensureWorkspace, invite, signInAsOwner, signInLink } from '../../rig/owner.js';
import { git } from '../../rig/sample/repository.js';
import { StudioNotStarted, StudioProcess } from '../../rig/studio.js';
import { USAGE, parseStartArguments } from './arguments.js';
import type { StartOptions } from './arguments.js';
import { followPlan } from './follow.js';
import type { Ending } from './follow.js';
import { JsonTeller, TableTeller } from './progress.js';
import type { Summary, Teller } from './progress.js';
import { ownWork, sampleWork } from './work.js';
import type { Work } from './work.js';

/** Exit codes of `npm start`: the plan completed; it did not; the options are wrong; a person interrupted. */
const Exit = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;
const PORT_TAKEN = 3;
const DATA_DIR_TAKEN = 4;

/** The main job from nothing to released commits, and what stays up afterwards. */
export async function main(argv: readonly string[]): Promise<number> {
  const options = parseStartArguments(argv, process.env);
  if (options === 'help') {
    console.log(USAGE);
    return Exit.done;
  }
  if ('problem' in options) {
    console.error(`error: ${options.problem}\ntry: npm start -- --help`);
    return Exit.usage;
  }
  if (options.own !== undefined && 'plan' in options.own.work && !existsSync(options.own.work.plan)) {
    console.error(`error: There is no plan file ${options.own.work.plan}.\ntry: npm start -- --help`);
    return Exit.usage;
  }
  const teller: Teller = options.json ? new JsonTeller() : new TableTeller(process.stdout, process.stdout.isTTY && process.env['NO_COLOR'] === undefined);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  const started: { stop(): Promise<void> }[] = [];
  try {
    return await run(options, teller, stopping.signal, started);
  } catch (error) {
    if (stopping.signal.aborted) return Exit.interrupted;
    explain(error, options, teller);
    return Exit.failed;
  } finally {
    for (const each of started.reverse()) await each.stop();
  }
}

async function run(options: StartOptions, teller: Teller, signal: AbortSignal, started: { stop(): Promise<void> }[]): Promise<number> {
  const begun = performance.now();
  const logs = join(options.dataDir, 'logs');
  await mkdir(logs, { recursive: true, mode: 0o700 });
  const studio = await StudioProcess.start({ dataDir: join(options.dataDir, 'studio'), port: options.port, logFile: join(logs, 'studio.log') });
  started.push(studio);
  const api = await signInAsOwner(studio.url, options.dataDir);
  teller.tell({ event: 'ready', url: studio.url, signIn: await signInLink(api), afterMs: Math.round(performance.now() - begun) });
  const workspace = await ensureWorkspace(api, 'home', 'Home');
  const work = options.own === undefined ? await sampleWork(api, workspace, options.dataDir) : await ownWork(api, workspace, options.dataDir, options.own);
  const machine = await connect(options, api, studio.url, workspace, work, logs);
  started.push(machine);
  teller.tell({ event: 'machine', name: MACHINE_NAME, project: work.project.key, repository: work.repository });
  const plan = await work.plan();
  if (plan.status === 'draft') await api.post(`/plans/${plan.id}/activate`);
  const lost = Promise.race([studio.child.exited.then(() => 'the studio'), machine.child.exited.then(() => 'the daemon')]);
  const ending = await Promise.race([followPlan(api, plan.id, teller, signal), lost]);
  if (typeof ending === 'string') throw new Error(`${ending} ended by itself; its log is in ${logs}`);
  await summarise(studio.url, work, ending, Math.round(performance.now() - begun), teller);
  if (options.once) return ending.completed ? Exit.done : Exit.failed;
  if (!options.json) console.log('\nEverything stays up. Ctrl-C stops it.');
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  return ending.completed ? Exit.done : Exit.failed;
}

const MACHINE_NAME = 'this-machine';

/** Signs the machine in when it is new to this studio, and connects it. */
async function connect(options: StartOptions, api: Api, url: string, workspace: string, work: Work, logs: string): Promise<Machine> {
  const machine = new Machine({
    home: options.home,
    logFile: join(logs, 'daemon.log'),
    secretKey: secretOf(options.dataDir),
    env: work.script === undefined ? userEnvironment() : { MAESTRO_REHEARSAL: join(options.home, work.script.name) },
  });
  if (work.script !== undefined) await machine.file(work.script.name, work.script.content);
  const joined = join(options.dataDir, 'joined.json');
  const last = existsSync(joined) ? (JSON.parse(readFileSync(joined, 'utf8')) as { url: string; home: string }) : undefined;
  if (last?.url !== url || last.home !== options.home || !existsSync(join(options.home, 'config.toml'))) {
    const { code, stdout } = await machine.auth(await invite(api, workspace, 'architect'));
    if (code !== 0) throw new Error(`maestro auth ended with ${code}: ${stdout}; its log is ${join(logs, 'daemon.log')}`);
    writeFileSync(joined, JSON.stringify({ url, home: options.home }), { mode: 0o600 });
  }
  await machine.connect(work.clone, ['--agent', work.agent, '--name', MACHINE_NAME, '--capacity', '4']);
  return machine;
}

/** Encrypts the machine's tokens on disk. Made here, because this machine never touches the user's keyring. */
function secretOf(dataDir: string): string {
  const file = join(dataDir, 'machine.key');
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

async function summarise(url: string, work: Work, ending: Ending, durationMs: number, teller: Teller): Promise<void> {
  const { plan } = ending;
  const summary: Summary = {
    url,
    plan: { id: plan.id, status: plan.status },
    tasks: plan.tasks.map(({ key, status, revisions, repairs, runs }) => ({ key, status, revisions, repairs, runs })),
    repository: work.repository,
    baseBranch: work.project.baseBranch,
    mergedCommits: await mergesSince(work),
    durationMs,
  };
  teller.summary(summary, ending.completed ? `Released: "${plan.title}" is on ${work.project.baseBranch}.` : `Not released. ${ending.why}`);
}

/** Read from the repository itself, not from what anybody says. */
async function mergesSince(work: Work): Promise<readonly string[]> {
  await git(work.clone, ['fetch', '-q', 'origin']);
  const range = `${work.baseBefore}..refs/remotes/origin/${work.project.baseBranch}`;
  return (await git(work.clone, ['rev-list', '--reverse', '--merges', range])).split('\n').filter((line) => line !== '');
}

function explain(error: unknown, { port, dataDir }: StartOptions, teller: Teller): void {
  if (error instanceof StudioNotStarted && error.exitCode === PORT_TAKEN) return teller.error(`Port ${port} is taken, perhaps by another Maestro.`, `stop that one, or choose another port: MAESTRO_PORT=${port + 1} npm start`);
  if (error instanceof StudioNotStarted && error.exitCode === DATA_DIR_TAKEN) return teller.error(`Another Maestro uses ${dataDir}.`, 'stop that one, or choose another folder with MAESTRO_DATA_DIR');
  const message = error instanceof Error ? error.message : String(error);
  // What failed may know better what to try.
  const [sentence = message, advice] = message.split('\ntry: ');
  teller.error(sentence, advice ?? `look into ${join(dataDir, 'logs')}, then run the same command again`);
}
