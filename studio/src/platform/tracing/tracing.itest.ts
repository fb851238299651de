import { METHODS } from '@maestro/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { backends, emptyDatabase } from '../../test-support/backends.js';
import type { TestBackend } from '../../test-support/backends.js';
import { produced } from '../../test-support/fake-daemon.js';
import { Setting } from '../../test-support/setting.js';
import { TestStudio } from '../../test-support/test-studio.js';
import { TraceCollector } from '../../test-support/trace-collector.js';
import { newId } from '../ids/index.js';
import { Tracing } from './index.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const FROM_BROWSER = `00-${TRACE}-00f067aa0ba902b7-01`;
const proposal = 'title: A confidential plan\nphases:\n  - title: P\n    tasks:\n      - key: cart\n        title: Cart\n        description: Never tell anybody.';

describe('A trace', () => {
  const backend = backends()[0]!;
  let opened: TestBackend;
  let collector: TraceCollector;
  let studio: TestStudio;
  let setting: Setting | undefined;
  beforeAll(async () => {
    opened = await backend.open();
    collector = await TraceCollector.start();
  });
  beforeEach(() => emptyDatabase(opened));
  afterEach(async () => {
    setting?.close();
    await studio.stop();
  });
  afterAll(async () => {
    await collector.stop();
    await opened.close();
  });

  async function start(env: Readonly<Record<string, string>>): Promise<Setting> {
    studio = new TestStudio();
    await studio.start(opened, { env });
    setting = await Setting.draft(studio, { proposal });
    return setting;
  }

  /** Activated by a browser that began a trace; the epic's run is done by nobody, which the database is told. */
  async function activated(of: Setting): Promise<void> {
    expect((await of.owner.client.post(`plans/${of.plan.id}/activate`, undefined, { traceparent: FROM_BROWSER })).status).toBe(200);
    await studio.query('update plans set epic_ready_at = now()');
  }

  it('goes from the browser through request, dispatch and claim to the machine, and back with its calls', async () => {
    const of = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.endpoint}/`, OTEL_EXPORTER_OTLP_HEADERS: 'x-key=s3cret' });
    await activated(of);
    const daemon = await of.daemon();
    const work = await of.next(daemon, 'implement');
    expect(work.packet.trace).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
    // As a daemon does, for everything that it says of the run.
    const ofRun = `00-${TRACE}-00000000000000aa-01`;
    const outcome = { opId: newId(), run: work.run, epoch: work.epoch, lastSeq: 0, usage: { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, seconds: 0, turns: 0 }, outcome: produced({ finalMessage: 'The password is hunter2.' }) };
    await daemon.calls.request(METHODS.runFinish, outcome as never, { traceparent: ofRun });
    // What the run caused is in its trace too.
    const review = await of.next(daemon, 'review');
    expect(review.packet.trace).toContain(TRACE);
    await studio.app.get(Tracing).flush();

    const spans = collector.spans.filter(({ traceId }) => traceId === TRACE);
    const named = (name: string) => spans.find((span) => span.name === name);
    expect(named('POST')).toMatchObject({ parentSpanId: '00f067aa0ba902b7', attributes: { 'http.route': '/api/v1/plans/:id/activate', 'http.response.status_code': '200' } });
    expect(named('dispatch implement')).toMatchObject({ parentSpanId: named('POST')?.spanId, attributes: { 'maestro.task': of.taskId('Cart'), 'maestro.outcome': 'offered' } });
    expect(work.packet.trace).toContain(named('dispatch implement')?.spanId);
    expect(named('run/finish')).toMatchObject({ parentSpanId: '00000000000000aa', attributes: { 'rpc.method': 'run/finish', 'maestro.session': daemon.session } });
    expect(named('dispatch review')).toMatchObject({ parentSpanId: named('run/finish')?.spanId });
    expect(collector.headers['x-key']).toBe('s3cret');
    const sent = collector.bodies.join('\n');
    for (const text of ['confidential', 'Never tell', 'hunter2', 's3cret', 'correct horse', 'Cart']) expect(sent).not.toContain(text);
  });

  it('is neither made, stored, handed on nor sent where no collector is set', async () => {
    const before = collector.bodies.length;
    const of = await start({});
    await activated(of);
    const work = await of.next(await of.daemon(), 'implement');
    expect(work.packet).not.toHaveProperty('trace');
    expect(await studio.query('select from events where trace is not null')).toEqual([]);
    await studio.app.get(Tracing).flush();
    expect(collector.bodies).toHaveLength(before);
  });
});
