import { render } from 'ink';
import type { Instance } from 'ink';
import type { ReactNode } from 'react';
import type { RunEventItem } from '@maestro/protocol';
import type { DaemonNews, DaemonView, SessionLine } from '../../features/control/index.js';
import type { ConnectionView } from '../shared/foreground.js';
import type { Machine, Studio } from '../shared/machine.js';
import { harmless } from '../terminal.js';
import type { Tty } from '../terminal.js';
import { actOn } from './act-on.js';
import { focusOf, isLive, rowsOf } from './board.js';
import type { Press } from './keys.js';
import { Painter } from './painter.js';
import { pictureOf } from './picture.js';
import { Screen } from './Screen.js';
import type { Line } from './transcript.js';
import { transcriptOf } from './transcript.js';
import { readTyped } from './typed.js';
import type { Shown, ViewState, Wish } from './view-state.js';
import { FIRST_VIEW, step } from './view-state.js';
import { Watcher } from './watcher.js';

/** Clocks on the screen move once a second. */
const TICK_MS = 1_000;
/** Long enough to read a sentence; what the line is for shows again afterwards. */
const NOTE_MS = 8_000;

/** The project of a connection on one screen, until it is left. The screen is taken when the daemon has the project: what is said before stays above it. */
export class TuiView implements ConnectionView {
  private view: ViewState = FIRST_VIEW;
  private shown: Shown = { rows: [], focus: undefined, lines: 0, height: 1 };
  private note: { readonly text: string; readonly until: number } | undefined;
  private exited: Promise<void> = Promise.resolve();
  private watcher: Watcher | undefined;
  private ink: Instance | undefined;
  private readonly painter: Painter;
  private cancelTick: () => void = () => undefined;
  private wrapped: { readonly events: readonly RunEventItem[]; readonly width: number; readonly lines: readonly Line[] } | undefined;
  private finishLeft: () => void = () => undefined;
  private finishQuit: () => void = () => undefined;
  readonly left = new Promise<void>((resolve) => (this.finishLeft = resolve));
  readonly quit = new Promise<void>((resolve) => (this.finishQuit = resolve));
  private readonly onResize = () => {
    this.painter.forget();
    this.draw();
  };

  constructor(
    private readonly machine: Machine,
    private readonly project: { readonly id: string; readonly key: string },
    private readonly tty: Tty,
    private readonly status: () => Promise<DaemonView>,
  ) {
    this.painter = new Painter(tty);
  }

  begin(session: SessionLine): void {
    const { clock } = this.machine.world;
    let studio: Promise<Studio> | undefined;
    const known = () => (studio ??= this.machine.identityAt(session.studio).then((identity) => this.machine.studioAs(identity)));
    this.watcher = new Watcher({ clock, project: this.project.id, status: this.status, studio: known, onChange: () => this.draw(), onLeft: () => this.finishLeft() }, session);
    this.painter.enter();
    this.tty.stdout.on('resize', this.onResize);
    this.ink = render(this.picture(), {
      // The painter has of a terminal what ink reads of one, and of a stream what it writes to.
      stdout: this.painter as unknown as NodeJS.WriteStream,
      stdin: this.tty.stdin as unknown as NodeJS.ReadStream,
      debug: true,
      exitOnCtrlC: false,
      patchConsole: false,
    });
    this.exited = this.ink.waitUntilExit().then(() => undefined, (error: unknown) => this.fail(error));
    this.tick();
  }

  news({ project, text }: DaemonNews): void {
    if (project !== undefined && project !== this.project.key) return;
    this.progress(text);
    this.watcher?.look();
  }

  progress(text: string): void {
    if (this.ink === undefined) return this.machine.world.terminal.err(text);
    this.note = { text: harmless(text, false).replaceAll(/\s+/g, ' '), until: this.machine.world.clock.steady() + NOTE_MS };
    this.draw();
  }

  async end(): Promise<void> {
    const { ink } = this;
    if (ink === undefined) return;
    this.close();
    ink.unmount();
    await this.exited;
    this.painter.leave();
  }

  private close(): void {
    this.ink = undefined;
    this.watcher?.stop();
    this.cancelTick();
    this.tty.stdout.off('resize', this.onResize);
  }

  /** A defect of ours in drawing must not end agents at work: the daemon goes on, and says so in lines. */
  private fail(error: unknown): void {
    this.close();
    this.painter.leave();
    this.progress(`The screen could not be drawn (${error instanceof Error ? error.message : String(error)}). The work goes on; Ctrl-C leaves.`);
  }

  private tick(): void {
    this.cancelTick = this.machine.world.clock.after(TICK_MS, () => {
      this.draw();
      this.tick();
    });
  }

  private draw(): void {
    this.ink?.rerender(this.picture());
  }

  private picture(): ReactNode {
    const { watcher, view, note } = this;
    if (watcher === undefined) return null;
    const { clock, settings } = this.machine.world;
    const said = note !== undefined && clock.steady() < note.until ? note.text : undefined;
    const size = { columns: this.painter.columns, rows: this.painter.rows };
    const { picture, shown } = pictureOf({ facts: watcher.facts, view, size, note: said, now: clock.now(), transcript: (run, width) => this.transcript(watcher, run, width) });
    this.shown = shown;
    watcher.follow(this.focus()?.run?.id);
    return <Screen picture={picture} colours={!settings.noColor} onPress={(pressed) => this.press(pressed)} />;
  }

  /** Broken into lines once for what has come and the width there is, not for every key. */
  private transcript(watcher: Watcher, run: string, width: number): readonly Line[] {
    const events = watcher.eventsOf(run);
    if (this.wrapped?.events !== events || this.wrapped.width !== width) this.wrapped = { events, width, lines: transcriptOf(events, width) };
    return this.wrapped.lines;
  }

  private focus() {
    return this.watcher === undefined ? undefined : focusOf(rowsOf(this.watcher.facts), this.view.chosen);
  }

  private press(pressed: Press): void {
    const { state, wish } = step(this.view, pressed, this.shown);
    this.view = state;
    if (wish !== undefined) this.grant(wish);
    this.draw();
  }

  private grant(wish: Wish): void {
    switch (wish.kind) {
      case 'interrupt':
        // What Ctrl-C would do if the terminal still made a signal of it: the second one does not wait either.
        process.kill(process.pid, 'SIGINT');
        return;
      case 'quit':
        return this.finishQuit();
      case 'repaint':
        return this.painter.forget();
      case 'submit':
        return this.submit(wish.line);
    }
  }

  private submit(line: string): void {
    const typed = readTyped(line);
    if (typed.kind === 'nothing') return;
    if (typed.kind === 'quit') return this.finishQuit();
    const { watcher, machine, project } = this;
    if (watcher === undefined) return;
    const run = this.focus()?.run;
    const about = { machine, project: project.key, team: watcher.facts.team, run: isLive(run) ? run : undefined, studio: async () => machine.studioAs(await machine.identityAt(watcher.facts.session.studio)) };
    void actOn(typed, about).then((sentence) => {
      this.progress(sentence);
      watcher.look();
    });
  }
}
