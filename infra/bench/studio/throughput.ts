import pg from 'pg';
import type { ProjectView } from '@maestro/protocol';
import type { StubMachine } from '../../rig/stub-machine.js';
import { atLeast, interleave, pairsFor, rowOf } from '../lib/compare.js';
import type { BenchContext, Found, Growth } from '../lib/bench.js';
import { BenchSite, PRODUCED } from '../lib/bench-site.js';
import { copyPlan } from '../lib/copied-plans.js';
import { within } from '../lib/within.js';
import { percentile } from '../report.js';
import { bossRate, bullRate } from './peers.js';

const CLIENTS = 8;
const CAPACITY = 16;
const PLANS = 8;

/**
 * Runs that are dispatched, claimed, started and ended per second, with eight machines that do nothing else, against a program that
 * writes the same rows (run, grant, event) in as many transactions and decides nothing. And what one run costs as the queue grows.
 */
export async function throughput({ say, quick }: BenchContext): Promise<Found> {
  const site = await BenchSite.open();
  const floor = new pg.Pool({ connectionString: await site.postgres.createDatabase('floor'), max: CLIENTS });
  try {
    await floor.query(FLOOR_SCHEMA);
    const seconds = quick ? 2 : 6;
    const pairs = await interleave(
      async () => {
        const rate = await productRate(site, quick ? 40 : 400);
        say(`${rate.toFixed(0)} runs/s`);
        return rate;
      },
      () => floorRate(floor, seconds),
      pairsFor(quick),
    );
    const peers = await peerRates(site, quick ? 200 : 2_000);
    const against = (name: string, rate: number) => rowOf({ metric: `Dispatch throughput, against ${name}`, unit: 'runs/s', against: `${name}: send, fetch, complete, without a run, a lease or a history` }, [{ product: percentile(pairs.map(({ product }) => product), 0.5), floor: rate }]);
    return {
      rows: [
        rowOf({ metric: 'Dispatch throughput, claim to end', unit: 'runs/s', against: 'the same rows, written by eight clients', goal: atLeast(0.5) }, pairs),
        against('pg-boss', peers.boss),
        against('BullMQ', peers.bull),
      ],
      growth: [await queueGrowth(site, say, quick)],
    };
  } finally {
    await floor.end();
    await site.close();
  }
}

async function peerRates(site: BenchSite, jobs: number): Promise<{ readonly boss: number; readonly bull: number }> {
  return { boss: await bossRate(await site.postgres.createDatabase('boss'), jobs, CLIENTS), bull: await bullRate(site.redisUrl, jobs, CLIENTS) };
}

/** Runs per second from the moment at which eight machines find all of it due, until the last has ended. */
async function productRate(site: BenchSite, tasks: number): Promise<number> {
  const project = await site.project({ concurrency: { project: 1_000, session: CAPACITY } });
  // Runs of one plan are told one after another, since a plan's state is decided under its row's lock; a team has several plans.
  const each = Math.ceil(tasks / PLANS);
  for (let plan = 0; plan < PLANS; plan += 1) await site.activePlan(project, each, `Plan ${plan}`);
  return (each * PLANS) / ((await workOff(site, project, each * PLANS)) / 1_000);
}

/** Milliseconds in which eight new machines end so many runs. */
async function workOff(site: BenchSite, project: ProjectView, runs: number): Promise<number> {
  const machines = Array.from({ length: CLIENTS }, (_none, number) => site.stub(project, { name: `m${number}`, purposes: ['implement'], capacity: CAPACITY }));
  let ended = 0;
  const from = performance.now();
  const done = new Promise<number>((resolve) => {
    for (const machine of machines) {
      takeAll(machine, () => {
        ended += 1;
        if (ended === runs) resolve(performance.now() - from);
      });
    }
  });
  for (const machine of machines) await machine.connect();
  const took = await within(600_000, `${runs} runs (${ended} have ended)`, done);
  for (const machine of machines) machine.cut();
  return took;
}

/** Claims whatever is offered, says that it began, and that it is done. */
function takeAll(machine: StubMachine, ended: () => void): void {
  machine.onAvailable = (run) => {
    void (async () => {
      const held = await machine.claim(run);
      await machine.start(held);
      await machine.finish(held, PRODUCED);
      ended();
    })().catch(() => undefined);
  };
}

/** What the dispatch of one run costs while so many tasks wait behind it. */
async function queueGrowth(site: BenchSite, say: (progress: string) => void, quick: boolean): Promise<Growth> {
  const points: { size: number; cost: number }[] = [];
  const sample = quick ? 20 : 200;
  const sizes = quick ? [100, 500] : [100, 1_000, 10_000, 100_000];
  for (const size of sizes) {
    const project = await site.project({ concurrency: { project: 1_000, session: CAPACITY } });
    const plans = await fill(site, project, size);
    const runs = Math.min(sample, size);
    const took = await workOff(site, project, runs);
    points.push({ size, cost: took / runs });
    say(`${size} queued: ${(took / runs).toFixed(1)} ms per run`);
    // What waits must not be looked at any more while the next size is measured.
    if (size !== sizes.at(-1)) for (const plan of plans) await site.api.post(`/plans/${plan}/pause`);
  }
  return { title: 'A longer queue', of: 'queued tasks', unit: 'ms per run', points };
}

const MOST_TASKS = 500;

/** @returns the ids of the plans: one that the studio made, and its copies. */
async function fill(site: BenchSite, project: ProjectView, size: number): Promise<readonly string[]> {
  const { id } = await site.activePlan(project, Math.min(size, MOST_TASKS));
  return size <= MOST_TASKS ? [id] : [id, ...(await copyPlan(site.postgres.url, id, size / MOST_TASKS - 1))];
}

const FLOOR_SCHEMA = `
  create table runs (id bigserial primary key, epoch int not null default 0, status text not null, session_id int, match jsonb, lease_until timestamptz);
  create table grants (run_id bigint not null, epoch int not null, session_id int, primary key (run_id, epoch));
  create table events (seq bigserial primary key, tx xid8 not null default pg_current_xact_id(), run_id bigint, kind text not null, payload jsonb not null)`;

/** What the four steps of a run write at least: the row, fenced from its claim on, and an event with each change. */
async function floorRate(pool: pg.Pool, seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1_000;
  let ended = 0;
  const from = performance.now();
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_none, session) => {
      const client = await pool.connect();
      const write = async (sql: string, values: readonly unknown[], kind: string, run?: string): Promise<string> => {
        await client.query('begin');
        const { rows } = await client.query<{ id: string }>(sql, [...values]);
        const id = rows[0]?.id ?? run ?? '';
        await client.query('insert into events (run_id, kind, payload) values ($1, $2, $3)', [id, kind, '{"from":"a","to":"b"}']);
        await client.query('commit');
        return id;
      };
      while (performance.now() < until) {
        const id = await write(`insert into runs (status, session_id, match) values ('dispatched', $1, '{"chosen":1}') returning id`, [session], 'run/status');
        await write(`update runs set status = 'claimed', epoch = epoch + 1, lease_until = clock_timestamp() + interval '15 s' where id = $1 and epoch = 0 returning id`, [id], 'run/status');
        await client.query('insert into grants values ($1, 1, $2)', [id, session]);
        await write(`update runs set status = 'running' where id = $1 and epoch = 1 returning id`, [id], 'run/status');
        await write(`update runs set status = 'succeeded' where id = $1 and epoch = 1 returning id`, [id], 'run/status');
        ended += 1;
      }
      client.release();
    }),
  );
  return ended / ((performance.now() - from) / 1_000);
}
