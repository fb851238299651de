import { describe, expect, it } from 'vitest';
import { mayDelegate, mayJoin, mayMake, mayTalk, placesOf, reportOf, teamOver } from './team.js';
import type { AdmissionFacts, DelegateFacts, MakeFacts } from './team.js';

const code = (result: { readonly ok: boolean; readonly refusal?: { readonly code: string } }) => (result.ok ? 'ok' : result.refusal?.code);

describe('making a team', () => {
  const may: MakeFacts = { role: 'lead', own: true, connected: true, openTeam: null, maxWorkers: 4 };
  it.each<[string, Partial<MakeFacts>, { dev: number; review: number; test: number }, string]>([
    ['within the limit', {}, { dev: 2, review: 1, test: 1 }, 'ok'],
    ['above it', {}, { dev: 3, review: 1, test: 1 }, 'too_many_workers'],
    ['of nobody', {}, { dev: 0, review: 0, test: 0 }, 'no_workers'],
    ['where teams are not wanted', { maxWorkers: 0 }, { dev: 1, review: 0, test: 0 }, 'too_many_workers'],
    ['by a worker', { role: 'worker' }, { dev: 1, review: 0, test: 0 }, 'not_lead'],
    ["on another's machine", { own: false }, { dev: 1, review: 0, test: 0 }, 'not_your_session'],
    ['by one who is away', { connected: false }, { dev: 1, review: 0, test: 0 }, 'lead_offline'],
    ['beside a living one', { openTeam: { living: 1 } }, { dev: 1, review: 0, test: 0 }, 'team_open'],
    ['after one that has ended', { openTeam: { living: 0 } }, { dev: 1, review: 0, test: 0 }, 'ok'],
  ])('%s', (_what, facts, wanted, expected) => {
    expect(code(mayMake({ ...may, ...facts }, wanted))).toBe(expected);
  });

  it('names each worker by lead, job and number, within what a session may be called', () => {
    expect(placesOf({ dev: 2, review: 0, test: 1 }, 'desk').map(({ name, job, position }) => [name, job, position])).toEqual([
      ['desk dev 1', 'dev', 0],
      ['desk dev 2', 'dev', 1],
      ['desk test 1', 'test', 2],
    ]);
    expect(Math.max(...placesOf({ dev: 64, review: 64, test: 64 }, 'x'.repeat(60)).map(({ name }) => name.length))).toBeLessThanOrEqual(60);
  });
});

describe('admission', () => {
  const facts: AdmissionFacts = { team: { open: true, project: 'p', leadMember: 'm', leadMachine: 'c' }, place: { ended: false, session: null, job: 'dev' } };
  const session = { id: 's', project: 'p', member: 'm', machine: 'c', role: 'worker' as const };
  it.each<[string, Partial<AdmissionFacts>, Partial<typeof session> | { role: 'lead' }, string]>([
    ['to a free place', {}, {}, 'ok'],
    ['again, to its own place', { place: { ended: false, session: 's', job: 'dev' } }, {}, 'ok'],
    ["to another's place", { place: { ended: false, session: 'other', job: 'dev' } }, {}, 'place_over'],
    ['to a place that is over', { place: { ended: true, session: 's', job: 'dev' } }, {}, 'place_over'],
    ['without a place', { place: null }, {}, 'no_place'],
    ['to a team that is over', { team: { open: false, project: 'p', leadMember: 'm', leadMachine: 'c' } }, {}, 'team_over'],
    ['to no team', { team: null }, {}, 'channel_not_found'],
    ['from another machine', {}, { machine: 'other' }, 'channel_not_found'],
    ['of another member', {}, { member: 'other' }, 'channel_not_found'],
    ['in another project', {}, { project: 'other' }, 'channel_not_found'],
    ['of a lead', {}, { role: 'lead' }, 'not_worker'],
  ])('%s', (_what, given, who, expected) => {
    expect(code(mayJoin({ ...facts, ...given }, { ...session, ...who }))).toBe(expected);
  });
});

describe('the end of a team', () => {
  const facts = { leadLeft: false, leadOnline: true, leadSilentSeconds: 0, offlineMinutes: 30, livingWorkers: 2 };
  it.each<[string, Partial<typeof facts>, boolean]>([
    ['does not come while the lead is there', {}, false],
    ['nor when its workers have all ended under a lead that lives', { livingWorkers: 0 }, false],
    ['comes when the lead leaves, at once', { leadLeft: true }, true],
    ['comes when lead and workers are gone', { leadOnline: false, livingWorkers: 0 }, true],
    ['waits while the lead is out of reach', { leadOnline: false, leadSilentSeconds: 1_800 }, false],
    ['comes when that takes too long', { leadOnline: false, leadSilentSeconds: 1_801 }, true],
  ])('%s', (_what, given, over) => {
    expect(teamOver({ ...facts, ...given }) !== undefined).toBe(over);
  });
});

describe('the channel', () => {
  it('lets agents talk up to the cap, asks for a person with the last word, and then refuses', () => {
    expect(mayTalk(0, 2)).toEqual({ ok: true, value: { left: 1, askPerson: false } });
    expect(mayTalk(1, 2)).toEqual({ ok: true, value: { left: 0, askPerson: true } });
    expect(code(mayTalk(2, 2))).toBe('turn_cap');
  });

  it('reports what a worker did', () => {
    const run = { worker: 'desk dev 1', purpose: 'implement', status: 'succeeded', taskKey: 'SHOP-1', sentence: null };
    expect(reportOf(run)).toBe('desk dev 1 finished the work on SHOP-1.');
    expect(reportOf({ ...run, status: 'timed_out', sentence: 'It took too long.' })).toBe('desk dev 1 ended the work on SHOP-1: timed out. It took too long.');
    expect(reportOf({ ...run, purpose: 'repo_analysis', taskKey: null })).toBe('desk dev 1 finished the repo analysis run.');
  });
});

describe('delegating', () => {
  const worker = { team: 't', ended: false, connected: true, job: 'dev' as const, name: 'desk dev 1' };
  const facts: DelegateFacts = { role: 'lead', own: true, team: 't', worker, parentInProject: true, parentDepth: 0, parentOpen: true };
  it.each<[string, Partial<DelegateFacts>, string]>([
    ['to a worker of the team', {}, 'ok'],
    ['by a worker', { role: 'worker' }, 'not_lead'],
    ["from another's session", { own: false }, 'not_your_session'],
    ['without a team', { team: null }, 'no_team'],
    ['to nobody', { worker: null }, 'worker_not_found'],
    ["to another team's worker", { worker: { ...worker, team: 'other' } }, 'worker_not_found'],
    ['to one that has ended', { worker: { ...worker, ended: true } }, 'worker_away'],
    ['to one that is silent', { worker: { ...worker, connected: false } }, 'worker_away'],
    ['to a reviewer', { worker: { ...worker, job: 'test' } }, 'wrong_job'],
    ["below another project's task", { parentInProject: false }, 'task_not_found'],
    ['below a task that is over', { parentOpen: false }, 'parent_over'],
    ['too deep', { parentDepth: 2 }, 'too_deep'],
  ])('%s', (_what, given, expected) => {
    expect(code(mayDelegate({ ...facts, ...given }))).toBe(expected);
  });
});
