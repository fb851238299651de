import type { SessionView } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { arrived, freeSlots, machinesOf, presentIds, skillsOf } from './machines.js';
import type { Seat } from './machines.js';

const project = { id: 'p-1', key: 'SHOP', name: 'Shop' } as Seat['project'];
const other = { id: 'p-2', key: 'BLOG', name: 'Blog' } as Seat['project'];
const seat = (id: string, machine: string, change: Partial<SessionView> = {}, of = project): Seat => ({
  project: of,
  session: {
    id, machineId: machine, projectId: of.id, memberId: 'm-1', memberName: 'Ada', hostname: `host-${machine}`, name: id, role: 'lead', purposes: [], agents: [], skills: [], capacity: 4, liveRuns: 0, work: [],
    reachable: true, mayPush: true, status: 'online', lastSeenAt: '2026-01-01T00:00:00.000Z', ...change,
  } as SessionView,
});

describe('machinesOf', () => {
  it('is one machine for all of its sessions, by project, leads before workers', () => {
    const [machine, ...rest] = machinesOf([seat('desk dev 1', 'a', { role: 'worker' }), seat('desk', 'a'), seat('blog', 'a', {}, other)]);
    expect(rest).toEqual([]);
    expect(machine?.seats.map(({ session }) => session.id)).toEqual(['blog', 'desk', 'desk dev 1']);
  });

  it('is there as long as one of its connections is, and shows those first that are there', () => {
    const found = machinesOf([seat('1', 'gone', { status: 'offline' }), seat('2', 'silent', { status: 'stale' }), seat('3', 'mixed', { status: 'offline' }), seat('4', 'mixed', { status: 'online' }), seat('5', 'leaving', { status: 'draining' })]);
    expect(found.map(({ id, status }) => [id, status])).toEqual([['mixed', 'online'], ['leaving', 'draining'], ['silent', 'stale'], ['gone', 'offline']]);
  });

  it('forgets workers that are gone', () => {
    expect(machinesOf([seat('desk', 'a'), seat('desk dev 1', 'a', { role: 'worker', status: 'offline' })])[0]?.seats).toHaveLength(1);
    expect(machinesOf([seat('desk dev 1', 'a', { role: 'worker', status: 'offline' })])).toEqual([]);
  });

  it('names each agent program once, as those who are there have it', () => {
    const codex = { name: 'Codex', version: '1', models: [] };
    const claude = { name: 'Claude Code', version: '2', models: [] };
    const [machine] = machinesOf([
      seat('a', 'a', { agents: [codex] }),
      seat('b', 'a', { agents: [claude, codex] }, other),
      seat('c', 'a', { status: 'offline', agents: [{ ...codex, version: '0' }], lastSeenAt: '2025-01-01T00:00:00.000Z' }),
    ]);
    expect(machine?.agents).toEqual([claude, codex]);
  });
});

describe('freeSlots', () => {
  it.each([
    ['online', 4, 1, 3],
    ['online', 1, 2, 0],
    ['stale', 4, 0, 0],
    ['draining', 4, 1, 0],
    ['offline', 4, 0, 0],
  ] as const)('%s, %i slots, %i runs: %i', (status, capacity, liveRuns, free) => {
    expect(freeSlots({ status, capacity, liveRuns })).toBe(free);
  });
});

it('skills count at the higher of both levels, best first', () => {
  expect(skillsOf([{ slug: 'go', proficiency: 3 }, { slug: 'css', proficiency: 5 }], [{ slug: 'go', proficiency: 4 }, { slug: 'aws', proficiency: 4 }])).toEqual([
    { slug: 'css', proficiency: 5 },
    { slug: 'aws', proficiency: 4 },
    { slug: 'go', proficiency: 4 },
  ]);
});

it('a session has arrived when it is online and was not there before', () => {
  const before = presentIds([seat('old', 'a'), seat('back', 'b', { status: 'offline' })]);
  expect(arrived(before, [seat('old', 'a'), seat('back', 'b'), seat('new', 'c'), seat('silent', 'd', { status: 'stale' })]).map(({ session }) => session.id)).toEqual(['back', 'new']);
});
