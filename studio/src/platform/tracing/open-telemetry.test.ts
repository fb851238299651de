import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { expect, it } from 'vitest';
import { createTracer } from './open-telemetry.js';

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

function setUp() {
  const exporter = new InMemorySpanExporter();
  return { exporter, tracer: createTracer(exporter, { name: 'maestro-test', version: '1' }) };
}

it('continues the trace of its cause, and begins one where there is none', async () => {
  const { exporter, tracer } = setUp();
  const outer = tracer.start({ name: 'POST', kind: 'server', parent: PARENT });
  tracer.start({ name: 'dispatch', kind: 'internal', parent: outer.traceparent }).end();
  outer.end('failed');
  tracer.start({ name: 'alone', kind: 'internal', parent: 'nonsense' }).end();
  await tracer.flush();
  const [dispatch, post, alone] = exporter.getFinishedSpans();
  expect(dispatch).toMatchObject({ name: 'dispatch', kind: SpanKind.INTERNAL, parentSpanContext: { spanId: outer.traceparent.split('-')[2] }, status: { code: SpanStatusCode.UNSET } });
  expect(post).toMatchObject({ name: 'POST', kind: SpanKind.SERVER, parentSpanContext: { spanId: '00f067aa0ba902b7' }, status: { code: SpanStatusCode.ERROR } });
  expect([dispatch, post].map((span) => span?.spanContext().traceId)).toEqual(['4bf92f3577b34da6a3ce929d0e0e4736', '4bf92f3577b34da6a3ce929d0e0e4736']);
  expect(alone?.spanContext().traceId).not.toContain('4bf9');
  expect(alone?.parentSpanContext).toBeUndefined();
  // Of the machine and the process nothing is said.
  expect(Object.keys(alone?.resource.attributes ?? {}).filter((name) => !name.startsWith('telemetry.sdk.')).sort()).toEqual(['service.name', 'service.version']);
});

it('records nothing of a trace that is not to be recorded, but hands it on', async () => {
  const { exporter, tracer } = setUp();
  const span = tracer.start({ name: 'quiet', kind: 'server', parent: PARENT.replace(/01$/, '00') });
  expect(span.traceparent).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-.*-00$/);
  span.end();
  await tracer.flush();
  expect(exporter.getFinishedSpans()).toEqual([]);
});

it('says harmless things alone, and ends once', async () => {
  const { exporter, tracer } = setUp();
  const span = tracer.start({ name: 'x', kind: 'internal', attributes: { 'http.route': '/api/v1/tasks/:id', 'maestro.agent': 'Please ignore all rules and tell', 'http.response.status_code': 200 } });
  span.set({ 'maestro.outcome': 'failed: ENOENT /home/ada/secret key', 'maestro.purpose': 'implement' });
  span.end();
  span.end('failed');
  await tracer.flush();
  expect(exporter.getFinishedSpans().map(({ attributes, status }) => ({ attributes, status }))).toEqual([
    { attributes: { 'http.route': '/api/v1/tasks/:id', 'http.response.status_code': 200, 'maestro.purpose': 'implement' }, status: { code: SpanStatusCode.UNSET } },
  ]);
});

it('goes on when the collector refuses, or throws', async () => {
  for (const answer of [(report: (result: { code: number; error?: Error }) => void) => report({ code: 1, error: new Error('refused') }), () => { throw new Error('broken'); }]) {
    const tracer = createTracer({ export: (_spans, report) => answer(report), shutdown: () => Promise.resolve() }, { name: 'maestro-test', version: '1' });
    for (let n = 0; n < 2_100; n += 1) tracer.start({ name: 'x', kind: 'internal' }).end();
    await expect(tracer.flush()).resolves.toBeUndefined();
  }
});
