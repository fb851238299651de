import { describe, expect, it } from 'vitest';
import type { ChannelMessage, RunView, SessionView, TeamView, WorkerView } from '@maestro/protocol';
import type { Facts } from './board.js';
import { doingOf, rowsOf } from './board.js';
import { cells } from './cells.js';
import { pictureOf } from './picture.js';
import type { Picture } from './picture.js';
import { scroll, transcriptOf, windowOf } from './transcript.js';
import { FIRST_VIEW } from './view-state.js';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const ago = (seconds: number): string => new Date(NOW - seconds * 1_000).toISOString();

const run = (id: string, of: Partial<RunView> = {}) => ({ id, sessionId: null, taskKey: 'SHOP-1', purpose: 'implement', status: 'running', agent: 'claude', startedAt: ago(252), createdAt: ago(260), endedAt: null, ...of }) as unknown as RunView;
const worker = (name: string, status: WorkerView['status'], of: Partial<WorkerView> = {}) => ({ id: name, name, job: 'dev', status, endedBy: null, sentence: null, sessionId: `of ${name}`, lastSeenAt: ago(12), run: null, createdAt: ago(300), endedAt: null, ...of }) as unknown as WorkerView;
const message = (seq: number, kind: ChannelMessage['kind'], text: string) => ({ seq, kind, text, author: { type: 'agent', name: 'desk dev 1' }, run: null, at: ago(5), clearedAt: null }) satisfies ChannelMessage;

const session: Facts['session'] = {
  studio: 'http://studio.example', project: { id: 'p', key: 'SHOP', name: 'Shop' }, name: 'desk', role: 'lead', capacity: 1, agents: ['claude'],
  link: { state: 'online', since: ago(300), session: 'lead' }, runs: [],
};
const other = { id: 'elsewhere' as SessionView['id'], name: 'laptop', status: 'online', lastSeenAt: ago(1) } as SessionView;
const team = {
  id: 't', channel: 'shop-1b00d1e1', open: true, turns: 0, maxTurns: 50, steering: [message(1, 'steering', 'Keep the names.')],
  workers: [worker('desk dev 1', 'working', { run: { id: 'r1', taskKey: 'SHOP-1', purpose: 'implement' } as never }), worker('desk dev 2', 'silent'), worker('desk review 1', 'connected'), worker('desk test 1', 'ended', { endedAt: ago(61) })],
} as unknown as TeamView;
const facts: Facts = { session, sessions: [other, { ...other, id: 'away' as never, name: 'away', status: 'offline' }, { ...other, id: 'of desk dev 1' as never, name: 'desk dev 1' }], runs: [run('r1', { sessionId: 'of desk dev 1' as never })], team, messages: [message(1, 'report', 'desk dev 1 finished the work on SHOP-3.')] };

const picture = (columns: number, rows: number, over: Partial<Parameters<typeof pictureOf>[0]> = {}) => pictureOf({ facts, view: FIRST_VIEW, size: { columns, rows }, transcript: () => [], note: undefined, now: NOW, ...over });

describe('the list', () => {
  it('has this machine, its team and who else is connected, each with what it does and for how long', () => {
    expect(rowsOf(facts).map((row) => [row.branch, row.name, ...doingOf(row, NOW)])).toEqual([
      ['none', 'desk', 'idle', 'idle'],
      ['middle', 'dev 1', 'SHOP-1 4 min 12 s', 'SHOP-1'],
      ['middle', 'dev 2', 'silent 12 s', 'silent'],
      ['middle', 'review 1', 'idle', 'idle'],
      ['last', 'test 1', 'gone 1 min 1 s', 'gone'],
      ['none', 'laptop', 'idle', 'idle'],
    ]);
  });

  it('says of this machine what its daemon knows, studio or not', () => {
    const offline = rowsOf({ ...facts, session: { ...session, link: { state: 'offline', since: ago(30) } } })[0];
    expect(offline).toMatchObject({ state: 'offline', since: ago(30) });
    const busy = rowsOf({ ...facts, session: { ...session, runs: [{ run: 'r2', purpose: 'merge', state: 'running', fenced: false, unsentEvents: 0 }] }, runs: [run('r2', { purpose: 'merge' })] })[0];
    expect(busy).toMatchObject({ state: 'working', run: { id: 'r2' } });
  });

  it('shows of somebody at rest what it did last', () => {
    const last = [run('r9', { sessionId: 'elsewhere' as never, status: 'succeeded' }), run('r8', { sessionId: 'elsewhere' as never, status: 'failed' })];
    expect(rowsOf({ ...facts, runs: last }).at(-1)).toMatchObject({ state: 'idle', run: { id: 'r9' } });
  });
});

