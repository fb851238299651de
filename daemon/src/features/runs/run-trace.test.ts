import { SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { parseTraceparent, RunPacket } from '@maestro/protocol';
import { expect, it } from 'vitest';
import { createTracer } from '../../platform/tracing.js';
import type { RunLink } from './runs.types.js';
import { RunTrace } from './run-trace.js';

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const id = (digit: string) => `01890000-0000-7000-8000-${digit.repeat(12)}`;
const packet = (trace?: string): RunPacket =>
  RunPacket.parse({
    run: id('1'), epoch: 1, purpose: 'implement', attempt: 1, revision: 0, repair: 0, policy: {}, agent: 'claude', ...(trace === undefined ? {} : { trace }),
    project: { id: id('2'), key: 'SHOP', remote: { kind: 'url', url: 'https://git.example/shop.git' }, baseBranch: 'main' },
  });

function linkOf(calls: unknown[]): RunLink {
  return { leases: undefined as never, leasesChanged: () => undefined, request: (_method, _params, options) => Promise.resolve(void calls.push(options)) as never };
}

it('continues the trace of the dispatch, for the agent and for every call', async () => {
  const exporter = new InMemorySpanExporter();
  const tracer = createTracer(exporter, { name: 'maestro-daemon', version: '1' });
  const trace = new RunTrace(packet(TRACE), tracer);
  expect(parseTraceparent(trace.traceparent)).toMatchObject({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: expect.not.stringContaining('00f067aa0ba902b7') as unknown });
  const calls: unknown[] = [];
  await trace.over(linkOf(calls)).request({} as never, {} as never, { timeoutMs: 5 });
  expect(calls).toEqual([{ timeoutMs: 5, traceparent: trace.traceparent }]);
  trace.end('failed');
  await tracer.flush();
  const [span] = exporter.getFinishedSpans();
  expect(span).toMatchObject({ parentSpanContext: { spanId: '00f067aa0ba902b7' }, status: { code: SpanStatusCode.ERROR }, attributes: { 'maestro.outcome': 'failed', 'maestro.run': id('1') } });
  expect(trace.traceparent).toContain(span?.spanContext().spanId);
});

it('hands the trace on as it is where nothing is traced from here', () => {
  expect(new RunTrace(packet(TRACE), undefined).traceparent).toBe(TRACE);
  const link = linkOf([]);
  const silent = new RunTrace(packet(), undefined);
  expect(silent.traceparent).toBeUndefined();
  expect(silent.over(link)).toBe(link);
});
