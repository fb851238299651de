import { Policy, factCombinations, matchingCases, taskEvents, taskTable } from '@maestro/protocol';
import type { TaskEvent, TaskState } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { aTask, happeningFor } from '../test-support/a-task.js';
import { BLOCKED_ACTIONS } from './blocked.js';
import { factsOf } from './facts.js';
import { stepTask } from './step.js';
import type { TaskStep } from './step.js';
import { stateOf } from './task.js';

const policy = Policy.parse({});
const NOW = '2026-01-02T03:04:05.000Z';

function step(task: ReturnType<typeof aTask>, happening: Parameters<typeof stepTask>[1], rules = policy): TaskStep {
  const decided = stepTask(task, happening, rules, NOW);
  if (!decided.ok) throw new Error(decided.refusal.sentence);
  return decided;
}

describe('stepTask over the whole table', () => {
  const states = taskTable.states.filter((state) => state !== 'draft');

  it.each(Object.keys(taskEvents) as TaskEvent[])('agrees with the table on %s in every state', (event) => {
    for (const state of states) {
      const task = aTask(state);
      const happening = happeningFor(event);
      const facts = factsOf(task, happening, policy);
      const [expected] = matchingCases(taskTable, state, event, facts);
      if (expected?.column === 'never') expect(() => stepTask(task, happening, policy, NOW)).toThrow('task.impossible');
      else if (expected?.column === 'refusal') expect(stepTask(task, happening, policy, NOW)).toMatchObject({ ok: false, refusal: { code: expected.code } });
      else {
        const decided = step(task, happening);
        const after = { ...task, ...decided.patch };
        expect(stateOf(after)).toBe(decided.to);
        // The row's own rule: a blocked task has a code, an origin and a sentence; another has none of them.
        expect([after.blockedCode !== null, after.blockedFrom !== null, after.blockedSentence !== null]).toEqual(Array(3).fill(after.status === 'blocked'));
      }
    }
  });

  it('gives factsOf a value for every fact of every event', () => {
    for (const event of Object.keys(taskEvents) as TaskEvent[]) {
      const facts = factsOf(aTask('landing'), happeningFor(event), policy);
      const domain = taskEvents[event];
      expect(Object.keys(facts).sort()).toEqual(Object.keys(domain).sort());
      expect(factCombinations(domain)).toContainEqual(facts);
    }
  });
});

describe('a revision', () => {
  it('keeps the lane, counts, and carries the findings', () => {
    const findings = [{ path: 'a.ts', line: 3, severity: 'blocking' as const, message: 'Off by one.' }];
    const decided = step(aTask('in_review'), { event: 'rejected', by: 'r', tree: 't', summary: 'No.', findings });
    expect(decided).toMatchObject({ to: 'in_progress', patch: { revisions: 1, findings, rejectedTree: 't' } });
    expect(decided.commands).toContainEqual({ do: 'comment', text: 'No.\n- a.ts:3 — Off by one.', forAgent: false });
    expect(decided.patch.branch).toBeUndefined();
  });

  it('ends at the cap, and an operator grants exactly one more', () => {
    const rejected = { event: 'rejected', by: 'r', tree: 't', summary: 'No.', findings: [] } as const;
    const atCap = { ...aTask('in_review'), revisions: policy.revisionCap };
    const blocked = step(atCap, rejected);
    expect(blocked.to).toBe('blocked/revision_cap');
    const granted = step({ ...atCap, ...blocked.patch }, { event: 'retry', note: 'Use a map.' });
    expect(granted).toMatchObject({ to: 'in_progress', patch: { revisions: policy.revisionCap + 1, grantedRevisions: 1 } });
    expect(granted.commands).toContainEqual({ do: 'comment', text: 'Use a map.', forAgent: true });
    const again = { ...atCap, ...blocked.patch, ...granted.patch, status: 'in_review' as const };
    expect(step(again, rejected).to).toBe('blocked/revision_cap');
  });
});