describe('the picture', () => {
  it('fills every size that it can be drawn in, and no more', () => {
    for (let columns = 40; columns <= 200; columns += 7) {
      for (let rows = 10; rows <= 60; rows += 3) {
        const { layout, sides, lines } = picture(columns, rows).picture as Picture;
        expect(sides.length, `${columns}×${rows}`).toBe(layout.body);
        expect(lines.length).toBe(layout.body - 1);
        expect(layout.left + layout.right + 3).toBe(columns);
        expect(layout.body + 5).toBe(rows);
        for (const side of sides) if (side.kind === 'row') expect(cells(side.doing)).toBeLessThan(layout.left);
      }
    }
  });

  it('says when there is no room', () => {
    expect(picture(39, 30).picture).toHaveProperty('tooSmall');
    expect(picture(80, 9).picture).toHaveProperty('tooSmall');
  });

  it('begins with who is at work, and keeps to who was chosen', () => {
    expect(picture(100, 30).shown.focus).toBe('desk dev 1');
    expect(picture(100, 30, { view: { ...FIRST_VIEW, chosen: 'desk dev 2' } }).shown.focus).toBe('desk dev 2');
    expect(picture(100, 30, { view: { ...FIRST_VIEW, chosen: 'nobody any more' } }).shown.focus).toBe('desk dev 1');
  });

  it('has steering and numbers in the status line, and what the team said', () => {
    const { foot, sides, title, prompt } = picture(100, 30).picture as Picture;
    expect(foot.status).toBe('⚑ 1 steering · 1 at work · 1 silent · 1 gone');
    expect(sides.filter((side) => side.kind === 'said').map((side) => side.text).join(' ')).toBe('desk dev 1 finished the work on SHOP-3.');
    expect(title.left).toBe('SHOP-1 · dev 1 · claude · 4 min 12 s');
    expect(prompt).toContain('the team');
  });

  it('keeps who is looked at in a list that is longer than its room', () => {
    const workers = Array.from({ length: 30 }, (_, index) => worker(`desk dev ${index + 1}`, 'connected'));
    const { sides } = picture(100, 20, { facts: { ...facts, team: { ...team, workers } }, view: { ...FIRST_VIEW, chosen: 'desk dev 29' } }).picture as Picture;
    expect(sides.some((side) => side.kind === 'row' && side.focused && side.name === 'dev 29')).toBe(true);
  });

  it('shows nothing that could act on a terminal', () => {
    const evil = { ...facts, session: { ...session, project: { ...session.project, name: 'a\u001b[2Jb' } }, messages: [message(2, 'note', '\u001b]0;title\u0007hello')] };
    expect(JSON.stringify(picture(100, 30, { facts: evil }).picture)).not.toMatch(/\\u001b|\\u0007/);
  });
});

describe('a transcript', () => {
  const event = (seq: number, kind: string, payload: Record<string, unknown>) => ({ seq, at: ago(10), kind, payload }) as never;

  it('has the words whole, and everything else on a line', () => {
    const lines = transcriptOf([event(1, 'message', { text: 'One.\nTwo.' }), event(2, 'tool_started', { title: 'write a.ts\nmore' }), event(3, 'tool_ended', { ok: true }), event(4, 'steered', { text: 'Stop.' }), event(5, 'usage', {})], 80);
    expect(lines.map(({ tone, text }) => [tone, text])).toEqual([['plain', 'One.'], ['plain', 'Two.'], ['tool', '▸ write a.ts'], ['person', '» Stop.']]);
    expect(lines.map(({ time }) => time !== '')).toEqual([true, false, true, true]);
  });

  it('is shown to its end, or from where somebody scrolled to', () => {
    expect(windowOf(100, 10, undefined)).toEqual({ from: 90, below: 0 });
    expect(windowOf(100, 10, 20)).toEqual({ from: 20, below: 70 });
    expect(windowOf(5, 10, 20)).toEqual({ from: 0, below: 0 });
    expect(scroll(5, 10, undefined, -9)).toBeUndefined();
  });
});
