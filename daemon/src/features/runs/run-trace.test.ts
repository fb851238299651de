import { parseTraceparent, RunPacket, Tracer } from '@maestro/protocol';
import { expect, it } from 'vitest';
import type { RunLink } from './runs.types.js';
import { RunTrace } from './run-trace.js';

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const id = (digit: string) => `01890000-0000-7000-8000-${digit.repeat(12)}`;
const packet = (trace?: string): RunPacket =>
  RunPacket.parse({
    run: id('1'), epoch: 1, purpose: 'implement', attempt: 1, revision: 0, repair: 0, policy: {}, agent: 'claude', ...(trace === undefined ? {} : { trace }),
    project: { id: id('2'), key: 'SHOP', remote: { kind: 'url', url: 'https://git.example/shop.git' }, baseBranch: 'main' },
  });
const tracerTo = (bodies: string[]) =>
  new Tracer({ service: 'maestro-daemon', version: '1' }, { now: () => 1_700_000_000_000, randomHex: (bytes) => 'a'.repeat(bytes * 2), after: () => () => undefined, send: (body) => Promise.resolve(void bodies.push(body)) });

function linkOf(calls: unknown[]): RunLink {
  return { leases: undefined as never, leasesChanged: () => undefined, request: (_method, _params, options) => Promise.resolve(void calls.push(options)) as never };
}

it('continues the trace of the dispatch, for the agent and for every call', async () => {
  const bodies: string[] = [];
  const tracer = tracerTo(bodies);
  const trace = new RunTrace(packet(TRACE), tracer);
  expect(parseTraceparent(trace.traceparent)).toMatchObject({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: 'a'.repeat(16) });
  const calls: unknown[] = [];
  await trace.over(linkOf(calls)).request({} as never, {} as never, { timeoutMs: 5 });
  expect(calls).toEqual([{ timeoutMs: 5, traceparent: trace.traceparent }]);
  trace.end('failed');
  await tracer.flush();
  expect(bodies.join('')).toContain('"parentSpanId":"00f067aa0ba902b7"');
  expect(bodies.join('')).toContain('"status":{"code":2}');
});

it('hands the trace on as it is where nothing is traced from here', () => {
  expect(new RunTrace(packet(TRACE), undefined).traceparent).toBe(TRACE);
  const link = linkOf([]);
  const silent = new RunTrace(packet(), undefined);
  expect(silent.traceparent).toBeUndefined();
  expect(silent.over(link)).toBe(link);
});
