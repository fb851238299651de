import { stat } from 'node:fs/promises';
import { readAgentSettings } from '../../config/agents.js';
import { createAgents } from '../../features/agents/index.js';
import type { AgentDetection } from '../../features/agents/index.js';
import { readCredentialSettings } from '../../features/projects/index.js';
import { ENDPOINTS } from '../../features/studio-api/index.js';
import { RemoteRepository, checkGitVersion } from '../../features/vault/index.js';
import { GitSandbox } from '../../platform/git-sandbox.js';
import { Git } from '../../platform/git.js';
import { sendHttp } from '../../platform/http.js';
import type { World } from '../command.js';
import { explain } from '../explain.js';
import { duration } from '../format/words.js';
import { projectHere } from './find-project.js';
import type { Machine, Studio } from './machine.js';

export interface Check {
  readonly name: 'node' | 'git' | 'home' | 'sandbox' | 'secrets' | 'studio' | 'clock' | 'project' | 'agent';
  /** `note`: works, but somebody may want to know; `bad`: something does not work. */
  readonly state: 'good' | 'note' | 'bad';
  readonly sentence: string;
  /** What to do. Every check that is bad has one. */
  readonly remedy?: string;
}

const OLDEST_NODE = [20, 19] as const;
/** An access token is renewed a minute before it ends: with clocks further apart than that, requests are refused first. */
const MOST_SKEW_MS = 60_000;

const good = (name: Check['name'], sentence: string): Check => ({ name, state: 'good', sentence });
const note = (name: Check['name'], sentence: string, remedy?: string): Check => ({ name, state: 'note', sentence, ...(remedy === undefined ? {} : { remedy }) });
const bad = (name: Check['name'], sentence: string, remedy: string): Check => ({ name, state: 'bad', sentence, remedy });

/** Everything that work on this machine needs, looked at one by one. Never throws for what it finds. */
export async function examine(machine: Machine, project: string | undefined): Promise<readonly Check[]> {
  const { settings } = machine.world;
  const git = await Git.open({ emptyHome: machine.paths.gitHome, path: settings.path, sshAuthSock: settings.sshAuthSock }).catch(() => undefined);
  const [home, sandbox, secrets, agents] = await Promise.all([homeCheck(machine), sandboxCheck(machine), secretsCheck(machine), agentChecks(machine)]);
  const studio = await studioChecks(machine);
  const remote = studio.studio === undefined ? [] : [await projectCheck(machine, studio.studio, git, project)];
  return [nodeCheck(process.versions.node), gitCheck(git?.versionText), home, sandbox, secrets, ...studio.checks, ...remote, ...agents];
}

export function nodeCheck(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor, wantedMinor] = OLDEST_NODE;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return good('node', `Node.js ${version}.`);
  return bad('node', `Node.js ${version} is older than ${wantedMajor}.${wantedMinor}.`, `install Node.js ${wantedMajor}.${wantedMinor} or later`);
}

export function gitCheck(versionText: string | undefined): Check {
  if (versionText === undefined) return bad('git', 'git is not on the PATH.', 'install git 2.45.1 or later');
  const check = checkGitVersion(versionText);
  return check.ok ? good('git', `git ${check.version}.`) : bad('git', check.sentence, 'install git 2.45.1 or later');
}

async function homeCheck({ paths }: Machine): Promise<Check> {
  const found = await stat(paths.home).catch(() => undefined);
  if (found === undefined) return note('home', `${paths.home} does not exist; it is made when it is needed.`);
  if (!found.isDirectory()) return bad('home', `${paths.home} is not a folder.`, 'move it away, or set MAESTRO_HOME');
  const others = found.mode & 0o077;
  return others === 0 ? good('home', `${paths.home} is open to you alone.`) : bad('home', `${paths.home} is open to other users of this machine.`, `chmod 700 ${paths.home}`);
}

async function sandboxCheck({ world, paths }: Machine): Promise<Check> {
  const sandbox = await GitSandbox.find({ path: world.settings.path, cwd: (await stat(paths.home).catch(() => undefined)) === undefined ? '/' : paths.home });
  if (sandbox !== null) return good('sandbox', 'bubblewrap guards what is read from lanes.');
  return note('sandbox', 'bubblewrap is missing or may not make namespaces: a hostile lane could have other repositories of this machine read.', 'install bubblewrap (bwrap)');
}

async function secretsCheck(machine: Machine): Promise<Check> {
  const identity = await machine.findIdentity().catch(() => undefined);
  const kind = identity?.secretStore ?? 'keyring';
  const where = kind === 'keyring' ? 'the keyring of this system' : `the encrypted file ${machine.paths.secretFile}`;
  try {
    if (identity === undefined) await machine.secretStore(kind).get('probe');
    else await machine.tokens(identity.studio, kind).probe();
    return good('secrets', identity === undefined ? `Tokens will be kept in ${where}.` : `Tokens are kept in ${where}.`);
  } catch (error) {
    const { sentences, remedy } = explain(error);
    return identity === undefined ? note('secrets', sentences[0] ?? '', remedy) : bad('secrets', sentences[0] ?? '', remedy);
  }
}