describe('an approval', () => {
  const approved = { event: 'approved', run: 'run', by: 'r', head: 'head', base: 'base', tree: 'tree', tip: 'tip', textVersion: 1 } as const;

  it('names head, base, tree and text', () => {
    expect(step(aTask('in_review'), approved).patch.approval).toEqual({ head: 'head', base: 'base', tree: 'tree', tip: 'tip', overlapSeen: false, textVersion: 1, run: 'run', by: 'r', at: NOW });
  });

  it.each([{ head: 'x' }, { base: 'x' }, { textVersion: 2 }])('is evidence only when %o has moved', (moved) => {
    expect(step(aTask('in_review'), { ...approved, ...moved })).toMatchObject({ to: 'in_review', changed: false, effects: ['keep_evidence'] });
  });

  it('is void after a text edit, a conflict, an overlap and a failed result', () => {
    const landing = { ...aTask('landing'), approval: { head: 'head', base: 'base', tree: 'tree', tip: 'tip', overlapSeen: false, textVersion: 1, run: null, by: 'r', at: NOW } };
    for (const happening of [
      { event: 'text_edited', changes: { title: 'New' }, choice: 'keep' },
      { event: 'conflict', tip: 'tip2', paths: ['a'], detail: '' },
      { event: 'overlapped', tip: 'tip2', paths: ['a'] },
      { event: 'result_failed', tip: 'tip2', tipPasses: true, command: 'test', output: 'boom' },
    ] as const) {
      expect(step(landing, happening).patch.approval, happening.event).toBeNull();
    }
  });

  it('asks the next review about overlapping paths only', () => {
    expect(step(aTask('landing'), { event: 'overlapped', tip: 't', paths: ['a.ts'] }).patch.deltaPaths).toEqual(['a.ts']);
  });

  it('remembers the tip whose overlap was looked at, so that the same overlap does not go back for ever', () => {
    const task = aTask('landing');
    const overlapped = { ...task, ...step(task, { event: 'overlapped', tip: 'tip2', paths: null }).patch };
    expect(step(overlapped, { ...approved, tip: 'tip2' }).patch.approval).toMatchObject({ tip: 'tip2', overlapSeen: true });
    expect(step(overlapped, { ...approved, tip: 'tip' }).patch.approval).toMatchObject({ tip: 'tip', overlapSeen: false });
    expect(step(overlapped, { event: 'approve', head: 'head', by: 'person', note: '' }).patch.approval).toMatchObject({ tip: 'tip2', overlapSeen: true });
  });
});

describe('a push of unknown fate', () => {
  const pushing = { ...aTask('landing'), intent: { run: 'run', head: 'head', tip: 'tip', commit: 'commit' } };

  it('cannot be edited or stopped, and remembers a cancel until the epic was read', () => {
    expect(stepTask(pushing, { event: 'text_edited', changes: {}, choice: 'keep' }, policy, NOW)).toMatchObject({ refusal: { code: 'too_late' } });
    expect(stepTask(pushing, { event: 'stop', why: '' }, policy, NOW)).toMatchObject({ refusal: { code: 'too_late' } });
    const cancelled = step(pushing, { event: 'cancel' });
    expect(cancelled).toMatchObject({ to: 'landing', patch: { cancelRequestedAt: NOW } });
    const remembered = { ...pushing, ...cancelled.patch };
    expect(step(remembered, { event: 'epic_lacks' })).toMatchObject({ to: 'cancelled', patch: { intent: null } });
    expect(step(remembered, { event: 'epic_holds', commit: 'c' })).toMatchObject({ to: 'done', patch: { mergeCommit: 'c', intent: null } });
  });

  it('survives a failed run: only reading the epic settles it', () => {
    const failed = step(pushing, { event: 'run_failed', attempts: 1, class: 'crash', sentence: 'Gone.', session: 's', dueAfter: NOW });
    expect(failed.patch.intent).toBeUndefined();
  });
});

