import type { Socket } from 'node:net';
import { FrameReader } from './frames.js';
import type { Frame } from './frames.js';

/** What becomes of the frames of one direction: those that go on, now. */
export type OnFrame = (frame: Frame) => readonly Frame[];

/** How long a frame that waits to be shuffled waits for others, in milliseconds. */
const SHUFFLE_MS = 30;

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** One direction of one link: bytes of HTTP as they are, then frames one by one. What it holds back it sends when it is told to go on. */
export class Pipe {
  private readonly frames = new FrameReader();
  private head: Buffer = Buffer.alloc(0);
  private isWebSocket = false;
  private held: Buffer[] | undefined;
  private ended = false;
  private waiting: Frame[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    from: Socket,
    private readonly to: Socket,
    private readonly onFrame: OnFrame,
    private readonly shuffle: (frames: readonly Frame[]) => readonly Frame[],
    private readonly window: () => number,
    private readonly delayMs: () => number,
  ) {
    from.on('data', (chunk: Buffer) => this.take(chunk));
    from.once('close', () => this.end());
  }

  /** Nothing goes on from now on: not a byte, and not the news that the other side is gone. */
  hold(): void {
    this.held ??= [];
  }

  /** What was held goes on, in its order, as TCP sends again what was not acknowledged. */
  release(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const bytes of held) this.write(bytes);
    if (this.ended) this.to.destroy();
  }

  private end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    if (this.held === undefined) this.to.destroy();
  }

  private take(chunk: Buffer): void {
    if (!this.isWebSocket) return this.takeHttp(chunk);
    for (const frame of this.frames.push(chunk)) this.takeFrame(frame);
  }

  /** The head of an upgrade, in either direction, is the last that is no frame. */
  private takeHttp(chunk: Buffer): void {
    this.head = Buffer.concat([this.head, chunk]);
    const end = this.head.indexOf(END_OF_HEAD);
    if (end === -1) return;
    const bytes = this.head;
    this.head = Buffer.alloc(0);
    if (!isUpgrade(bytes.subarray(0, end).toString('latin1'))) return this.write(bytes);
    this.isWebSocket = true;
    this.write(bytes.subarray(0, end + END_OF_HEAD.length));
    this.take(bytes.subarray(end + END_OF_HEAD.length));
  }

  private takeFrame(frame: Frame): void {
    const going = this.onFrame(frame);
    if (frame.text === undefined || (this.window() < 2 && this.waiting.length === 0)) {
      for (const each of going) this.write(each.bytes);
      return;
    }
    this.waiting.push(...going);
    if (this.waiting.length >= this.window()) return this.flush();
    this.timer ??= setTimeout(() => this.flush(), SHUFFLE_MS);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const { bytes } of this.shuffle(this.waiting.splice(0))) this.write(bytes);
  }

  private write(bytes: Buffer): void {
    if (this.held !== undefined) return void this.held.push(bytes);
    const delay = this.delayMs();
    if (delay === 0) return this.send(bytes);
    // Timers of one length end in the order in which they were set, so the bytes keep theirs.
    setTimeout(() => this.send(bytes), delay);
  }

  private send(bytes: Buffer): void {
    if (this.to.writable) this.to.write(bytes);
  }
}

function isUpgrade(head: string): boolean {
  return /^HTTP\/1\.1 101 /.test(head) || /^upgrade: *websocket$/im.test(head);
}
