import { duration } from '../format/words.js';
import { harmless } from '../terminal.js';
import type { Facts, Row, RowState } from './board.js';
import { doingOf, focusOf, isLive, rowsOf, subjectOf, tallyOf } from './board.js';
import { cells, clip, wrap } from './cells.js';
import type { Field } from './field.js';
import type { Layout } from './layout.js';
import { layoutOf } from './layout.js';
import type { Line } from './transcript.js';
import { windowOf } from './transcript.js';
import type { Shown, ViewState } from './view-state.js';

/** One line of the left side. */
export type Side =
  | { readonly kind: 'blank' }
  | { readonly kind: 'title'; readonly text: string }
  | { readonly kind: 'said'; readonly text: string; readonly dim: boolean }
  | { readonly kind: 'row'; readonly mark: string; readonly branch: string; readonly glyph: string; readonly name: string; readonly doing: string; readonly focused: boolean; readonly tone: 'working' | 'silent' | 'offline' | 'gone' | 'calm' };

/** Everything on the screen, in cells. */
export interface Picture {
  readonly layout: Layout;
  readonly head: { readonly project: string; readonly link: string };
  readonly sides: readonly Side[];
  readonly title: { readonly left: string; readonly right: string };
  readonly lines: readonly (Line | undefined)[];
  readonly field: Field;
  readonly prompt: string;
  /** What became of the last line that was typed, or what the daemon said last. */
  readonly note: string | undefined;
  readonly foot: { readonly status: string; readonly keys: string };
}

export interface PictureOf {
  readonly facts: Facts;
  readonly view: ViewState;
  readonly size: { readonly columns: number; readonly rows: number };
  /** The focused run's transcript in lines of `width` cells. */
  readonly transcript: (run: string, width: number) => readonly Line[];
  readonly note: string | undefined;
  readonly now: number;
}

/** The picture, and what keys are about on it. */
export function pictureOf({ facts, view, size, transcript, note, now }: PictureOf): { readonly picture: Picture | { readonly tooSmall: string }; readonly shown: Shown } {
  const rows = rowsOf(facts);
  const focus = focusOf(rows, view.chosen);
  const layout = layoutOf(size, rows.length + 1, facts.team !== undefined);
  if (layout === undefined) return { picture: { tooSmall: clip('Too small: 40 columns and 10 lines are needed.', size.columns) }, shown: { rows, focus: focus?.id, lines: 0, height: 1 } };
  const run = focus?.run;
  const all = run === undefined ? [] : transcript(run.id, layout.right);
  const { from, below } = windowOf(all.length, layout.transcript, view.top);
  const picture: Picture = {
    layout,
    head: headOf(facts),
    sides: sidesOf(facts, rows, focus, layout, now),
    title: titleOf(focus, below, now),
    lines: run === undefined ? [{ tone: 'dim', time: '', text: 'No agent has been at work here yet.' }] : Array.from({ length: layout.transcript }, (_, index) => all[from + index]),
    field: view.field,
    prompt: promptOf(facts, focus),
    note,
    foot: footOf(facts, rows, size.columns),
  };
  return { picture, shown: { rows, focus: focus?.id, lines: all.length, height: layout.transcript } };
}

function headOf({ session: { project, link, studio, name } }: Facts): Picture['head'] {
  const shown = `${project.key}  ${harmless(project.name, false)}`;
  if (link.state === 'online') return { project: shown, link: `${name} · ${studio.replace(/^https?:\/\//, '')}` };
  return { project: shown, link: harmless(link.sentence ?? link.state.replace('_', ' '), false) };
}

const GLYPHS: Readonly<Record<RowState, string>> = { starting: '◌', idle: '○', working: '●', silent: '◍', leaving: '◌', gone: '×', offline: '!' };
const ROW_TONES: Readonly<Record<RowState, 'working' | 'silent' | 'offline' | 'gone' | 'calm'>> = { starting: 'calm', idle: 'calm', working: 'working', silent: 'silent', leaving: 'calm', gone: 'gone', offline: 'offline' };
const BRANCHES = { none: '', middle: '├ ', last: '└ ' } as const;

