import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Direction, createPeer, createService, refuse, serve } from './index.js';
import type { Authorize, CancelSignal } from './index.js';
import { SECRET, claim, error, newCancelSource, registry, runCancel, runClaim, settled, studio } from './test-support/peer-fixture.js';
import type { Context } from './test-support/peer-fixture.js';

describe('serving', () => {
  it('answers a request under its id, string or number', async () => {
    const { ask } = studio();
    expect(await ask(claim(7))).toEqual({ jsonrpc: '2.0', id: 7, result: { epoch: 1 } });
    expect(await ask(claim('x'))).toEqual({ jsonrpc: '2.0', id: 'x', result: { epoch: 1 } });
  });

  const refused: readonly (readonly [string, unknown, unknown])[] = [
    ['not JSON', '{"jsonrpc": "2.0", "method', error(null, -32700, { code: 'parse_error' })],
    ['an empty text', '', error(null, -32700)],
    ['an empty batch', [], error(null, -32600)],
    ['a batch of scalars', [1, 2], [error(null, -32600), error(null, -32600)]],
    ['a scalar', 1, error(null, -32600)],
    ['null', null, error(null, -32600)],
    ['another version', { jsonrpc: '1.0', id: 1, method: 'run/claim', params: {} }, error(1, -32600)],
    ['scalar params', claim(1, 'text'), error(1, -32600)],
    ['an object id', claim({ a: 1 }), error(null, -32600)],
    ['a null id', claim(null), error(null, -32600)],
    ['a fractional id', claim(1.5), error(null, -32600)],
    ['an unknown member', { ...claim(1), extra: true }, error(1, -32600)],
    ['a method that is no string', { jsonrpc: '2.0', id: 1, method: 5 }, error(1, -32600)],
    ['an unknown method', { jsonrpc: '2.0', id: 1, method: 'run/nope' }, error(1, -32601, { code: 'method_not_found' })],
    ['__proto__ as a method', { jsonrpc: '2.0', id: 1, method: '__proto__' }, error(1, -32601)],
    ['toString as a method', { jsonrpc: '2.0', id: 1, method: 'toString' }, error(1, -32601)],
    ['a method of the other direction', { jsonrpc: '2.0', id: 1, method: 'run/cancel', params: {} }, error(1, -32601)],
    ['positional params', claim(1, ['o', 'r']), error(1, -32602)],
    ['no params', { jsonrpc: '2.0', id: 1, method: 'run/claim' }, error(1, -32602)],
    ['an own __proto__ member', '{"jsonrpc":"2.0","id":1,"method":"run/claim","params":{"opId":"o","run":"r","__proto__":{"admin":true}}}', error(null, -32600)],
    ['an escaped __proto__ member', '{"jsonrpc":"2.0","id":1,"method":"run/claim","params":{"\\u005f_proto__":1}}', error(null, -32600)],
    ['a request without an id', { jsonrpc: '2.0', method: 'run/claim', params: {} }, undefined],
    ['a notification with an id', { jsonrpc: '2.0', id: 3, method: 'session/ping', params: { at: 1 } }, error(3, -32600)],
    ['nesting of 10^4', `${'['.repeat(10_000)}${']'.repeat(10_000)}`, error(null, -32600)],
  ];
  it.each(refused)('refuses %s', async (_name, message, answer) => {
    const { ask, violations } = studio();
    expect(await ask(message)).toEqual(answer);
    expect(violations.length).toBeGreaterThan(0);
  });

  it('names the path of invalid params', async () => {
    const { ask } = studio();
    const answer = await ask(claim(1, { opId: 'o', run: 'r', epochs: [{ epoch: 1 }, { epoch: 'x' }] }));
    expect(answer).toEqual(error(1, -32602, { issues: [{ path: 'epochs[1].epoch', message: expect.any(String) as unknown }] }));
  });

  it('answers a mixed batch in one array, without its notifications', async () => {
    const ping = vi.fn();
    const { ask } = studio({ ping });
    const answer = await ask([claim(1), { jsonrpc: '2.0', method: 'session/ping', params: { at: 1 } }, 'x', claim(2)]);
    expect(answer).toEqual([{ jsonrpc: '2.0', id: 1, result: { epoch: 1 } }, error(null, -32600), { jsonrpc: '2.0', id: 2, result: { epoch: 1 } }]);
    expect(ping).toHaveBeenCalledOnce();
  });

  it('answers nothing to a batch of notifications and answers', async () => {
    const { ask, kinds } = studio();
    const batch = [{ jsonrpc: '2.0', method: 'session/ping', params: { at: 1 } }, { jsonrpc: '2.0', id: 99, result: {} }];
    expect(await ask(batch)).toBeUndefined();
    expect(kinds()).toEqual(['unsent_id']);
  });

  it('refuses a batch over its limit without looking inside', async () => {
    const { ask } = studio({ limits: { maxBatch: 2 } });
    expect(await ask([claim(1), claim(2), claim(3)])).toEqual(error(null, -32600));
  });

  it('refuses a message over its limit, counted in UTF-8', async () => {
    const { ask, kinds } = studio({ limits: { maxMessageBytes: 200 } });
    const params = { opId: 'o', run: 'é'.repeat(80) };
    expect(JSON.stringify(claim(1, params)).length).toBeLessThan(200);
    expect(await ask(claim(1, params))).toEqual(error(null, -32001, { code: 'too_large' }));
    expect(kinds()).toEqual(['too_large']);
  });

  it('replaces an answer over the limit', async () => {
    const { ask } = studio({ limits: { maxMessageBytes: 400 }, claim: () => refuse('not_found', 'x'.repeat(500)) });
    expect(await ask(claim(1))).toEqual(error(1, -32001, { code: 'too_large' }));
  });

  it('sends a refusal with its sentence and reason', async () => {
    const { ask } = studio({ claim: () => refuse('stale_epoch', 'Somebody else has this run.', { reason: 'superseded' }) });
    expect(await ask(claim(1))).toEqual({
      jsonrpc: '2.0', id: 1, error: { code: 4091, message: 'Stale epoch', data: { code: 'stale_epoch', sentence: 'Somebody else has this run.', reason: 'superseded' } },
    });
  });

  it.each([
    ['throws an Error', () => { throw new Error(SECRET); }],
    ['throws a string', () => { throw SECRET as unknown as Error; }],
    ['throws null', () => { throw null as unknown as Error; }],
    ['throws something that looks like a JSON-RPC error', () => { throw Object.assign(new Error(SECRET), { code: -32000, data: SECRET }); }],
    ['rejects', () => Promise.reject(new Error(SECRET))],
    ['returns what its schema refuses', () => ({ epoch: SECRET }) as unknown as { epoch: number }],
  ])('says nothing of its insides when a handler %s', async (_name, handler) => {
    const { ask, sent, internal } = studio({ claim: handler });
    expect(await ask(claim(1))).toEqual(error(1, -32603, { code: 'internal', correlationId: 'c-1' }));
    expect(sent.join('')).not.toContain('hunter2');
    expect(internal).toEqual([expect.objectContaining({ correlationId: 'c-1', method: 'run/claim' })]);
  });

  it('drops what the result schema does not name', async () => {
    const { ask } = studio({ claim: () => ({ epoch: 3, token: SECRET }) });
    expect(await ask(claim(1))).toEqual({ jsonrpc: '2.0', id: 1, result: { epoch: 3 } });
  });

  it('asks the role check with parsed params, and denies when it refuses or throws', async () => {
    const claimed = vi.fn(() => ({ epoch: 1 }));
    const authorize = vi.fn<Authorize<Context>>(() => refuse('forbidden', 'A worker may not.'));
    const { ask } = studio({ claim: claimed, authorize });
    expect(await ask(claim(1))).toEqual(error(1, 4030, { code: 'forbidden' }));
    expect(authorize).toHaveBeenCalledWith(runClaim, { opId: 'o', run: 'r' }, { session: 's1' });
    authorize.mockImplementation(() => { throw new Error(SECRET); });
    expect(await ask(claim(2))).toEqual(error(2, -32603));
    expect(claimed).not.toHaveBeenCalled();
  });

  it('limits the calls at work and drops the reuse of a live id', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => { release = resolve; });
    const { ask, kinds, peer, sent } = studio({ limits: { maxInboundInFlight: 2 }, claim: async () => { await gate; return { epoch: 1 }; } });
    await ask(claim(1));
    expect(await ask(claim(1))).toBeUndefined();
    await ask(claim(2));
    expect(await ask(claim(3))).toEqual(error(3, -32000, { code: 'rate_limited', retryAfterMs: 1000 }));
    expect(kinds()).toEqual(['id_reused', 'too_many_in_flight']);
    release();
    await settled();
    expect(sent).toHaveLength(3);
    expect(peer.inFlight.inbound).toBe(0);
  });

  it('aborts the handler on $/cancel and answers cancelled', async () => {
    const { ask, sent } = studio({
      claim: (_params, call) => new Promise((_resolve, reject) => call.signal.addEventListener('abort', () => reject(new Error(SECRET)))),
    });
    await ask(claim(1));
    await ask({ jsonrpc: '2.0', method: '$/cancel', params: { id: 1 } });
    expect(sent.map((text) => JSON.parse(text) as unknown)).toEqual([error(1, -32003, { code: 'cancelled' })]);
    expect(await ask({ jsonrpc: '2.0', method: '$/cancel', params: { id: 77 } })).toBeUndefined();
  });

  it('never answers an answer, however malformed', async () => {
    const { ask, kinds } = studio();
    for (const message of [{ jsonrpc: '2.0', id: {}, result: 1 }, { result: 1 }, { error: 1 }, { jsonrpc: '2.0', id: null, error: { code: 1, message: 'x' } }]) {
      expect(await ask(message)).toBeUndefined();
    }
    expect(kinds()).toEqual(['bad_envelope', 'bad_envelope', 'bad_envelope', 'unaddressed_error']);
  });
});

