import type { ChannelMessage, TeamView } from '@maestro/protocol';
import { WorkerStatus } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { isTalkedOut, saidIn, teamStanding, teamsInOrder } from './team.js';

describe('teamStanding', () => {
  it('counts every worker once', () => {
    const all = Object.values(WorkerStatus).map((status) => ({ status }));
    expect(teamStanding([...all, { status: 'silent' }])).toEqual({ working: 1, idle: 1, silent: 2, starting: 1, gone: 1 });
  });
});

describe('a team', () => {
  it.each([
    [true, 49, false],
    [true, 50, true],
    [false, 50, false],
  ])('open %s after %i of 50 turns is talked out: %s', (open, turns, expected) => {
    expect(isTalkedOut({ open, turns, maxTurns: 50 })).toBe(expected);
  });

  it('comes before those that are over, the newest first', () => {
    const team = (id: string, open: boolean, createdAt: string) => ({ id, open, createdAt });
    expect(teamsInOrder([team('over', false, '2026-03'), team('old', true, '2026-01'), team('new', true, '2026-02')]).map(({ id }) => id)).toEqual(['new', 'old', 'over']);
  });
});

it('a directive stands as long as the team says so, whatever the message said when it was read', () => {
  const message = (seq: number): ChannelMessage => ({ seq, kind: 'steering', author: { type: 'person', name: 'Ada' }, text: 'x', run: null, at: '2026-01-01T00:00:00.000Z', clearedAt: null });
  expect(saidIn([message(1), message(2)], { steering: [message(2)] } as Pick<TeamView, 'steering'>).map(({ standing }) => standing)).toEqual([false, true]);
});
