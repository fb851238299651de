import { ROOT, STUDIO_MAIN, plainEnvironment } from './folders.js';
import { Child } from './child.js';

export interface StudioOptions {
  readonly dataDir: string;
  readonly port: number;
  readonly logFile: string;
  /** Settings on top of the defaults, such as `DATABASE_URL`. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A studio could not be started; the message is what it said. */
export class StudioNotStarted extends Error {
  constructor(
    readonly exitCode: number | null,
    message: string,
  ) {
    super(message);
  }
}

export interface Ready {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly setupUrl: string | null;
}

/** The studio as a process of its own, as a team would run it. */
export class StudioProcess {
  private constructor(
    readonly child: Child,
    readonly ready: Ready,
  ) {}

  /** @throws StudioNotStarted when it ends before it is ready. */
  static async start({ dataDir, port, logFile, env = {} }: StudioOptions): Promise<StudioProcess> {
    let tell: (ready: Ready) => void = () => undefined;
    const readyLine = new Promise<Ready>((resolve) => (tell = resolve));
    const child = new Child('studio', {
      args: [STUDIO_MAIN, '--ready-json'],
      cwd: ROOT,
      env: plainEnvironment({ MAESTRO_DATA_DIR: dataDir, MAESTRO_PORT: String(port), ...env }),
      logFile,
      onLine: (line) => {
        const ready = readReady(line);
        if (ready !== undefined) tell(ready);
      },
    });
    const first = await Promise.race([readyLine, child.exited.then((code) => ({ code }))]);
    if ('code' in first) throw new StudioNotStarted(first.code, `the studio ended before it was ready (code ${first.code}); its log is ${logFile}`);
    return new StudioProcess(child, first);
  }

  get url(): string {
    return this.ready.url;
  }

  stop(): Promise<void> {
    return this.child.stop();
  }

  kill(): Promise<void> {
    return this.child.kill();
  }
}

function readReady(line: string): Ready | undefined {
  try {
    const parsed = JSON.parse(line) as Partial<Ready> & { ready?: boolean };
    return parsed.ready === true ? (parsed as Ready) : undefined;
  } catch {
    return undefined;
  }
}