async function studioChecks(machine: Machine): Promise<{ readonly checks: readonly Check[]; readonly studio?: Studio }> {
  try {
    const identity = await machine.identity();
    const asked = machine.world.clock.now();
    const answer = await sendHttp({ method: 'GET', url: `${identity.studio}/api/v1/setup` });
    const clock = clockCheck(answer.serverTime, (asked + machine.world.clock.now()) / 2);
    const studio = machine.studioAs(identity);
    const me = await studio.call(ENDPOINTS.me, {});
    return { checks: [good('studio', `${identity.studio} answers; you are ${me.user.name} in ${identity.workspaceName}.`), clock], studio };
  } catch (error) {
    const { sentences, remedy } = explain(error);
    return { checks: [bad('studio', sentences[0] ?? '', remedy)] };
  }
}

/** @param serverTime to the second, rounded down; so half a second is what it is off by on average. */
export function clockCheck(serverTime: number | undefined, here: number): Check {
  if (serverTime === undefined) return note('clock', 'The studio does not tell its time.');
  const skew = here - (serverTime + 500);
  if (Math.abs(skew) <= MOST_SKEW_MS) return good('clock', "This machine's clock agrees with the studio's.");
  return bad('clock', `This machine's clock is ${duration(Math.abs(skew))} ${skew > 0 ? 'ahead of' : 'behind'} the studio's.`, 'turn on time synchronisation (NTP) on both');
}

async function projectCheck(machine: Machine, studio: Studio, git: Git | undefined, named: string | undefined): Promise<Check> {
  try {
    const here = await projectHere(machine, studio, named);
    if (here.kind === 'unknown') return note('project', `The studio has no project for ${here.address}.`, 'maestro project create');
    const { key, remote, baseBranch } = await studio.call(ENDPOINTS.project, { path: { project: here.project.id } });
    const problem = RemoteRepository.problem(remote);
    if (problem !== null) return bad('project', `${key}: ${problem}`, 'have an admin correct the address of the project');
    if (git === undefined) return note('project', `${key}: its remote cannot be asked without git.`);
    const settings = here.clone === undefined ? [] : await readCredentialSettings(machine.world.settings, here.clone.path);
    const refs = await new RemoteRepository(git, remote.kind === 'path' ? remote : { ...remote, settings }).list(machine.paths.gitHome, [`refs/heads/${baseBranch}`]);
    if (!refs.ok) return bad('project', `${key}: ${refs.refusal.sentence}`, 'git ls-remote in a clone, which must work without asking for a password');
    return refs.value.size > 0 ? good('project', `${key}: its remote answers and has ${baseBranch}.`) : bad('project', `${key}: its remote has no branch ${baseBranch}.`, `git push origin ${baseBranch}, or maestro project set baseBranch <branch>`);
  } catch (error) {
    const { sentences, remedy } = explain(error);
    return note('project', sentences[0] ?? '', remedy);
  }
}

async function agentChecks({ world, paths }: Machine): Promise<readonly Check[]> {
  const reading = await readAgentSettings(paths.config);
  const wrong = reading.ok ? [] : [bad('agent', reading.sentence, 'correct its [agents] or [machine] part')];
  return [...wrong, ...agentFindings(await detect(world, reading.ok ? reading.value : {}))];
}

function detect({ settings, clock }: World, configured: object): Promise<readonly AgentDetection[]> {
  const rehearsal = settings.rehearsal === undefined ? {} : { rehearsal: { script: settings.rehearsal } };
  return createAgents({ host: settings.environment, clock, ...configured, ...rehearsal }).detectAll();
}

/** One check for each agent that is there; that none is there is worth a note, for a person can work by hand. */
export function agentFindings(detections: readonly AgentDetection[]): readonly Check[] {
  const programs = detections.filter((agent) => agent.name !== 'manual');
  const found = programs
    .filter((agent) => agent.installed)
    .map((agent) => (agent.problem === undefined ? good('agent', `${agent.name}${agent.version === undefined ? '' : ` ${agent.version}`}${agent.path === undefined ? '' : ` at ${agent.path}`}.`) : bad('agent', `${agent.name}: ${agent.problem}`, `repair or remove ${agent.path ?? agent.name}`)));
  if (found.some((check) => check.state === 'good')) return found;
  return [...found, note('agent', 'No agent is installed. This machine can still merge and release, and you can work by hand with --agent manual.', `install one of ${programs.map((agent) => agent.name).join(', ')}`)];
}
