import { mayDo } from '@maestro/protocol';
import type { PauseScope, PauseView, Role } from '@maestro/protocol';
import { expect, it } from 'vitest';
import { mayPause, pauseOf, pausePath, standingPauses } from './pauses.js';

const pause = (scope: PauseScope, subject: string): PauseView => ({ scope, subject, by: 'Ada', why: '', at: '2026-01-01T00:00:00.000Z' });
const all = [pause('workspace', 'w'), pause('project', 'p'), pause('session', 's')];

it.each<Role>(['owner', 'admin', 'architect', 'developer', 'viewer'])('%s pauses what the studio lets them', (role) => {
  expect(mayPause('workspace', [role])).toBe(mayDo([role], 'workspace.manage'));
  for (const scope of ['project', 'session'] as const) expect(mayPause(scope, [role])).toBe(mayDo([role], 'plan.run'));
});

it.each([
  ['workspace', '/workspaces/x/pause'],
  ['project', '/projects/x/pause'],
  ['session', '/agent-sessions/x/pause'],
] as const)('asks for a %s at %s', (scope, path) => {
  expect(pausePath(scope, 'x', 'pause')).toBe(path);
});

it('finds the pause of one thing, and those that hold for plans', () => {
  expect(pauseOf(all, 's')).toBe(all[2]);
  expect(pauseOf(all, 'x')).toBeUndefined();
  expect(standingPauses(all).map(({ scope }) => scope)).toEqual(['workspace', 'project']);
});
