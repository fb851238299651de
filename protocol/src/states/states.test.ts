import { describe, expect, it } from 'vitest';
import { laneTable } from './lane.js';
import { planTable } from './plan.js';
import { runTable } from './run.js';
import { sessionTable } from './session.js';
import { factCombinations, matchingCases, transition, type EventFacts, type Table } from './table.js';
import { BLOCKED_STATES, taskTable } from './task.js';
import { workerTable } from './worker.js';

const tables = [taskTable, runTable, planTable, sessionTable, workerTable, laneTable] as unknown as readonly Table<string, EventFacts, string>[];

/** Every (state, event, facts) of a table with the cases whose guard holds. */
function* pairs(table: Table<string, EventFacts, string>) {
  for (const state of table.states)
    for (const [event, domain] of Object.entries(table.events))
      for (const facts of factCombinations(domain)) yield { state, event, facts, cases: matchingCases(table, state, event, facts) };
}

describe.each(tables.map((table) => [table.name, table] as const))('the %s table', (_name, table) => {
  it('has exactly one case for every state, event and combination of facts', () => {
    const holes = [...pairs(table)]
      .filter(({ cases }) => cases.length !== 1)
      .map(({ state, event, facts, cases }) => `${state} + ${event} ${JSON.stringify(facts)}: ${cases.length} cases`);
    expect(holes).toEqual([]);
  });

  it('refuses nothing that a run, a daemon or a clock can cause', () => {
    const refused = [...pairs(table)].filter(({ event, cases }) => table.causes[event] === 'system' && cases[0]?.column === 'refusal');
    expect(refused.map(({ state, event }) => `${state} + ${event}`)).toEqual([]);
  });

  it('says in a sentence what to do, or why something cannot happen', () => {
    for (const each of table.cases) {
      if (each.column === 'refusal') expect(each.sentence, each.code).toMatch(/^[A-Z].{10,}\.$/s);
      if (each.column === 'never') expect(each.because.length).toBeGreaterThan(10);
    }
  });

  it('names only its own states, events, facts and effects', () => {
    for (const each of table.cases) {
      expect(Object.keys(table.events)).toContain(each.event);
      for (const state of each.from) expect(table.states).toContain(state);
      for (const [fact, value] of Object.entries(each.when)) expect(table.events[each.event]?.[fact]).toContain(value);
      if (each.column !== 'row') continue;
      if (!['same', 'origin', 'replay'].includes(each.to)) expect(table.states).toContain(each.to);
      for (const effect of each.effects) expect(table.effects).toHaveProperty(effect);
    }
  });

  it('uses every effect and reaches every state but the first', () => {
    const used = new Set(table.cases.flatMap((each) => (each.column === 'row' ? each.effects : [])));
    expect(Object.keys(table.effects).filter((effect) => !used.has(effect))).toEqual([]);
    const reached = new Set(table.cases.flatMap((each) => (each.column === 'row' ? [each.to as string] : [])));
    expect(table.states.slice(1).filter((state) => !reached.has(state))).toEqual([]);
  });
});

describe('transition', () => {
  it('returns a blocked task to where it was blocked', () => {
    const outcome = transition(taskTable, { state: 'blocked/attempts_exhausted', origin: 'in_review' }, 'retry', {});
    expect(outcome).toEqual({ kind: 'moved', to: 'in_review', effects: ['grant_round'], changed: true });
  });

  it('lets a late success of the blocked stage count, and keeps one of another stage as evidence', () => {
    const at = { state: 'blocked/runs_exhausted', origin: 'in_progress' } as const;
    expect(transition(taskTable, at, 'produced', { tree: 'changed' })).toMatchObject({ to: 'in_review' });
    expect(transition(taskTable, at, 'approved', { current: true })).toMatchObject({ to: at.state, effects: ['keep_evidence'] });
  });

  it('never lets a late outcome pass a cap', () => {
    for (const state of ['blocked/revision_cap', 'blocked/repair_cap', 'blocked/dependency_cancelled'] as const)
      expect(transition(taskTable, { state, origin: 'in_review' }, 'approved', { current: true })).toMatchObject({ to: state });
  });

  it('has a case for every origin that a blocked task can come from', () => {
    for (const state of BLOCKED_STATES)
      for (const origin of ['queued', 'in_progress', 'in_review', 'landing'] as const)
        for (const [event, domain] of Object.entries(taskTable.events))
          for (const facts of factCombinations(domain))
            expect(() => transition(taskTable, { state, origin }, event as 'produced', facts as { tree: 'changed' })).not.toThrow();
  });

  it('says which table has a hole', () => {
    const holed = { ...taskTable, cases: [] };
    expect(() => transition(holed, { state: 'draft' }, 'activated', {})).toThrow(/state_table_hole: task has 0 cases for draft \+ activated/);
  });
});
