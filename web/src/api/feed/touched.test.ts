import { EVENT_KINDS } from '@maestro/protocol';
import type { PlanId, ProjectId, RunId, TaskId } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { touchedBy } from './touched.js';

const PLAN = 'plan-1' as PlanId;
const PROJECT = 'project-1' as ProjectId;
const TASK = 'task-1' as TaskId;
const RUN = 'run-1' as RunId;
const touched = (kind: string, planId: PlanId | null = PLAN, taskId: TaskId | null = null, runId: RunId | null = null): readonly (readonly unknown[])[] =>
  touchedBy({ kind, planId, projectId: PROJECT, taskId, runId });

/** Kinds that change nothing these pages show. A new kind is either handled or named here. */
const SILENT = ['run/output'];

describe('touchedBy', () => {
  it.each(EVENT_KINDS.map((kind) => [kind]))('knows %s', (kind) => {
    expect(touched(kind).length > 0).toBe(!SILENT.includes(kind));
  });

  it('says which plan and which machines a run concerns', () => {
    expect(touched('run/status')).toEqual([['plan', PLAN], ['sessions', PROJECT], ['runs', PROJECT]]);
  });

  it('makes the list of plans stale with a plan, and not with each of its tasks', () => {
    expect(touched('plan/edited')).toEqual([['plan', PLAN], ['plans', PROJECT]]);
    expect(touched('plan/status')).toEqual([['plan', PLAN], ['plans', PROJECT], ['knowledge', PROJECT]]);
    expect(touched('task/status')).toEqual([['plan', PLAN]]);
  });

  it('makes a task stale with its runs and reviews, and who could take a task with every machine that comes or goes', () => {
    for (const kind of ['task/comment', 'run/status', 'review/verdict']) expect(touched(kind, PLAN, TASK)).toEqual(expect.arrayContaining([['task', TASK], ['why', TASK]]));
    expect(touched('session/status')).toContainEqual(['why']);
  });

  it('makes a run stale with what happens to it, and only its transcript with its output', () => {
    expect(touched('run/output', PLAN, TASK, RUN)).toEqual([['run-lines', RUN]]);
    expect(touched('run/status', PLAN, TASK, RUN)).toContainEqual(['run', RUN]);
  });

  it('takes events of a later studio, and runs that belong to no plan', () => {
    expect(touched('weather/changed')).toEqual([]);
    expect(touched('run/status', null)).toEqual([['sessions', PROJECT], ['runs', PROJECT], ['analysis', PROJECT]]);
  });

  it('makes the teams and what they say stale with each word in a channel, and what can be found with an analysis', () => {
    expect(touched('team/worker', null)).toEqual([['teams', PROJECT]]);
    expect(touched('channel/message', null)).toEqual([['teams', PROJECT], ['channel']]);
    expect(touched('analysis/status', null)).toEqual([['analysis', PROJECT], ['knowledge', PROJECT]]);
    expect(touched('context-file/updated', null)).toEqual([['context', PROJECT]]);
  });
});
