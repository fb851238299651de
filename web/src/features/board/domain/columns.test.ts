import { MOVE_TARGETS, TaskStatus, moveOf } from '@maestro/protocol';
import type { TaskView } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { cardBeside, columnsOf, dropOn, dropsOf } from './columns.js';

let made = 0;
function aTask(status: TaskStatus, rest: Partial<TaskView> = {}): TaskView {
  made += 1;
  const task = { id: `t${made}`, key: `SHOP-${made}`, status, blocked: null, head: 'a'.repeat(40), pushing: false, level: 0, priority: 0, position: made, updatedAt: '2026-01-01T00:00:00Z', ...rest };
  return task as unknown as TaskView;
}
const keys = (tasks: readonly TaskView[] = []): readonly string[] => tasks.map(({ key }) => key);

describe('the columns of a board', () => {
  it('are there without cards too, but for drafts', () => {
    expect(columnsOf([]).map(({ id }) => id)).toEqual(['blocked', 'queued', 'in_progress', 'in_review', 'landing', 'done', 'cancelled']);
    expect(columnsOf([aTask('draft')]).map(({ id }) => id)).toContain('draft');
  });

  it('hold every task once, whatever its status', () => {
    const tasks = Object.values(TaskStatus).map((status) => aTask(status));
    const columns = columnsOf(tasks);
    expect(columns.flatMap((column) => column.tasks).length).toBe(tasks.length);
    for (const column of columns) for (const { status } of column.tasks) expect(status).toBe(column.id);
  });

  it('are in the order of the work, and of the latest end', () => {
    const [late, urgent, usual] = [aTask('queued', { level: 1 }), aTask('queued', { priority: 5 }), aTask('queued')];
    expect(keys(columnsOf([late, usual, urgent]).find(({ id }) => id === 'queued')?.tasks)).toEqual(keys([urgent, usual, late]));
    const [before, after] = [aTask('done'), aTask('done', { updatedAt: '2026-02-01T00:00:00Z' })];
    expect(keys(columnsOf([before, after]).find(({ id }) => id === 'done')?.tasks)).toEqual(keys([after, before]));
  });

  it('show a started task where it goes while it is queued, and never later', () => {
    const [queued, done] = [aTask('queued'), aTask('done')];
    const columns = columnsOf([queued, done], new Set([queued.id, done.id]));
    expect(keys(columns.find(({ id }) => id === 'in_progress')?.tasks)).toEqual([queued.key]);
    expect(keys(columns.find(({ id }) => id === 'done')?.tasks)).toEqual([done.key]);
  });
});

describe('a card over a column', () => {
  it('is taken exactly where the studio takes it, and told why elsewhere', () => {
    for (const status of Object.values(TaskStatus)) {
      const task = aTask(status, status === 'blocked' ? { blocked: { code: 'no_verdict', from: 'in_review', sentence: 'No.', actions: [] } } : {});
      for (const to of MOVE_TARGETS) {
        const drop = dropOn(task, to, status);
        if (to === status) expect(drop).toBeUndefined();
        else expect(drop?.takes, `${status} on ${to}`).toBe(moveOf(task, to).ok);
      }
      expect(dropsOf(task, status).map(({ column }) => column)).toEqual(MOVE_TARGETS.filter((to) => to !== status));
      if (status !== 'blocked') expect(dropOn(task, 'blocked', status)).toMatchObject({ takes: false });
      if (status !== 'draft') expect(dropOn(task, 'draft', status)).toMatchObject({ takes: false });
    }
  });

  it('is told the reason alone', () => {
    expect(dropOn(aTask('in_progress'), 'done', 'in_progress')).toEqual({ takes: false, sentence: 'It is done when its work has landed.' });
    expect(dropOn(aTask('done'), 'queued', 'done')).toMatchObject({ takes: false, sentence: expect.stringContaining('Make a follow-up task') as unknown });
  });
});

describe('the card beside one', () => {
  const [a, b, c, d] = [aTask('queued'), aTask('queued'), aTask('in_review'), aTask('done')];
  const columns = columnsOf([a, b, c, d]);

  it('is the next in its column, and over empty columns the nearest', () => {
    expect(cardBeside(columns, a.id, 'down')).toBe(b);
    expect(cardBeside(columns, b.id, 'up')).toBe(a);
    expect(cardBeside(columns, b.id, 'right')).toBe(c);
    expect(cardBeside(columns, c.id, 'right')).toBe(d);
    expect(cardBeside(columns, c.id, 'left')).toBe(a);
  });

  it('is none at the edge, and the first without one', () => {
    expect(cardBeside(columns, b.id, 'down')).toBeUndefined();
    expect(cardBeside(columns, d.id, 'right')).toBeUndefined();
    expect(cardBeside(columns, undefined, 'down')).toBe(a);
    expect(cardBeside(columns, 'gone', 'left')).toBe(a);
    expect(cardBeside(columnsOf([]), undefined, 'down')).toBeUndefined();
  });
});
