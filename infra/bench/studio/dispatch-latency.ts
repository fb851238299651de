import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import PgBoss from 'pg-boss';
import { WebSocket, WebSocketServer } from 'ws';
import { atMost, interleave, pairsFor, rowOf } from '../lib/compare.js';
import type { Pair, Row } from '../lib/compare.js';
import type { BenchContext, Found } from '../lib/bench.js';
import { BenchSite } from '../lib/bench-site.js';
import type { StubMachine } from '../../rig/stub-machine.js';
import { within } from '../lib/within.js';
import { percentile } from '../report.js';

const SAMPLES = 40;
const WARM_UP = 30;
const BOSS_SAMPLES = 6;
const PATIENCE_MS = 20_000;

/**
 * From a person's click to the machine that is to do the work: `POST /tasks/{id}/start` for one task, until `run/available` for it has
 * reached the daemon. The floor does the least that would be honest: one request, one committed row, one message to a daemon's socket,
 * its acknowledgement.
 */
export async function dispatchLatency({ say, quick }: BenchContext): Promise<Found> {
  const site = await BenchSite.open();
  const floor = await Floor.start(await site.postgres.createDatabase('floor'));
  const boss = await Boss.start(await site.postgres.createDatabase('boss'));
  try {
    const product = await Product.start(site);
    const samples = quick ? 5 : SAMPLES;
    for (let sample = 0; sample < (quick ? 3 : WARM_UP); sample += 1) await Promise.all([product.once(), floor.once()]);
    const tails: Pair[] = [];
    const middles = await interleave(
      async () => {
        say('product');
        return remember(tails, 'product', await times(samples, () => product.once()));
      },
      async () => remember(tails, 'floor', await times(samples * 5, () => floor.once())),
      pairsFor(quick),
    );
    const [at, bossAt] = [middles.map((pair) => pair.product), [] as number[]];
    say('pg-boss');
    for (let pair = 0; pair < at.length; pair += 1) bossAt.push(percentile(await times(BOSS_SAMPLES, () => boss.once()), 0.5));
    const about = { unit: 'ms', against: 'one request, one commit, one message, one acknowledgement' };
    return {
      rows: [
        rowOf({ metric: 'Click to daemon, p50', ...about, goal: atMost(3) }, middles),
        rowOf({ metric: 'Click to daemon, p99', ...about, goal: atMost(5) }, tails),
        rowOf({ metric: 'Click to daemon, p50, against pg-boss', unit: 'ms', against: 'pg-boss, polling every 0.5 s', goal: atMost(1 / 50) }, at.map((value, pair) => ({ product: value, floor: bossAt[pair] ?? Number.NaN }))),
      ] satisfies Row[],
    };
  } finally {
    await boss.stop();
    await floor.stop();
    await site.close();
  }

  function remember(tails: Pair[], arm: keyof Pair, values: readonly number[]): number {
    const last = tails.at(-1);
    // A pair is open while one of its arms is missing.
    if (last === undefined || (Number.isFinite(last.product) && Number.isFinite(last.floor))) tails.push({ product: Number.NaN, floor: Number.NaN, [arm]: percentile(values, 0.99) });
    else tails[tails.length - 1] = { ...last, [arm]: percentile(values, 0.99) };
    return percentile(values, 0.5);
  }
}

async function times(count: number, once: () => Promise<number>): Promise<readonly number[]> {
  const found: number[] = [];
  for (let sample = 0; sample < count; sample += 1) found.push(await once());
  return found;
}

/**
 * The studio, with one task that a person starts and stops. Its machine takes nothing else, and claims each run at once; it never starts
 * one, because a task has only so many started runs in its life.
 */
class Product {
  private told: (run: string) => void = () => undefined;

  private constructor(
    private readonly site: BenchSite,
    private readonly stub: StubMachine,
    private readonly task: string,
  ) {}

