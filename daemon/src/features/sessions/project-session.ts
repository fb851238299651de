import { SUPPORTED_VERSIONS, SessionRole } from '@maestro/protocol';
import type { ProjectView } from '@maestro/protocol';
import type { Clock } from '../../platform/clock.js';
import { LocalRefusal } from '../../platform/line-rpc.js';
import type { Agents } from '../agents/index.js';
import type { ConnectRequest, SessionLine } from '../control/index.js';
import type { TokenSource } from '../studio-api/index.js';
import type { JournalStore } from '../journal/index.js';
import { RunDesk } from '../runs/index.js';
import type { RunPorts } from '../runs/index.js';
import type { LeadPorts, TeamLine, TeamSigns, TeamWish } from '../team/index.js';
import { TeamDesk } from '../team/index.js';
import type { HelloParams, LinkState } from '../studio-link/index.js';
import { StudioLink } from '../studio-link/index.js';
import type { Workplace } from '../work/index.js';
import type { Answer } from '../vault/index.js';
import { ChannelPoll } from './channel.loop.js';
import type { MachineSlots } from '../../config/agents.js';
import { offeredAgents } from './domain/offered-agents.js';
import type { OfferedAgent } from './domain/offered-agents.js';
import type { Places } from './places.js';

/** What every session of this machine shares. */
export interface MachinePorts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => string;
  readonly version: string;
  readonly hostname: string;
  readonly machineId: () => Promise<string>;
  readonly agents: Agents;
  readonly slots: MachineSlots;
  readonly journals: JournalStore;
  readonly places: Places;
  readonly runPorts: Omit<RunPorts, 'openPlace' | 'inTeam'>;
  readonly lead: LeadPorts;
  /** In a worker: who decides when it ends. */
  readonly teamSigns: TeamSigns | undefined;
  tokens(studio: string): Promise<TokenSource>;
  project(studio: string, id: string): Promise<ProjectView>;
  credentialSettings(clone: string | undefined): Promise<readonly string[]>;
  tell(kind: string, text: string, about?: { readonly project?: string; readonly run?: string }): void;
}

/** Reachability is asked of the remote itself; this long an answer is believed when the link comes back. */
const REACH_MS = 5 * 60_000;

type Offers = readonly OfferedAgent[];

/** One project connected from this machine: its link, its runs, and what it offers. */
export class ProjectSession {
  private readonly link: StudioLink;
  private readonly desk: RunDesk;
  private readonly teams: TeamDesk;
  private readonly channel: ChannelPoll | undefined;
  /** Lets others of this machine remove the vault again. */
  private leaveVault: () => void = () => undefined;
  private reach: { at: number; reachable: boolean } | undefined;

  private constructor(
    readonly request: ConnectRequest,
    private readonly ports: MachinePorts,
    private readonly offers: Offers,
    private readonly settings: readonly string[],
    private readonly project: ProjectView,
    tokens: TokenSource,
  ) {
    const { clock, random, runPorts } = ports;
    this.desk = new RunDesk({
      ports: { ...runPorts, openPlace: (packet) => this.place(packet.project), inTeam: () => request.teamChannel !== undefined || this.teams.view() !== undefined },
      journals: ports.journals,
      projectId: request.project.id,
      capacity: request.capacity,
      introduction: () => this.introduction(),
      onAssigned: (task) => this.tell('assigned', `${task.key} was offered to you: ${task.title}. Take it with: maestro task accept ${task.key}`),
      onWelcome: () => {
        this.teams.connected();
        this.channel?.start();
      },
      onSaid: ({ kind, author, text }) => {
        if (request.role === SessionRole.lead) this.tell('channel', kind === 'report' ? text : `${author}: ${text}`);
      },
      onReaped: (team, why) => {
        this.teams.reaped(team, why);
        ports.teamSigns?.told(why);
      },
      onChange: () => undefined,
    });
    this.link = new StudioLink({
      studio: request.studio,
      tokens,
      handler: this.desk,
      clock,
      random,
      onProblem: runPorts.onProblem,
      onState: (state) => this.onState(state),
    });
    const { lead, teamSigns } = ports;
    const { studio, clone } = request;
    this.teams = new TeamDesk({ ports: lead, link: this.link, studio, project: request.project, clone, tell: (text) => this.tell('team', text) });
    this.channel = teamSigns === undefined || request.teamChannel === undefined ? undefined : new ChannelPoll(this.link, clock, teamSigns);
  }

