import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CreatedInvite, MeView } from '@maestro/protocol';
import type { Api } from '../../rig/api.js';
import { Machine } from '../../rig/machine.js';
import type { StartedTeam } from '../../rig/machine.js';
import { ensureWorkspace, signInAsOwner } from '../../rig/owner.js';
import { freshStore, makeTempFolder } from '../../test-support/index.js';
import type { TempFolder } from '../../test-support/index.js';
import { ScriptBook } from './script-book.js';
import { OneStudio } from './studios.js';
import type { OpenStudios, Studios } from './studios.js';

/** Rhythms of a studio that keep a scenario short. Leases stay long: on a machine that is busy with other suites, silence of seconds is no death. */
const FAST: Readonly<Record<string, string>> = {
  MAESTRO_LEASE_SECONDS: '15',
  MAESTRO_HEARTBEAT_SECONDS: '2',
  MAESTRO_IDLE_HEARTBEAT_SECONDS: '5',
  MAESTRO_CLAIM_SECONDS: '15',
  MAESTRO_SWEEP_SECONDS: '0.5',
  MAESTRO_BACK_OFF_SECONDS: '0.05',
  MAESTRO_MOST_BACK_OFF_SECONDS: '0.2',
  MAESTRO_LEASE_SWEEP_SECONDS: '0.2',
  MAESTRO_EVENT_POLL_SECONDS: '0.2',
  MAESTRO_AUTH_ATTEMPTS_PER_MINUTE: '10000',
  MAESTRO_LOG_LEVEL: 'debug',
};

const SECRET_KEY = 'a key of the end-to-end suite, worth nothing';

/** A connected machine of the suite, with the script that its rehearsal agent plays. */
export interface SiteMachine {
  readonly name: string;
  readonly machine: Machine;
  readonly script: ScriptBook;
  readonly home: string;
  readonly logFile: string;
  /** The member that it acts as. */
  readonly member: string;
}

/** One studio, or several that are one to their users, and its machines, shared by the scenarios of a file; everything in a folder of its own and gone with it. */
export class Site {
  private readonly machines = new Map<string, SiteMachine>();
  private connecting: Promise<void> = Promise.resolve();
  private signingIn: Promise<unknown> = Promise.resolve();
  private projects = 0;
  private settings: string | undefined = settingsText({});

  private constructor(
    private readonly folder: TempFolder,
    private readonly studios: Studios,
    private readonly env: Readonly<Record<string, string>>,
    readonly api: Api,
    readonly workspace: string,
    /** The owner, as a member of the workspace. */
    readonly member: string,
  ) {}

  static async open(env: Readonly<Record<string, string>> = {}, openStudios: OpenStudios = (folder, settings) => OneStudio.open(folder, settings)): Promise<Site> {
    const folder = await makeTempFolder('e2e');
    const settings = { ...FAST, ...(await freshStore()), ...env, HOME: join(folder.path, 'home') };
    await mkdir(settings.HOME, { recursive: true });
    const studios = await openStudios(folder.path, settings);
    try {
      return await Site.settle(folder, studios, settings);
    } catch (error) {
      // Nobody else knows of them yet.
      await studios.stop();
      await folder.remove();
      throw error;
    }
  }

  private static async settle(folder: TempFolder, studios: Studios, env: Readonly<Record<string, string>>): Promise<Site> {
    const api = await signInAsOwner(studios.url, folder.path, studios.setupUrl);
    const workspace = await ensureWorkspace(api, 'e2e', 'End to end');
    const me = await api.get<MeView>('/me');
    const member = me.memberships.find(({ workspaceId }) => workspaceId === workspace)?.memberId;
    if (member === undefined) throw new Error('the owner is no member of the workspace that they made');
    return new Site(folder, studios, env, api, workspace, member);
  }

  get path(): string {
    return this.folder.path;
  }

  get url(): string {
    return this.studios.url;
  }

  get studioLogs(): readonly string[] {
    return this.studios.logFiles;
  }

  get allMachines(): readonly SiteMachine[] {
    return [...this.machines.values()];
  }

  /** Unique within the site: keys of tasks begin with it. */
  nextProjectKey(): string {
    this.projects += 1;
    return `E${this.projects}X`;
  }

