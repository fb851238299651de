import { fc, test } from '@fast-check/vitest';
import { PURPOSES, needsAgent } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { checkCall, toolsFor } from './tools.js';

describe('which tools a run has', () => {
  it('follows its purpose', () => {
    expect(toolsFor('implement')).toEqual(['task_get', 'catalog_search', 'checkpoint', 'subtask', 'ask_human', 'channel_post']);
    expect(toolsFor('review')).toEqual(['task_get', 'catalog_search', 'subtask', 'ask_human', 'verdict', 'channel_post']);
    expect(toolsFor('plan')).toEqual(['catalog_search', 'ask_human', 'plan_proposal', 'channel_post']);
  });

  it.each(PURPOSES.filter((purpose) => !needsAgent(purpose)))('is none for %s, which no agent does', (purpose) => {
    expect(toolsFor(purpose)).toEqual([]);
  });
});

describe('a call', () => {
  it('is completed with its defaults', () => {
    expect(checkCall('verdict', { verdict: 'approved' })).toEqual({ ok: true, call: { tool: 'verdict', input: { verdict: 'approved', summary: '', findings: [] } } });
  });

  it.each([
    ['an unknown tool', 'rm_rf', {}, 'There is no tool "rm_rf".'],
    ['an inherited name', 'constructor', {}, 'There is no tool "constructor".'],
    ['a field too many', 'task_get', { run: 'run-2' }, 'Unrecognized key: "run"'],
    ['a wrong word', 'verdict', { verdict: 'fine' }, 'verdict: Invalid option'],
    ['an empty question', 'ask_human', { question: '  ' }, 'question: Too small'],
    ['a wrong finding', 'verdict', { verdict: 'rejected', findings: [{ severity: 'blocking' }] }, 'findings.0.message:'],
    ['no input', 'subtask', undefined, 'expected object'],
  ])('with %s is refused in one sentence', (_title, tool, input, part) => {
    const checked = checkCall(tool, input);
    expect(!checked.ok && checked.sentence.includes(part), JSON.stringify(checked)).toBe(true);
  });

  test.prop([fc.oneof(fc.string(), fc.constantFrom('task_get', 'verdict', 'subtask', 'plan_proposal')), fc.anything()])('never throws', (tool, input) => {
    checkCall(tool, input);
  });
});
