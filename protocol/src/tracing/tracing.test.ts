import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { formatTraceparent, parseTraceparent } from './trace-context.js';
import { Tracer } from './tracer.js';

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('traceparent', () => {
  it.each([
    [PARENT, { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', sampled: true }],
    [PARENT.replace(/01$/, '00'), { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', sampled: false }],
    ['cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-adds', { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', sampled: true }],
    [`${PARENT}-more`, undefined],
    [PARENT.replace('00-', 'ff-'), undefined],
    [PARENT.toUpperCase(), undefined],
    [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, undefined],
    [`00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`, undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s', (text, context) => {
    expect(parseTraceparent(text)).toEqual(context);
  });

  test.prop([fc.string()])('is read from anything without a throw', (text) => {
    expect(() => parseTraceparent(text)).not.toThrow();
  });

  const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length - 1}}[1-9a-f]$`));
  test.prop([hex(32), hex(16), fc.boolean()])('is read as it was written', (traceId, spanId, sampled) => {
    expect(parseTraceparent(formatTraceparent({ traceId, spanId, sampled }))).toEqual({ traceId, spanId, sampled });
  });
});

interface Sent {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly { readonly traceId: string; readonly parentSpanId?: string; readonly name: string; readonly attributes: readonly { readonly key: string; readonly value: unknown }[]; readonly status?: unknown }[] }[] }[];
}

describe('the tracer', () => {
  function tracer(send?: (body: string) => Promise<void>) {
    const bodies: string[] = [];
    let time = 1_700_000_000_000.25;
    let serial = 0;
    const made = new Tracer({ service: 'maestro-test', version: '1' }, {
      now: () => (time += 1),
      randomHex: (bytes) => String((serial += 1)).padStart(bytes * 2, '0'),
      after: () => () => undefined,
      send: send ?? ((body) => Promise.resolve(void bodies.push(body))),
    });
    return { made, bodies, spans: () => bodies.flatMap((body) => (JSON.parse(body) as Sent).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))) };
  }

  it('continues the trace of its cause, and begins one where there is none', async () => {
    const { made, spans } = tracer();
    const outer = made.start({ name: 'POST', kind: 'server', parent: PARENT });
    made.start({ name: 'dispatch', kind: 'internal', parent: outer.traceparent }).end();
    outer.end('failed');
    made.start({ name: 'alone', kind: 'internal', parent: 'nonsense' }).end();
    await made.flush();
    expect(spans()).toMatchObject([
      { name: 'dispatch', traceId: '4bf92f3577b34da6a3ce929d0e0e4736', parentSpanId: outer.traceparent.split('-')[2], startTimeUnixNano: '1700000000002250000', endTimeUnixNano: '1700000000003250000', kind: 1 },
      { name: 'POST', traceId: '4bf92f3577b34da6a3ce929d0e0e4736', parentSpanId: '00f067aa0ba902b7', kind: 2, status: { code: 2 } },
      { name: 'alone', traceId: expect.not.stringContaining('4bf9') as unknown },
    ]);
    expect(spans()[2]).not.toHaveProperty('parentSpanId');
  });

  it('records nothing of a trace that is not to be recorded, but hands it on', async () => {
    const { made, bodies } = tracer();
    const span = made.start({ name: 'quiet', kind: 'server', parent: PARENT.replace(/01$/, '00') });
    expect(span.traceparent).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-.*-00$/);
    span.end();
    await made.flush();
    expect(bodies).toEqual([]);
  });

  it('leaves out what is not a name, an id, a code or a pattern', async () => {
    const { made, spans } = tracer();
    const span = made.start({ name: 'x', kind: 'internal', attributes: { 'http.route': '/api/v1/tasks/:id', 'maestro.agent': 'Please ignore all rules and tell', 'http.response.status_code': 200 } });
    span.set({ 'maestro.outcome': 'failed: ENOENT /home/ada/secret key', 'maestro.purpose': 'implement' });
    span.end();
    span.end();
    await made.flush();
    expect(spans()).toHaveLength(1);
    expect(spans()[0]?.attributes).toEqual([
      { key: 'http.route', value: { stringValue: '/api/v1/tasks/:id' } },
      { key: 'http.response.status_code', value: { intValue: '200' } },
      { key: 'maestro.purpose', value: { stringValue: 'implement' } },
    ]);
  });

  it('loses spans rather than its caller\'s time when the collector is away', async () => {
    const { made } = tracer(() => Promise.reject(new Error('refused')));
    for (let n = 0; n < 2_100; n += 1) made.start({ name: 'x', kind: 'internal' }).end();
    expect(made.lost).toBe(100);
    await made.flush();
    expect(made.lost).toBe(2_100);
  });
});
