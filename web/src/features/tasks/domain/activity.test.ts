import { EVENT_KINDS } from '@maestro/protocol';
import type { EventView } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { activityOf } from './activity.js';

function event(kind: string, payload: Record<string, unknown> = {}, actor: EventView['actor'] = { type: 'user', id: 'u', name: 'Ada' }): EventView {
  return { cursor: '1.1', at: '2026-01-01T00:00:00Z', kind, actor, workspaceId: null, projectId: null, planId: null, taskId: null, runId: null, payload };
}

const said = (...events: readonly EventView[]): readonly string[] => activityOf(events, (id) => (id === 'm1' ? 'Grace' : undefined)).map((line) => (line.kind === 'comment' ? `${line.who}: ${line.text}` : line.text));

describe('activityOf', () => {
  it('tells who did what, and what the work did by itself', () => {
    const session = { type: 'session', id: 's', name: 'desk' } as const;
    expect(said(
      event('task/status', { from: 'draft', to: 'queued', because: 'activated' }),
      event('task/offered', { member: 'm1' }),
      event('task/status', { from: 'queued', to: 'in_progress', because: 'run_started' }, session),
      event('task/status', { from: 'in_progress', to: 'blocked/stopped', because: 'stop', sentence: 'A person stopped it.' }),
      event('review/verdict', { verdict: 'rejected', summary: 'No tests.' }, session),
      event('merge/landed', { commit: 'abcdef0123456789' }),
      event('task/comment', { text: 'Look here.', forAgent: true, author: { kind: 'user', name: 'Ada' } }),
    )).toEqual(['Ada activated the plan', 'Ada offered it to Grace', 'Work began', 'Ada stopped it', 'desk asked for changes', 'Landed as abcdef012345', 'Ada: Look here.']);
  });

  it('gives a status of the task, not of its table', () => {
    expect(activityOf([event('task/status', { to: 'blocked/no_change', sentence: 'Nothing changed.' }, { type: 'system', name: 'tasks' })])).toEqual([{ kind: 'fact', id: '1.1', at: '2026-01-01T00:00:00Z', text: 'Blocked', status: 'blocked', more: 'Nothing changed.' }]);
  });

  it('tells what sent the work back', () => {
    const system = { type: 'system', name: 'tasks' } as const;
    expect(said(event('task/status', { from: 'in_review', to: 'in_progress', because: 'rejected' }, system), event('task/status', { from: 'in_review', to: 'blocked/revision_cap', because: 'rejected' }, system))).toEqual(['Sent back by the review', 'Blocked']);
  });

  it('says how a run ended badly, and leaves the rest to the list of runs', () => {
    expect(said(event('run/status', { purpose: 'implement', to: 'failed', why: 'It crashed.' }), event('run/status', { purpose: 'review', to: 'running' }), event('run/output', { lines: 3 }))).toEqual(['The implementation failed']);
  });

  it('takes every kind of event with nothing in it, and kinds of a later studio', () => {
    for (const kind of [...EVENT_KINDS, 'task/danced']) expect(() => activityOf([event(kind)])).not.toThrow();
  });
});
