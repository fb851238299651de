import { describe, expect, it, vi } from 'vitest';
import { LocalRpcError, PeerClosed, RemoteError } from './index.js';
import { claim, newCancelSource, runCancel, settled, studio } from './test-support/peer-fixture.js';

describe('calling', () => {
  const cancel = { opId: 'o', run: 'r' };

  it('resolves with the parsed result', async () => {
    const { peer, sent, clock } = studio();
    const answer = peer.request(runCancel, cancel);
    expect(JSON.parse(sent[0]!)).toEqual({ jsonrpc: '2.0', id: 1, method: 'run/cancel', params: cancel });
    peer.receive('{"jsonrpc":"2.0","id":1,"result":{}}');
    await expect(answer).resolves.toEqual({});
    expect([peer.inFlight.outbound, clock.waiting]).toEqual([0, 0]);
  });

  it('rejects with the remote error, its data read carefully', async () => {
    const { peer } = studio();
    const first = peer.request(runCancel, cancel);
    peer.receive('{"jsonrpc":"2.0","id":1,"error":{"code":4220,"message":"Refused","data":{"code":"refused","sentence":"Too late.","reason":"too_late","extra":1}}}');
    await expect(first).rejects.toMatchObject({ name: 'RemoteError', code: 'refused', data: { sentence: 'Too late.', reason: 'too_late' } });
    const second = peer.request(runCancel, cancel);
    peer.receive('{"jsonrpc":"2.0","id":2,"error":{"code":0,"message":"odd","data":"text"}}');
    await expect(second).rejects.toSatisfy((reason) => reason instanceof RemoteError && reason.code === 'unknown' && reason.wireNumber === 0);
  });

  it('times out, cancels at the other side, and forgets the late answer', async () => {
    const { peer, sent, clock, kinds } = studio();
    const answer = peer.request(runCancel, cancel, { timeoutMs: 50 });
    const rejected = expect(answer).rejects.toMatchObject({ id: 'request_timeout' });
    clock.advance(50);
    await rejected;
    expect(JSON.parse(sent[1]!)).toEqual({ jsonrpc: '2.0', method: '$/cancel', params: { id: 1 } });
    peer.receive('{"jsonrpc":"2.0","id":1,"result":{}}');
    await settled();
    expect(kinds()).toEqual([]);
    expect([peer.inFlight.outbound, clock.waiting]).toEqual([0, 0]);
  });

  it('leaks neither timers nor entries over 1,000 timeouts', async () => {
    const { peer, clock } = studio({ limits: { maxOutboundInFlight: 1000 } });
    const answers = Array.from({ length: 1000 }, () => peer.request(runCancel, cancel));
    const all = Promise.allSettled(answers);
    clock.advance(30_000);
    expect((await all).every((one) => one.status === 'rejected')).toBe(true);
    expect([peer.inFlight.outbound, clock.waiting]).toEqual([0, 0]);
  });

  it('follows the caller\'s signal, before and during', async () => {
    const { peer, sent } = studio();
    const controller = newCancelSource();
    const answer = peer.request(runCancel, cancel, { signal: controller.signal });
    const rejected = expect(answer).rejects.toMatchObject({ id: 'request_cancelled' });
    controller.abort();
    await rejected;
    expect(sent).toHaveLength(2);
    await expect(peer.request(runCancel, cancel, { signal: controller.signal })).rejects.toMatchObject({ id: 'request_cancelled' });
    expect(sent).toHaveLength(2);
  });

  it('drops and reports an answer to an id it never sent', async () => {
    const { peer, kinds } = studio();
    const answer = peer.request(runCancel, cancel);
    for (const id of [0, 2, -1, '1', '__proto__']) peer.receive(JSON.stringify({ jsonrpc: '2.0', id, result: {} }));
    expect(kinds()).toEqual(['unsent_id', 'unsent_id', 'unsent_id', 'unsent_id', 'unsent_id']);
    peer.receive('{"jsonrpc":"2.0","id":1,"result":{}}');
    await expect(answer).resolves.toEqual({});
  });

  it('rejects a result its schema refuses', async () => {
    const { peer } = studio();
    const answer = peer.request(runCancel, cancel);
    peer.receive('{"jsonrpc":"2.0","id":1,"result":{"surplus":true}}');
    await expect(answer).rejects.toMatchObject({ id: 'result_invalid' });
  });

  it('sends nothing when params are wrong, too large, or too many wait', async () => {
    const { peer, sent } = studio({ limits: { maxOutboundInFlight: 1, maxMessageBytes: 200 } });
    await expect(peer.request(runCancel, { opId: 'o' } as unknown as typeof cancel)).rejects.toMatchObject({ id: 'params_invalid' });
    await expect(peer.request(runCancel, { opId: 'o', run: 'r'.repeat(200) })).rejects.toMatchObject({ id: 'message_too_large' });
    const waiting = peer.request(runCancel, cancel);
    await expect(peer.request(runCancel, cancel)).rejects.toMatchObject({ id: 'too_many_in_flight' });
    expect(sent).toHaveLength(1);
    peer.close('done');
    await expect(waiting).rejects.toBeInstanceOf(PeerClosed);
  });

  it.each([['throws', () => { throw new Error('EPIPE'); }], ['rejects', () => Promise.reject(new Error('EPIPE'))]])('rejects when the transport %s', async (_name, send) => {
    const { peer, wire, clock } = studio();
    wire.send = send;
    await expect(peer.request(runCancel, cancel)).rejects.toMatchObject({ id: 'send_failed' });
    expect([peer.inFlight.outbound, clock.waiting]).toEqual([0, 0]);
  });

  it('closes: rejects what is pending, aborts what is at work, sends and takes nothing more', async () => {
    const aborted = vi.fn();
    const { peer, ask, sent, clock } = studio({
      claim: (_params, call) => new Promise((resolve) => call.signal.addEventListener('abort', () => { aborted(); resolve({ epoch: 1 }); })),
    });
    const answer = peer.request(runCancel, cancel);
    await ask(claim(1));
    peer.close('socket 1006');
    await expect(answer).rejects.toMatchObject({ name: 'PeerClosed', id: 'peer_closed', reason: 'socket 1006' });
    await expect(peer.request(runCancel, cancel)).rejects.toBeInstanceOf(LocalRpcError);
    await ask(claim(2));
    expect(aborted).toHaveBeenCalledOnce();
    expect(sent).toHaveLength(1);
    expect([peer.closed, clock.waiting, peer.inFlight]).toEqual([true, 0, { outbound: 0, inbound: 0 }]);
  });
});
