import { join } from 'node:path';
import { StudioProcess } from '../../rig/studio.js';

type Settings = Readonly<Record<string, string>>;

/** What serves a site: one studio, or several behind a proxy. Whoever uses the site knows one address. */
export interface Studios {
  readonly url: string;
  readonly logFiles: readonly string[];
  /** The link with which the owner's account is made. */
  readonly setupUrl: string | null;
  /** `kill -9` of all of them, as a crash would. */
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when those that run now have ended, for whatever reason. */
  ended(): Promise<void>;
  /** Starts them again on the same data and ports, so that machines find them; with more settings, until they are started once more. */
  start(more?: Settings): Promise<void>;
}

export type OpenStudios = (folder: string, settings: Settings) => Promise<Studios>;

/** One studio that is started, killed and started again on one port and one data folder. */
export class OneStudio implements Studios {
  private process: StudioProcess | undefined;
  private port = 0;

  constructor(
    private readonly folder: string,
    private readonly name: string,
    private readonly settings: Settings,
  ) {}

  static async open(folder: string, settings: Settings): Promise<OneStudio> {
    const studio = new OneStudio(folder, 'studio', settings);
    await studio.start();
    return studio;
  }

  get url(): string {
    return `http://${this.address}`;
  }

  /** Where it listens itself, whatever its public address is. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get logFiles(): readonly string[] {
    return [join(this.folder, `${this.name}.log`)];
  }

  get setupUrl(): string | null {
    return this.process?.ready.setupUrl ?? null;
  }

  get exited(): Promise<number | null> | undefined {
    return this.process?.child.exited;
  }

  async ended(): Promise<void> {
    await this.exited;
  }

  /** @param port to listen on at the first start; any free one by default. */
  async start(more: Settings = {}, port = this.port): Promise<void> {
    this.process = await StudioProcess.start({ dataDir: join(this.folder, this.name), port, logFile: this.logFiles[0] ?? '', env: { ...this.settings, ...more } });
    this.port = this.process.ready.port;
  }

  kill(): Promise<void> {
    return this.process?.kill() ?? Promise.resolve();
  }

  stop(): Promise<void> {
    return this.process?.stop() ?? Promise.resolve();
  }
}
