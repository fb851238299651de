import type { RunPacket } from '@maestro/protocol';
import type { Clock } from '../../platform/clock.js';
import type { Failpoints } from '../../platform/failpoints.js';
import type { Git } from '../../platform/git.js';
import type { GitSandbox } from '../../platform/git-sandbox.js';
import { LandingService } from '../landing/index.js';
import { LaneService } from '../lanes/index.js';
import { VaultStore } from '../vault/index.js';
import type { Answer, RemoteLocation } from '../vault/index.js';
import type { Workplace } from '../work/index.js';

export interface PlacesOptions {
  readonly home: string;
  readonly git: Git;
  readonly sandbox: GitSandbox | null;
  readonly clock: Clock;
  /** Spare lanes to keep ready for each connected project. Default none. */
  readonly spares?: number;
  readonly failpoints?: Failpoints;
  readonly onProblem?: (error: unknown) => void;
}

/** Who the daemon's merge commits are by. The address is reserved for nobody (RFC 2606). */
const LANDING_IDENTITY = { name: 'Maestro', email: 'daemon@maestro.invalid' } as const;

export type PlaceRequest = Pick<RunPacket['project'], 'remote' | 'baseBranch'> & { readonly id: string };

/** The vaults of this machine with what works on them, each opened once. */
export class Places {
  private readonly store: VaultStore;
  private readonly opened = new Map<string, Promise<Answer<Workplace, string>>>();

  constructor(private readonly options: PlacesOptions) {
    this.store = new VaultStore(options);
  }

  /** @param settings what git needs to reach a remote that is a URL. */
  open(project: PlaceRequest, settings: readonly string[]): Promise<Answer<Workplace, string>> {
    const key = JSON.stringify([project.id, project.remote, project.baseBranch, settings]);
    const known = this.opened.get(key);
    if (known !== undefined) return known;
    const opening = this.make(project, settings);
    this.opened.set(key, opening);
    // A refusal may be over the next time: git was upgraded, the disk has room again.
    void opening.then(
      (answer) => answer.ok || this.opened.delete(key),
      () => this.opened.delete(key),
    );
    return opening;
  }

  /** Every vault of this machine, whether or not its project is connected. One that cannot be opened is left out. */
  async all(): Promise<readonly Workplace[]> {
    const opened: Workplace[] = [];
    for (const { projectId, remote, baseBranch } of await this.store.known()) {
      const ready = [...this.opened].find(([key]) => key.startsWith(JSON.stringify([projectId]).slice(0, -1)))?.[1];
      const answer = await (ready ?? this.open({ id: projectId, remote, baseBranch }, []));
      if (answer.ok) opened.push(answer.value);
    }
    return opened;
  }

  /** Waits for what is done in the background of the vaults, and begins nothing new there. */
  async close(): Promise<void> {
    const opened = await Promise.allSettled([...this.opened.values()]);
    await Promise.all(opened.map((each) => (each.status === 'fulfilled' && each.value.ok ? each.value.value.lanes.close() : Promise.resolve())));
  }

  private async make(project: PlaceRequest, settings: readonly string[]): Promise<Answer<Workplace, string>> {
    const remote: RemoteLocation = project.remote.kind === 'path' ? project.remote : { ...project.remote, settings };
    const vault = await this.store.open({ projectId: project.id, remote, baseBranch: project.baseBranch });
    if (!vault.ok) return vault;
    const { git: _git, home: _home, ...options } = this.options;
    const lanes = new LaneService({ ...options, vault: vault.value });
    return { ok: true, value: { vault: vault.value, lanes, landing: new LandingService(vault.value, LANDING_IDENTITY, this.options.failpoints) } };
  }
}