  /** Throws `LocalRefusal` when the request cannot be met. Returns once the link has begun to connect; it goes on by itself. */
  static async start(request: ConnectRequest, ports: MachinePorts): Promise<ProjectSession> {
    const offered = offeredAgents(await ports.agents.detectAll(), request.agents, ports.slots.agents);
    if (!offered.ok) throw new LocalRefusal('agent_unusable', offered.sentence, 'maestro doctor, which lists the agents of this machine');
    const project = await ports.project(request.studio, request.project.id);
    const session = new ProjectSession(request, ports, offered.offers, await ports.credentialSettings(request.clone), project, await ports.tokens(request.studio));
    const place = await session.place(project);
    if (!place.ok) throw new LocalRefusal(place.refusal.code, place.refusal.sentence, 'maestro doctor');
    await place.value.lanes.retain(project.policy.laneRetentionDays);
    place.value.lanes.wakeSpares();
    await session.teams.takeUp();
    await session.desk.attach(session.link);
    session.leaveVault = await place.value.vault.stay();
    session.link.start();
    return session;
  }

  get online(): boolean {
    return this.link.online;
  }

  get runs(): RunDesk {
    return this.desk;
  }

  view(): SessionLine {
    const { studio, project, name, role, capacity } = this.request;
    const team = this.teams.view();
    const line = { studio, project, name, role, capacity, agents: this.offers.map((agent) => agent.name), link: linkView(this.link.state), runs: this.desk.status().map(withoutUndefined) };
    return team === undefined ? line : { ...line, team: { ...team, workers: team.workers.map((worker) => ({ ...worker })) } };
  }

  async makeTeam(wish: TeamWish): Promise<TeamLine> {
    const made = await this.teams.make(wish);
    const line = this.teams.view();
    if (line === undefined) throw new Error(`team_vanished: ${made.id} was made a moment ago`);
    return line;
  }

  /** Takes nothing new, lets the runs save their work, and leaves. */
  async stop(graceMs: number): Promise<void> {
    this.channel?.stop();
    await Promise.all([this.teams.leave(graceMs), this.desk.leave(graceMs)]);
    await this.link.stop(this.ports.newId());
    this.leaveVault();
  }

  private place(project: Pick<ProjectView, 'id' | 'remote' | 'baseBranch'>): Promise<Answer<Workplace, string>> {
    return this.ports.places.open(project, this.settings);
  }

  private async introduction(): Promise<Omit<HelloParams, 'runs'>> {
    const { request, ports } = this;
    const reachable = await this.isReachable();
    return {
      protocol: { min: SUPPORTED_VERSIONS.min, max: SUPPORTED_VERSIONS.max },
      daemonVersion: ports.version,
      machine: await ports.machineId(),
      hostname: ports.hostname,
      project: request.project.id,
      name: request.name,
      role: request.role,
      purposes: request.purposes,
      agents: this.offers.map((agent) => ({ ...agent })),
      skills: request.skills,
      capacity: request.capacity,
      ...(ports.slots.machine === undefined ? {} : { machineSlots: ports.slots.machine }),
      reachable,
      // Whether a push is allowed shows only when one is made; a remote that answers is believed to take it.
      mayPush: reachable,
      ...(request.teamChannel === undefined ? {} : { teamChannel: request.teamChannel }),
    };
  }

  private async isReachable(): Promise<boolean> {
    const now = this.ports.clock.steady();
    if (this.reach?.reachable === true && now - this.reach.at < REACH_MS) return true;
    const place = await this.place(this.project);
    const tip = place.ok ? await place.value.vault.readRemoteTip(this.project.baseBranch) : undefined;
    this.reach = { at: now, reachable: tip?.ok === true };
    if (tip?.ok === false) this.tell('unreachable', `The project's remote cannot be read from here: ${tip.refusal.sentence}`);
    return this.reach.reachable;
  }

  private onState(state: LinkState): void {
    switch (state.kind) {
      case 'online':
        this.tell('online', `Connected to ${this.request.studio} for ${this.request.project.key}.`);
        return;
      case 'offline':
      case 'signed_out':
      case 'refused':
        this.tell(state.kind, state.sentence);
        if (state.kind === 'refused') this.ports.teamSigns?.channel('refused', state.sentence);
        return;
      case 'connecting':
      case 'stopped':
        return;
    }
  }

  private tell(kind: string, text: string): void {
    this.ports.tell(kind, text, { project: this.request.project.key });
  }
}

function linkView(state: LinkState): SessionLine['link'] {
  const since = new Date(state.since).toISOString();
  switch (state.kind) {
    case 'online':
      return { state: state.kind, since, session: state.session };
    case 'offline':
    case 'signed_out':
    case 'refused':
      return { state: state.kind, since, sentence: state.sentence, retryAt: new Date(state.retryAt).toISOString() };
    case 'connecting':
    case 'stopped':
      return { state: state.kind, since };
  }
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Members that are undefined are left out, as JSON would. */
function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
}