  /** The machine of this name, signed in; `desk` acts as the owner, every other one is a member of its own. */
  machine(name = 'desk'): Promise<SiteMachine> {
    // One after another: scenarios that run side by side ask for the same machine, and the member of a new one is the one that was not there.
    const mine = this.signingIn.then(async () => this.machines.get(name) ?? this.signIn(name));
    this.signingIn = mine.catch(() => undefined);
    return mine;
  }

  private async signIn(name: string): Promise<SiteMachine> {
    const home = join(this.path, name);
    const logFile = join(this.path, `${name}.log`);
    const script = new ScriptBook(join(this.path, `${name}.script.json`));
    await script.set({});
    // A collector of traces is the same for all.
    const { OTEL_EXPORTER_OTLP_ENDPOINT: collector } = this.env;
    const machine = new Machine({ home, logFile, secretKey: SECRET_KEY, env: { ...(collector === undefined ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: collector }), MAESTRO_REHEARSAL: script.path, MAESTRO_LOG_LEVEL: 'debug', HOME: join(this.path, 'home') } });
    const before = await this.members();
    const { token } = await this.api.post<CreatedInvite>(`/workspaces/${this.workspace}/invites`, { role: 'architect', asMyself: name === 'desk' });
    const { code, stdout } = await machine.auth(token);
    if (code !== 0) throw new Error(`maestro auth ended with ${code}: ${stdout}\n${await tail(logFile)}`);
    const member = (await this.members()).find((id) => !before.includes(id)) ?? this.member;
    const made: SiteMachine = { name, machine, script, home, logFile, member };
    this.machines.set(name, made);
    return made;
  }

  /** One connect after another: the first becomes the machine's daemon, the others hand their project to it. */
  connect(at: SiteMachine, projectKey: string, args: readonly string[]): Promise<void> {
    const mine = this.connecting.then(() => at.machine.connect(at.home, ['--project', projectKey, '--agent', 'rehearsal', '--name', at.name, ...args]));
    this.connecting = mine.catch(() => undefined);
    return mine;
  }

  /** Has the machine lead a team for the project; see `Machine.team`. */
  lead(at: SiteMachine, projectKey: string, args: readonly string[]): Promise<StartedTeam> {
    return at.machine.team(at.home, ['--project', projectKey, '--agent', 'rehearsal', '--name', at.name, ...args]);
  }

  /** `kill -9`, as a crash would. */
  killStudio(): Promise<void> {
    this.settings = undefined;
    return this.studios.kill();
  }

  stopStudio(): Promise<void> {
    this.settings = undefined;
    return this.studios.stop();
  }

  /** Resolves when the studio that runs now has ended, for whatever reason. */
  studioEnded(): Promise<void> {
    return this.studios.ended();
  }

  /** Starts it again on the same data and port, so that machines find it; with more settings, until it is started once more. */
  async startStudio(more: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.studios.start(more);
    this.settings = settingsText(more);
  }

  /** Whether the studio was started with just these further settings, and nobody here has ended it since. */
  runsWith(more: Readonly<Record<string, string>>): boolean {
    return this.settings === settingsText(more);
  }

  async close(): Promise<void> {
    for (const { machine } of this.machines.values()) await machine.stop();
    await this.studios.stop();
    // For whoever looks into a failure by hand.
    if (process.env['MAESTRO_E2E_KEEP'] === undefined) await this.folder.remove();
  }

  private async members(): Promise<readonly string[]> {
    return (await this.api.get<{ data: { id: string }[] }>(`/workspaces/${this.workspace}/members?limit=200`)).data.map(({ id }) => id);
  }
}

function settingsText(more: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(more).sort(([one], [other]) => (one < other ? -1 : 1)));
}

export async function tail(file: string, lines = 60): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '(no log)');
  // Requests that went well say nothing about why something did not.
  return text.split('\n').filter((line) => !/"status":20\d\}|"level":20,/.test(line)).slice(-lines).join('\n');
}

/** Leaves a note where a step of an agent waits for it. */
export async function touch(path: string): Promise<void> {
  await writeFile(path, '');
}