describe('a stage', () => {
  it('starts afresh: attempts, back-off and the machine to avoid belong to the stage before', () => {
    const task = { ...aTask('in_progress'), dueAfter: NOW, avoidSession: 's', noVerdicts: 1 };
    expect(step(task, happeningFor('produced')).patch).toMatchObject({ attemptsSince: NOW, dueAfter: null, avoidSession: null, noVerdicts: 0 });
  });

  it('avoids a machine after its own fault only', () => {
    const failure = { event: 'run_failed', attempts: 1, sentence: 'x', session: 's', dueAfter: NOW } as const;
    expect(step(aTask('in_progress'), { ...failure, class: 'crash' }).patch.avoidSession).toBe('s');
    expect(step(aTask('in_progress'), { ...failure, class: 'validation' }).patch.avoidSession).toBeNull();
  });

  it('ends its runs when it is left, but keeps a waiting and a lost one when it is blocked for a limit', () => {
    expect(step(aTask('in_progress'), happeningFor('produced')).endRuns).toContain('lost');
    const exhausted = step(aTask('in_progress'), { event: 'runs_exhausted', why: 'x' });
    expect(exhausted.endRuns).toEqual(['dispatched', 'claimed', 'running']);
    expect(step(aTask('in_progress'), { event: 'stop', why: '' }).endRuns).toContain('lost');
  });
});

describe('waiting', () => {
  it('for a person: the run waits, and the answer is kept and wakes it', () => {
    const asked = step(aTask('in_progress'), { event: 'asked_person', question: 'Which port?' });
    expect(asked.commands).toContainEqual({ do: 'hold_runs', reason: 'human', question: 'Which port?' });
    const answered = step({ ...aTask('in_progress'), ...asked.patch }, { event: 'answer', text: '4680' });
    expect(answered).toMatchObject({ to: 'in_progress', endRuns: [], patch: { answers: [{ question: 'Which port?', answer: '4680' }], question: null } });
    expect(answered.commands).toContainEqual({ do: 'release_wait', reason: 'human' });
  });

  it('for the budget: raising the cap wakes the run', () => {
    const spent = step(aTask('in_progress'), { event: 'budget_spent', why: 'Spent.' });
    expect(spent).toMatchObject({ to: 'blocked/budget', endRuns: ['dispatched'] });
    const raised = step({ ...aTask('in_progress'), ...spent.patch }, { event: 'budget_raised' });
    expect(raised.to).toBe('in_progress');
    expect(raised.commands).toContainEqual({ do: 'release_wait', reason: 'budget' });
  });

  it('blocked again for another reason, it still returns to where it was at work', () => {
    const asked = step(aTask('in_review'), { event: 'asked_person', question: '?' });
    const stopped = step({ ...aTask('in_review'), ...asked.patch }, { event: 'stop', why: '' });
    expect(stopped).toMatchObject({ to: 'blocked/stopped', patch: { blockedFrom: 'in_review' } });
  });
});

describe('the actions of a blocked task', () => {
  /** What the table accepts of a person, by the name that the API gives it. Assigning and cancelling fit any block. */
  const events = { retry: 'retry', approve: 'approve', confirm: 'confirm', start: 'start', drop_dependencies: 'drop_dependencies', treat_as_done: 'treat_as_done', answer: 'answer' } as const;

  it('are exactly those that the table accepts', () => {
    for (const state of taskTable.states.filter((each): each is TaskState & `blocked/${string}` => each.startsWith('blocked/'))) {
      const offered = BLOCKED_ACTIONS[state.slice('blocked/'.length) as keyof typeof BLOCKED_ACTIONS];
      for (const [action, event] of Object.entries(events)) {
        const accepted = stepTask(aTask(state), happeningFor(event), policy, NOW).ok;
        expect(offered.includes(action as keyof typeof events), `${state}: ${action}`).toBe(accepted);
      }
    }
  });
});