describe('any input', () => {
  const envelope = fc.record(
    {
      jsonrpc: fc.constantFrom<unknown>('2.0', '1.0', 2),
      id: fc.oneof(fc.integer(), fc.string(), fc.constantFrom<unknown>(null, {}, [], 1.5)),
      method: fc.oneof(fc.constantFrom('run/claim', 'session/ping', 'run/cancel', '$/cancel', '__proto__', 'constructor'), fc.string()),
      params: fc.oneof(fc.record({ opId: fc.string(), run: fc.string() }), fc.jsonValue()),
      result: fc.jsonValue(),
      error: fc.oneof(fc.record({ code: fc.integer(), message: fc.string(), data: fc.jsonValue() }), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  const message = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    envelope.map((value) => JSON.stringify(value)),
    fc.array(envelope, { maxLength: 5 }).map((value) => JSON.stringify(value)),
  );

  it('never throws, never leaks, and leaves nothing at work', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 8 }), async (messages) => {
        const { peer, sent } = studio({ claim: () => { throw new Error(SECRET); } });
        for (const text of messages) peer.receive(text);
        await settled();
        expect(peer.inFlight).toEqual({ outbound: 0, inbound: 0 });
        for (const text of sent) {
          expect(text).not.toMatch(/hunter2|secret\.ts|\.js:\d+|at Object/);
          for (const answer of [JSON.parse(text) as unknown].flat()) expect(answer).toMatchObject({ jsonrpc: '2.0' });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('answers an unanswered request of ours only with an answer to its id', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 8 }), async (messages) => {
        const { peer } = studio();
        let state = 'pending';
        peer.request(runCancel, { opId: 'o', run: 'r' }).then(() => (state = 'resolved'), () => (state = 'rejected'));
        const touching = messages.some((text) => /"id":1[,}]/.test(text));
        for (const text of messages) peer.receive(text);
        await settled();
        if (!touching) expect(state).toBe('pending');
        peer.close('end');
        await settled();
        expect(state).not.toBe('pending');
      }),
      { numRuns: 200 },
    );
  });
});

describe('two peers back to back', () => {
  it('call each other at the same time, the same ids meaning different things', async () => {
    const a = studio({ claim: (params) => ({ epoch: params.run.length }) });
    const service = createService<typeof Direction.studioToDaemon, Context, CancelSignal>({
      registry, direction: Direction.studioToDaemon, handlers: [serve(runCancel, () => ({}))], authorize: () => undefined,
    });
    const daemon = createPeer({
      service, context: { session: 's1' }, port: { send: (text) => a.peer.receive(text) },
      ports: { after: a.clock.after, newCancelSource, newCorrelationId: () => 'c' },
      onInternalError: () => undefined, onViolation: () => undefined,
    });
    a.wire.send = (text) => daemon.receive(text);
    const lengths = Array.from({ length: 20 }, (_, index) => daemon.request(runClaim, { opId: `${index}`, run: 'r'.repeat(index) }));
    const cancels = Array.from({ length: 20 }, () => a.peer.request(runCancel, { opId: 'o', run: 'r' }));
    expect((await Promise.all(lengths)).map((result) => result.epoch)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(await Promise.all(cancels)).toHaveLength(20);
  });
});
