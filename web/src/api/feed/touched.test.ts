import { EVENT_KINDS } from '@maestro/protocol';
import type { PlanId, ProjectId } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { touchedBy } from './touched.js';

const PLAN = 'plan-1' as PlanId;
const PROJECT = 'project-1' as ProjectId;
const touched = (kind: string, planId: PlanId | null = PLAN): readonly (readonly unknown[])[] => touchedBy({ kind, planId, projectId: PROJECT });

/** Kinds that change nothing these pages show. A new kind is either handled or named here. */
const SILENT = ['run/output'];

describe('touchedBy', () => {
  it.each(EVENT_KINDS.map((kind) => [kind]))('knows %s', (kind) => {
    expect(touched(kind).length > 0).toBe(!SILENT.includes(kind));
  });

  it('says which plan and which machines a run concerns', () => {
    expect(touched('run/status')).toEqual([['plan', PLAN], ['sessions', PROJECT]]);
  });

  it('makes the list of plans stale with a plan, and not with each of its tasks', () => {
    expect(touched('plan/status')).toEqual([['plan', PLAN], ['plans', PROJECT]]);
    expect(touched('task/status')).toEqual([['plan', PLAN]]);
  });

  it('takes events of a later studio, and runs that belong to no plan', () => {
    expect(touched('weather/changed')).toEqual([]);
    expect(touched('run/status', null)).toEqual([['sessions', PROJECT]]);
  });
});
