import { fc, test } from '@fast-check/vitest';
import { Role } from '@maestro/protocol';
import type { EventFilter } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { inScope, scopeOf } from './event-scope.js';
import type { StoredEvent } from './event-scope.js';
import { comparePositions, formatPosition, parsePosition } from './position.js';

const position = fc.record({ txid: fc.bigInt({ min: 0n, max: 2n ** 62n }).map(String), seq: fc.bigInt({ min: 0n, max: 10n ** 17n }).map(String) });

describe('a position', () => {
  test.prop([position])('survives being a cursor', (at) => {
    expect(parsePosition(formatPosition(at))).toEqual(at);
  });

  test.prop([position, position])('orders by transaction first, then by number, as numbers', (a, b) => {
    const expected = BigInt(a.txid) - BigInt(b.txid) || BigInt(a.seq) - BigInt(b.seq);
    expect(Math.sign(comparePositions(a, b))).toBe(expected < 0n ? -1 : expected > 0n ? 1 : 0);
  });

  it.each(['', '1', '1.', '.1', '1.2.3', '-1.2', '1.2 ', `1.${'9'.repeat(19)}`, "1'; drop table events; --.1"])('is not %j', (cursor) => {
    expect(parsePosition(cursor)).toBeUndefined();
  });
});

const event: StoredEvent = {
  position: { txid: '1', seq: '1' },
  at: new Date(0),
  kind: 'task/status',
  actor: {},
  workspaceId: 'w1',
  projectId: 'p1',
  planId: 'l1',
  taskId: 't1',
  runId: null,
  payload: {},
};
const member = [{ workspaceId: 'w1', roles: [Role.viewer] }];
const filter = (some: Record<string, string>) => some as EventFilter;

describe('the scope of a reader', () => {
  it.each([
    ['a member sees it', scopeOf(member, null, {}), true],
    ['a stranger does not', scopeOf([{ workspaceId: 'w2', roles: [Role.owner] }], null, {}), false],
    ['a member without a role does not', scopeOf([{ workspaceId: 'w1', roles: [] }], null, {}), false],
    ['a machine of that project does', scopeOf(member, { workspaceId: 'w1', projectIds: ['p1'] }, {}), true],
    ['a machine of another project does not', scopeOf(member, { workspaceId: 'w1', projectIds: ['p2'] }, {}), false],
    ['a machine of another workspace does not', scopeOf(member, { workspaceId: 'w2', projectIds: null }, {}), false],
    ['who asks for its plan does', scopeOf(member, null, filter({ planId: 'l1' })), true],
    ['who asks for another plan does not', scopeOf(member, null, filter({ planId: 'l2' })), false],
    ['who asks for a run does not', scopeOf(member, null, filter({ runId: 'r1' })), false],
    ['who asks for another workspace does not', scopeOf(member, null, filter({ workspaceId: 'w2' })), false],
    ['who asks for all but its kind does not', scopeOf(member, null, filter({ without: 'task/status' })), false],
    ['who asks for all but another kind does', scopeOf(member, null, filter({ without: 'run/output' })), true],
  ])('%s', (_, scope, sees) => {
    expect(inScope(scope, event)).toBe(sees);
  });

  it('never holds what belongs to no workspace', () => {
    expect(inScope(scopeOf(member, null, {}), { ...event, workspaceId: null })).toBe(false);
  });

  it('holds what belongs to the whole workspace, also for a machine of one project', () => {
    expect(inScope(scopeOf(member, { workspaceId: 'w1', projectIds: ['p2'] }, {}), { ...event, projectId: null })).toBe(true);
  });
});
