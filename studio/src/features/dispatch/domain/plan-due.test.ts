import { describe, expect, it } from 'vitest';
import { ownRunsDue } from './plan-due.js';
import type { OwnFacts } from './plan-due.js';

const plan = (over: Partial<OwnFacts> = {}): OwnFacts => ({
  status: 'active', paused: false, epicReady: true, bootstrapFailed: false, liveRuns: [], restsSeconds: 0, releasePushing: false, architectAsked: false, cleanupLeft: false, ...over,
});

describe('the runs of a plan itself', () => {
  it.each<readonly [string, Partial<OwnFacts>, readonly string[]]>([
    ['bootstrap once activated', { epicReady: false }, ['bootstrap_epic']],
    ['none while a person has to look at the bootstrap', { epicReady: false, bootstrapFailed: true }, []],
    ['none twice', { epicReady: false, liveRuns: ['bootstrap_epic'] }, []],
    ['none while it rests', { epicReady: false, restsSeconds: 4 }, []],
    ['none while it is paused', { status: 'paused', epicReady: false }, []],
    ['none while its project is paused', { paused: true, epicReady: false, architectAsked: true }, []],
    ['release to follow up a push, though its project is paused', { paused: true, status: 'releasing', releasePushing: true }, ['release']],
    ['release once asked for', { status: 'releasing' }, ['release']],
    ['release to follow up a push, though the release was given up', { releasePushing: true }, ['release']],
    ['cleanup after the release', { status: 'completed', cleanupLeft: true }, ['release_cleanup']],
    ['none after the cleanup', { status: 'completed' }, []],
    ['an architect for a draft', { status: 'draft', architectAsked: true, epicReady: false }, ['plan']],
    ['an architect beside a bootstrap', { epicReady: false, architectAsked: true }, ['bootstrap_epic', 'plan']],
    ['no architect for an ended plan', { status: 'cancelled', architectAsked: true }, []],
  ])('%s', (_what, facts, purposes) => {
    expect(ownRunsDue(plan(facts))).toEqual(purposes);
  });
});
