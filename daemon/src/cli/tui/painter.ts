import { Writable } from 'node:stream';
import type { Tty } from '../terminal.js';

const ENTER = '\u001b[?1049h\u001b[?25l\u001b[2J';
/** Attributes back to normal, the cursor shown, then the screen that was there before. */
const LEAVE = '\u001b[0m\u001b[?25h\u001b[?1049l';
const at = (row: number): string => `\u001b[${row + 1};1H`;
const CLEAR_LINE = '\u001b[2K';
const CLEAR_SCREEN = '\u001b[2J';

/**
 * Puts whole frames on the terminal's other screen, line by line, and only the lines that changed. Ink's own painter moves the cursor up from
 * where it thinks it is, which goes wrong when the terminal breaks lines anew after a resize, and clears what the terminal keeps above its
 * first line when a frame fills the screen; so ink hands its frames to this stream, as it does with `debug`.
 */
export class Painter extends Writable {
  private painted: readonly string[] = [];
  private open = false;
  private readonly onExit = () => this.leave();

  constructor(private readonly tty: Tty) {
    super({ decodeStrings: false });
  }

  // Ink reads these from the stream that it writes to.
  get columns(): number {
    return this.tty.stdout.columns ?? 80;
  }

  get rows(): number {
    return this.tty.stdout.rows ?? 24;
  }

  enter(): void {
    this.open = true;
    this.tty.stdout.write(ENTER);
    // However this process ends, short of being killed, its terminal is usable afterwards.
    process.once('exit', this.onExit);
  }

  /** Gives the terminal back as it was found. Works without the event loop, and any number of times. */
  leave(): void {
    if (!this.open) return;
    this.open = false;
    process.off('exit', this.onExit);
    if (this.tty.stdin.isRaw === true) this.tty.stdin.setRawMode?.(false);
    this.tty.stdout.write(LEAVE);
  }

  /** The next frame is painted whole: the terminal may show anything by now. */
  forget(): void {
    this.painted = [];
    if (this.open) this.tty.stdout.write(CLEAR_SCREEN);
  }

  override _write(frame: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.open) this.paint(frame.toString());
    done();
  }

  private paint(frame: string): void {
    if (frame === '') return;
    const lines = frame.split('\n').slice(0, this.rows);
    let out = '';
    // Cleared before and not after: a line that fills its row leaves the cursor on its last cell, which would be cleared.
    for (const [row, line] of lines.entries()) if (line !== this.painted[row]) out += `${at(row)}${CLEAR_LINE}${line}`;
    for (let row = lines.length; row < this.painted.length && row < this.rows; row += 1) out += at(row) + CLEAR_LINE;
    this.painted = lines;
    if (out !== '') this.tty.stdout.write(out);
  }
}
