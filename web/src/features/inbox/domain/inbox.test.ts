import type { InviteView, MemberId, PlanTree, TaskView, TeamView, WorkerView } from '@maestro/protocol';
import { TaskStatus, WorkerStatus } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { inboxOf, urgent } from './inbox.js';

const ME = 'me' as MemberId;
const AT = '2026-01-02T00:00:00.000Z';
const task = (key: string, change: Partial<TaskView> = {}): TaskView => ({ id: key, key, title: `Task ${key}`, status: 'queued', blocked: null, assignee: null, offeredAt: null, acceptedAt: null, updatedAt: AT, ...change }) as TaskView;
const blocked = (key: string, at: string): TaskView => task(key, { status: 'blocked', updatedAt: at, blocked: { code: 'no_verdict', from: 'in_review', sentence: `${key} has no verdict. Judge it yourself.`, actions: ['approve'] } });
const plan = (change: Partial<PlanTree> = {}): PlanTree => ({ id: 'plan', title: 'A plan', status: 'active', baseBranch: 'main', notices: [], phases: [], tasks: [], updatedAt: AT, ...change }) as unknown as PlanTree;
const worker = (status: WorkerView['status'], change: Partial<WorkerView> = {}): WorkerView => ({ id: `w-${status}`, name: `desk ${status}`, status, run: null, lastSeenAt: AT, createdAt: AT, ...change }) as WorkerView;
const team = (change: Partial<TeamView> = {}): TeamView => ({ id: 'team', channel: 'shop-1', open: true, turns: 0, maxTurns: 50, workers: [], createdAt: AT, ...change }) as TeamView;
const found = (plans: readonly PlanTree[], teams: readonly TeamView[] = [], invites: readonly InviteView[] = []) => inboxOf([{ project: { name: 'Shop' }, plans, teams }], new Set([ME]), invites);

describe('the inbox', () => {
  it('is empty when nothing needs anybody', () => {
    expect(found([plan({ tasks: [task('S-1')] })], [team()])).toEqual([]);
  });

  it('shows blocked tasks with their sentence, the one that has waited longest first', () => {
    const items = found([plan({ tasks: [blocked('S-2', '2026-01-03'), blocked('S-1', '2026-01-01'), task('S-3')] })]);
    expect(items.map(({ taskKey, sentence, where, href }) => [taskKey, sentence, where, href])).toEqual([
      ['S-1', 'S-1 has no verdict. Judge it yourself.', 'Shop · A plan', '/plans/plan?task=S-1'],
      ['S-2', 'S-2 has no verdict. Judge it yourself.', 'Shop · A plan', '/plans/plan?task=S-2'],
    ]);
  });

  it('shows notices on plans', () => {
    expect(found([plan({ notices: [{ code: 'epic_broken', sentence: 'The epic is broken.', actions: [], at: AT }] })])).toMatchObject([{ need: 'notice', title: 'A plan', sentence: 'The epic is broken.', href: '/plans/plan' }]);
  });

  it.each(Object.values(TaskStatus).map((status) => [status]))('a plan with one landed task and one that is %s is ready to be released only when that one has ended', (status) => {
    const items = found([plan({ tasks: [task('S-1', { status: 'done' }), task('S-2', { status })] })]);
    expect(items.some(({ need }) => need === 'release')).toBe(status === 'done' || status === 'cancelled');
  });

  it.each([
    ['nothing landed', { tasks: [task('S-1', { status: 'cancelled' })] }],
    ['it has no tasks', {}],
    ['it is paused', { status: 'paused', tasks: [task('S-1', { status: 'done' })] }],
    ['it is being released', { status: 'releasing', tasks: [task('S-1', { status: 'done' })] }],
    ['a notice says what stands in the way', { tasks: [task('S-1', { status: 'done' })], notices: [{ code: 'release_conflict', sentence: 'It conflicts.', actions: [], at: AT }] }],
  ] as const)('is not asked for a release when %s', (_, change) => {
    expect(found([plan(change as unknown as Partial<PlanTree>)]).some(({ need }) => need === 'release')).toBe(false);
  });

  it.each([
    ['mine and waiting', { assignee: ME, offeredAt: AT }, true],
    ['mine and accepted', { assignee: ME, offeredAt: AT, acceptedAt: AT }, false],
    ["another's", { assignee: 'you' as MemberId, offeredAt: AT }, false],
    ['mine, not offered', { assignee: ME }, false],
    ['mine and cancelled', { assignee: ME, offeredAt: AT, status: 'cancelled' }, false],
  ] as const)('an offered task that is %s is shown: %s', (_, change, shown) => {
    expect(found([plan({ tasks: [task('S-1', change)] })]).some(({ need }) => need === 'offered')).toBe(shown);
  });

  it.each(Object.values(WorkerStatus).map((status) => [status]))('a worker that is %s is shown only when silent', (status) => {
    const run = { id: 'run', taskKey: 'S-9', purpose: 'implement' } as WorkerView['run'];
    const items = found([], [team({ workers: [worker(status, { run })] })]);
    expect(items.map(({ need, sentence }) => [need, sentence.includes('S-9')])).toEqual(status === 'silent' ? [['silent', true]] : []);
  });

  it('shows a team that has used up its turns, and nothing of a team that is over', () => {
    expect(found([], [team({ turns: 50 })])).toMatchObject([{ need: 'talked_out', href: '/fleet?team=team' }]);
    expect(found([], [team({ turns: 50, open: false, workers: [worker('silent')] })])).toEqual([]);
  });

  it('names invites that wait, last, and does not count them', () => {
    const invite = (state: InviteView['state']): InviteView => ({ id: state, note: 'Grace', asMyself: false, state, createdAt: AT }) as unknown as InviteView;
    const items = found([plan({ tasks: [blocked('S-1', AT)] })], [], (['open', 'used', 'expired', 'revoked'] as const).map(invite));
    expect(items.map(({ need, title }) => [need, title])).toEqual([['blocked', 'Task S-1'], ['invite', 'Grace']]);
    expect(urgent(items)).toBe(1);
  });
});
