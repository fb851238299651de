import pg from 'pg';
import type { RunEventItem } from '@maestro/protocol';
import type { Held, StubMachine } from '../../rig/stub-machine.js';
import { waitFor } from '../../test-support/index.js';
import { many } from '../lib/bare-sockets.js';
import type { BenchContext, Found } from '../lib/bench.js';
import { BenchSite } from '../lib/bench-site.js';
import { atLeast, interleave, pairsFor, rowOf } from '../lib/compare.js';
import { percentile } from '../report.js';

const RUNS = 50;
const BATCH = 32;
const BYTES = 4_096;
const CLIENTS = 8;
const MEGABYTE = 1024 * 1024;

/** Transcripts of fifty runs at once: durable, once each however often they are sent, and readable. Against bare inserts of the same batches. */
export async function logIngest({ quick }: BenchContext): Promise<Found> {
  const site = await BenchSite.open();
  const floor = new pg.Pool({ connectionString: await site.postgres.createDatabase('floor'), max: CLIENTS });
  try {
    await floor.query('create table lines (run int not null, seq int not null, at timestamptz not null, kind text not null, payload jsonb not null, primary key (run, seq))');
    const writers = await Promise.all((await machines(site, quick ? 5 : RUNS)).map((stub) => writerOf(stub)));
    const batches = quick ? 20 : 300;
    const pairs = await interleave(
      async () => {
        const ms = await many(batches, writers.length, async (number) => sendBatch(writers[number % writers.length]));
        return (batches * BATCH * BYTES) / MEGABYTE / (ms / 1_000);
      },
      () => floorRate(floor, batches),
      pairsFor(quick),
    );
    const visible = await untilVisible(site, writers[0], quick ? 5 : 60);
    for (const { stub } of writers) await stub.close();
    return {
      rows: [rowOf({ metric: 'Log ingest, durable and deduplicated', unit: 'MB/s', against: 'inserts of the same batches', goal: atLeast(0.7) }, pairs)],
      remarks: [`From sending a line to reading it back over HTTP: p50 ${percentile(visible, 0.5).toFixed(0)} ms, p95 ${percentile(visible, 0.95).toFixed(0)} ms (to reach: p95 300 ms).`],
    };
  } finally {
    await floor.end();
    await site.close();
  }
}

interface Writer {
  readonly stub: StubMachine;
  readonly held: Held;
  seq: number;
}

async function machines(site: BenchSite, count: number): Promise<readonly StubMachine[]> {
  const project = await site.project({ concurrency: { project: count, session: 1 } });
  await site.activePlan(project, count);
  return Array.from({ length: count }, (_none, number) => site.stub(project, { name: `m${number}`, purposes: ['implement'], capacity: 1 }));
}

async function writerOf(stub: StubMachine): Promise<Writer> {
  let offered: string | undefined;
  stub.onAvailable = (run) => (offered = run);
  await stub.connect();
  const run = await waitFor(async () => offered ?? (await stub.offers())[0], { what: 'an offer', timeoutMs: 60_000, everyMs: 100 });
  const held = await stub.claim(run);
  await stub.start(held);
  return { stub, held, seq: 0 };
}

function line(seq: number): RunEventItem {
  return { seq, at: new Date().toISOString() as never, kind: 'log', payload: { text: `${seq} `.padEnd(BYTES, 'abcdefghij klmnopqrst ') } };
}

async function sendBatch(writer: Writer | undefined): Promise<void> {
  if (writer === undefined) throw new Error('there is no run to write to');
  const first = writer.seq + 1;
  writer.seq += BATCH;
  await writer.stub.events(writer.held, Array.from({ length: BATCH }, (_none, number) => line(first + number)));
}

async function floorRate(pool: pg.Pool, batches: number): Promise<number> {
  await pool.query('truncate lines');
  const ms = await many(batches, CLIENTS, async (number) => {
    const rows = Array.from({ length: BATCH }, (_none, place) => line(place + 1));
    await pool.query(
      `insert into lines (run, seq, at, kind, payload) select $1, l.seq, l.at, l.kind, l.payload from jsonb_to_recordset($2::jsonb) as l (seq int, at timestamptz, kind text, payload jsonb) on conflict do nothing`,
      [number, JSON.stringify(rows)],
    );
  });
  return (batches * BATCH * BYTES) / MEGABYTE / (ms / 1_000);
}

async function untilVisible(site: BenchSite, writer: Writer | undefined, samples: number): Promise<readonly number[]> {
  if (writer === undefined) throw new Error('there is no run to write to');
  const found: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    writer.seq += 1;
    const from = performance.now();
    await writer.stub.events(writer.held, [line(writer.seq)]);
    const { data } = await site.api.get<{ data: readonly { seq: number }[] }>(`/runs/${writer.held.run}/events?after=${writer.seq - 1}&limit=1`);
    if (data[0]?.seq !== writer.seq) throw new Error('bench.not_visible: an acknowledged line could not be read');
    found.push(performance.now() - from);
  }
  return found;
}
