import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSameProcessAlive, readStartTime } from './process-tree.js';

/** What somebody does with what is shared. */
export const UseKind = {
  /** Works with it now. */
  use: 'use',
  /** Comes back to it at any time. */
  stay: 'stay',
  /** Puts it in order, which nobody may be at work with. */
  tidy: 'tidy',
  /** Takes it away, which nobody may be at work with or come back to. */
  remove: 'remove',
} as const;
export type UseKind = (typeof UseKind)[keyof typeof UseKind];

/** Who may be there beside whom. */
export const BESIDE: Readonly<Record<UseKind, readonly UseKind[]>> = {
  use: ['use', 'stay'],
  stay: ['use', 'stay', 'tidy'],
  tidy: ['stay'],
  remove: [],
};

/** Who made a mark, as its name says. */
export interface UseMark {
  readonly kind: UseKind;
  readonly id: string;
  readonly pid: number;
  /** Empty where the system does not show start times. */
  readonly startTime: string;
}

const NAME = /^(use|stay|tidy|remove)~([0-9a-f]+)~(\d+)~(.*)$/;

export function markName({ kind, id, pid, startTime }: UseMark): string {
  return `${kind}~${id}~${pid}~${startTime}`;
}

/** Undefined for a name that is no mark. */
export function readMark(name: string): UseMark | undefined {
  const [, kind = '', id = '', pid = '', startTime = ''] = NAME.exec(name) ?? [];
  const known = Object.values(UseKind).find((each) => each === kind);
  return known === undefined ? undefined : { kind: known, id, pid: Number(pid), startTime };
}

/** Nobody made room in time: whoever puts it in order was stopped in the middle. */
class SharedUseTimeout extends Error {
  override readonly name = 'SharedUseTimeout';
  constructor(readonly folder: string) {
    super(`shared_use_timeout: another process is alone with what ${folder} guards, and does not end`);
  }
}

/** Whoever is alone looks this often whether somebody waits, and ends then; so this is about what it costs others. */
const LOOK_MS = 25;
const MAX_WAIT_MS = 2 * 60_000;

/**
 * Many who use something, or one alone with it, among all processes of this machine. Each makes a file whose name says what it does, and
 * looks at the others' names after that: of two who come at once, at least one sees the other. Whoever is alone never waits, and gives up
 * when somebody comes; so the others wait for as long as giving up takes.
 *
 * A process that is killed has let go, for nobody has its number and start time any more. A lock that is kept by being renewed would be
 * lost by a process that was only held up, and whoever deletes under such a lock learns of it too late.
 */
export class SharedUse {
  private users = 0;
  private entering: Promise<void> | undefined;
  private inside = false;
  private mark: string | undefined;

  /**
   * @param folder where the marks are made.
   * @param prepare what has to be done before each first use, such as making anew what was taken away.
   */
  constructor(
    private readonly folder: string,
    private readonly prepare: () => Promise<void> = () => Promise.resolve(),
    private readonly maxWaitMs: number = MAX_WAIT_MS,
  ) {}

  /** Runs `action` beside others who use it too. May be nested: whoever is inside never waits. */
  during<T>(action: () => Promise<T>): Promise<T> {
    this.users += 1;
    // At once when inside: what is started before this returns is started, also for whoever is killed after it.
    const running = this.inside ? started(action) : this.enter().then(action);
    return running.finally(() => {
      this.users -= 1;
      if (this.users === 0) this.leave();
    });
  }

  /** From now on it is not taken away, until the answer is called. */
  async stay(): Promise<() => void> {
    const mine = this.put(UseKind.stay);
    try {
      await this.turn(mine);
    } catch (error) {
      this.take(mine);
      throw error;
    }
    return () => this.take(mine);
  }

  /**
   * Runs `action` with nobody else there; answers undefined, at once, when somebody is.
   *
   * @param action is told by `wanted` whether somebody waits. It ends as soon as it can then.
   */
  async alone<T>(kind: 'tidy' | 'remove', action: (wanted: () => boolean) => Promise<T>): Promise<T | undefined> {
    const mine = this.put(kind);
    try {
      return this.isTaken(mine) ? undefined : await action(() => this.isTaken(mine));
    } finally {
      this.take(mine);
    }
  }

  /** Whether a living process has such a mark now. */
  isAnybody(kind: UseKind): boolean {
    return this.marks().some((mark) => mark.kind === kind);
  }

  private enter(): Promise<void> {
    this.entering ??= (async () => {
      this.mark = this.put(UseKind.use);
      await this.turn(this.mark);
      await this.prepare();
      this.inside = true;
    })();
    return this.entering;
  }

  private leave(): void {
    if (this.mark !== undefined) this.take(this.mark);
    [this.mark, this.entering, this.inside] = [undefined, undefined, false];
  }

  private async turn(mine: string): Promise<void> {
    const deadline = performance.now() + this.maxWaitMs;
    while (this.isTaken(mine)) {
      if (performance.now() > deadline) throw new SharedUseTimeout(this.folder);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** Synchronous, as all here: a mark and a look cost less than a promise does, and a task waits for them. */
  private put(kind: UseKind): string {
    const name = markName({ kind, id: randomBytes(6).toString('hex'), pid: process.pid, startTime: readStartTime(process.pid) ?? '' });
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(this.folder, name), '', { flag: 'wx', mode: 0o600 });
    return name;
  }

  private take(name: string): void {
    rmSync(join(this.folder, name), { force: true });
  }

  private isTaken(mine: string): boolean {
    const kind = readMark(mine)?.kind ?? UseKind.use;
    return this.marks(mine).some((mark) => !BESIDE[kind].includes(mark.kind));
  }

  /** Of the living; those of the dead are removed. */
  private marks(besides?: string): readonly UseMark[] {
    return readdirSync(this.folder).flatMap((name) => {
      const mark = name === besides ? undefined : readMark(name);
      if (mark === undefined) return [];
      if (isSameProcessAlive(mark)) return [mark];
      this.take(name);
      return [];
    });
  }
}

/** Begun at once, and rejected where it throws. */
async function started<T>(action: () => Promise<T>): Promise<T> {
  return action();
}
