import { AnswerTask, ApproveTask, AssignTask, DeclineTask, MOVE_TARGETS, MoveTask, RetryTask, StartTask, UnblockTask, moveOf, taskTable } from '@maestro/protocol';
import type { BlockedCode, TaskStatus, TaskView } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { TASK_ACTIONS } from './actions.js';
import type { TaskAction } from './actions.js';
import { moveRequestOf, requestOf } from './requests.js';
import { questionOf } from './words.js';

const ID = '01890000-0000-7000-8000-000000000001';
const task = { id: ID, head: 'a'.repeat(40) } as Pick<TaskView, 'id' | 'head'>;

/** What each route takes, as the studio reads it. A route without a body reads none. */
const SCHEMAS: Readonly<Record<TaskAction, { parse(body: unknown): unknown } | undefined>> = {
  accept: StartTask, decline: DeclineTask, answer: AnswerTask, approve: ApproveTask, confirm: UnblockTask, retry: RetryTask, start: StartTask,
  drop_dependencies: UnblockTask, treat_as_done: UnblockTask, assign: AssignTask, stop: DeclineTask, cancel: undefined,
};

describe('requestOf', () => {
  it.each(TASK_ACTIONS.map((action) => [action]))('asks for %s as the studio reads it, with and without what could be said', (action) => {
    for (const input of [{ text: 'Because.', session: ID, member: ID }, { text: 'x' }]) {
      const { path, body } = requestOf(action, task, input);
      expect(path.startsWith(`/tasks/${ID}/`)).toBe(true);
      expect(() => SCHEMAS[action]?.parse(body)).not.toThrow();
    }
  });

  it('names the head that was shown, and leaves out a note that says nothing', () => {
    expect(requestOf('approve', task, { text: '  ' }).body).toEqual({ head: task.head });
    expect(requestOf('retry', task, { text: ' Again. ' }).body).toEqual({ note: 'Again.' });
    expect(requestOf('assign', task, { member: null }).body).toEqual({ member: null });
  });
});

describe('moveRequestOf', () => {
  it('says every move of the board as the studio reads it', () => {
    for (const state of taskTable.states) {
      const blocked = state.startsWith('blocked/') ? { code: state.slice('blocked/'.length) as BlockedCode, from: 'in_progress' as const } : null;
      const card = { key: 'SHOP-1', status: blocked === null ? (state as TaskStatus) : ('blocked' as const), blocked, head: task.head, pushing: false };
      for (const to of MOVE_TARGETS) {
        const move = moveOf(card, to);
        if (!move.ok) continue;
        const { path, body } = moveRequestOf(to, move.value.event, task, { text: 'Why not.', session: ID });
        expect(path).toBe(`/tasks/${ID}/move`);
        expect(MoveTask.parse(body)).toMatchObject({ to, ...(move.value.asks === 'head' ? { head: task.head } : {}) });
      }
    }
  });
});

describe('questionOf', () => {
  const asked = { key: 'SHOP-1', status: 'in_progress', blocked: null, pushing: false, head: null } as Parameters<typeof questionOf>[1];

  it('says for every action what it does, in whole sentences', () => {
    for (const action of TASK_ACTIONS) {
      const { title, lead, does, keeps } = questionOf(action, asked);
      expect(lead).toMatch(/\.$/);
      for (const words of [title, does, keeps]) expect(words).toMatch(/^[A-Z]/);
      expect(does).not.toBe(keeps);
    }
  });

  it('says before a cancel what stops, what is kept, and who waits', () => {
    expect(questionOf('cancel', asked, ['SHOP-2']).lead).toBe('Its agent and everything that it started are stopped, and nothing is merged. What was written, committed or not, is kept on its machine as a snapshot under `refs/maestro/snapshots`. SHOP-2 waits for it, and is blocked until you decide what becomes of it.');
    expect(questionOf('cancel', { ...asked, status: 'queued' }, ['A', 'B', 'C', 'D', 'E', 'F']).lead).toBe('Nothing runs for it. It stays in the plan as cancelled. A, B, C, D and 2 more wait for it, and are blocked until you decide what becomes of them.');
    expect(questionOf('cancel', { ...asked, status: 'landing', pushing: true }).lead).toContain('cannot be taken back');
  });
});