function sidesOf(facts: Facts, rows: readonly Row[], focus: Row | undefined, layout: Layout, now: number): readonly Side[] {
  const room = layout.body - layout.channel - 1;
  const at = focus === undefined ? 0 : rows.indexOf(focus);
  // A list that is longer than its room scrolls with the one that is looked at.
  const from = Math.max(0, Math.min(at - room + 1, rows.length - room));
  const list = rows.slice(from, from + room).map((row): Side => {
    const branch = BRANCHES[row.branch];
    const name = harmless(row.name, false);
    // The mark, the glyph, a space on either side of the name, and one before the edge. A name says more than a time does.
    const free = layout.left - 2 - branch.length - 4 - cells(name);
    const [full, short] = doingOf(row, now);
    return { kind: 'row', mark: row === focus ? '› ' : '  ', branch, glyph: GLYPHS[row.state], name, doing: cells(full) <= free ? full : short, focused: row === focus, tone: ROW_TONES[row.state] };
  });
  const above: readonly Side[] = [{ kind: 'title', text: facts.team === undefined ? 'Sessions' : `Team ${facts.team.channel}` }, ...list];
  const said = layout.channel === 0 ? [] : channelOf(facts, layout);
  const blanks = Array.from({ length: layout.body - above.length - said.length }, (): Side => ({ kind: 'blank' }));
  return [...above, ...blanks, ...said];
}

/** The last things that were said, the newest at the bottom. */
function channelOf({ messages, team }: Facts, layout: Layout): readonly Side[] {
  const height = layout.channel - 2;
  const turns = team === undefined || team.turns < team.maxTurns ? '' : '  waits for a person';
  const lines = messages.slice(-height).flatMap(({ kind, author, text, clearedAt }): readonly Side[] => {
    const words = harmless(text, false).replaceAll(/\s+/g, ' ');
    const whole = kind === 'steering' ? `⚑ ${words}` : kind === 'report' ? words : `${author.name}: ${words}`;
    return wrap(whole, layout.left - 2).slice(0, 3).map((line) => ({ kind: 'said', text: line, dim: kind === 'report' || clearedAt !== null }));
  });
  const empty: readonly Side[] = wrap('What the workers finish, and what they say to one another, comes here.', layout.left - 2).map((text) => ({ kind: 'said', text, dim: true }));
  const shown = messages.length === 0 ? empty.slice(0, height) : lines.slice(-height);
  return [{ kind: 'blank' }, { kind: 'title', text: `Channel${turns}` }, ...shown, ...Array.from({ length: height - shown.length }, (): Side => ({ kind: 'blank' }))];
}

function titleOf(focus: Row | undefined, below: number, now: number): Picture['title'] {
  const run = focus?.run;
  if (focus === undefined || run === undefined) return { left: focus?.name ?? '', right: '' };
  const started = run.startedAt ?? run.createdAt;
  const time = duration((run.endedAt === null ? now : Date.parse(run.endedAt)) - Date.parse(started));
  const parts = [subjectOf(run), focus.name, run.agent ?? '', isLive(run) ? time : `${run.status.replaceAll('_', ' ')} after ${time}`];
  return { left: parts.filter((part) => part !== '').join(' · '), right: below === 0 ? '' : `↓ ${below} more` };
}

function promptOf({ team }: Facts, focus: Row | undefined): string {
  if (team?.open === true) return 'Steer the team: what all of its agents should know or do';
  return isLive(focus?.run) ? 'Steer this agent: what it should know or do' : 'Steer an agent that is at work: choose it with the arrow keys';
}

function footOf({ team }: Facts, rows: readonly Row[], columns: number): Picture['foot'] {
  const steering = team === undefined ? '' : `⚑ ${team.steering.length} steering · `;
  const keys = columns >= 90 ? '↑↓ choose   PgUp PgDn scroll   End follow   Ctrl-C leave' : columns >= 64 ? '↑↓ choose  PgUp scroll  Ctrl-C leave' : 'Ctrl-C leave';
  return { status: `${steering}${tallyOf(rows)}`, keys };
}