  static async start(site: BenchSite): Promise<Product> {
    const project = await site.project();
    const tree = await site.activePlan(project, 1);
    const task = tree.tasks[0]?.id;
    if (task === undefined) throw new Error('the plan has no task');
    const stub = site.stub(project, { purposes: ['implement'], capacity: 1 });
    const product = new Product(site, stub, task);
    stub.onAvailable = (run) => product.told(run);
    const offered = product.offer();
    await stub.connect();
    await product.takeBack((await stub.offers())[0] ?? (await within(PATIENCE_MS, 'the first offer', offered)));
    return product;
  }

  /** Milliseconds from the click to the message at the machine. */
  async once(): Promise<number> {
    const offered = this.offer();
    const from = performance.now();
    const answered = this.site.api.post(`/tasks/${this.task}/unblock`, { action: 'start' });
    const run = await within(PATIENCE_MS, 'the offer', offered);
    const took = performance.now() - from;
    await answered;
    await this.takeBack(run);
    return took;
  }

  private offer(): Promise<string> {
    return new Promise((resolve) => (this.told = resolve));
  }

  private async takeBack(run: string): Promise<void> {
    await this.stub.claim(run);
    await this.site.api.post(`/runs/${run}/cancel`);
  }
}

/** The least that would be honest. */
class Floor {
  private told: () => void = () => undefined;

  private constructor(
    private readonly pool: pg.Pool,
    private readonly server: Server,
    private readonly sockets: WebSocketServer,
    private readonly machine: WebSocket,
    private readonly url: string,
  ) {}

  static async start(database: string): Promise<Floor> {
    const pool = new pg.Pool({ connectionString: database, max: 8 });
    await pool.query('create table runs (id bigserial primary key, epoch int not null default 0, status text not null)');
    const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    const server = createServer((request, response) => {
      request.resume();
      void (async () => {
        const { rows } = await pool.query<{ id: string }>(`insert into runs (status) values ('dispatched') returning id`);
        for (const socket of sockets.clients) socket.send(JSON.stringify({ method: 'run/available', params: { run: rows[0]?.id } }));
        response.setHeader('content-type', 'application/json').end('{}');
      })();
    });
    server.on('upgrade', (request, socket, head) => sockets.handleUpgrade(request, socket, head, (made) => made.on('message', () => undefined)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const machine = new WebSocket(`ws://${url}`, { perMessageDeflate: false });
    const floor = new Floor(pool, server, sockets, machine, url);
    machine.on('message', (data) => {
      machine.send(JSON.stringify({ ack: JSON.parse((data as Buffer).toString()) as unknown }));
      floor.told();
    });
    await once(machine, 'open');
    return floor;
  }

  async once(): Promise<number> {
    const told = new Promise<void>((resolve) => (this.told = resolve));
    const from = performance.now();
    const answered = fetch(`http://${this.url}/start`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    await within(PATIENCE_MS, 'the message', told);
    const took = performance.now() - from;
    await (await answered).text();
    return took;
  }

  async stop(): Promise<void> {
    this.machine.terminate();
    this.sockets.close();
    this.server.closeAllConnections();
    this.server.close();
    await this.pool.end();
  }
}

/** The peer: a job sent, until its worker has it. Half a second is the shortest interval that it polls at. */
class Boss {
  private told: () => void = () => undefined;

  private constructor(private readonly boss: PgBoss) {}

  static async start(database: string): Promise<Boss> {
    const boss = new PgBoss(database);
    boss.on('error', () => undefined);
    await boss.start();
    await boss.createQueue('bench');
    const made = new Boss(boss);
    await boss.work('bench', { pollingIntervalSeconds: 0.5 }, () => {
      made.told();
      return Promise.resolve();
    });
    return made;
  }

  async once(): Promise<number> {
    const told = new Promise<void>((resolve) => (this.told = resolve));
    const from = performance.now();
    await this.boss.send('bench', {});
    await within(PATIENCE_MS, 'the message', told);
    return performance.now() - from;
  }

  async stop(): Promise<void> {
    await this.boss.stop({ graceful: false });
  }
}
