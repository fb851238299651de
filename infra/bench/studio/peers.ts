import { Queue, Worker } from 'bullmq';
import PgBoss from 'pg-boss';
import { many } from '../lib/bare-sockets.js';

/** Jobs per second of pg-boss: sent, fetched and completed one by one, by so many clients. */
export async function bossRate(database: string, jobs: number, clients: number): Promise<number> {
  const boss = new PgBoss({ connectionString: database, max: clients });
  boss.on('error', () => undefined);
  await boss.start();
  try {
    await boss.createQueue('bench');
    const ms = await many(jobs, clients, async () => {
      await boss.send('bench', {});
      const [job] = await boss.fetch('bench');
      if (job !== undefined) await boss.complete('bench', job.id);
    });
    return jobs / (ms / 1_000);
  } finally {
    await boss.stop({ graceful: false });
  }
}

/** Jobs per second of BullMQ: added one by one, worked off by a worker with as many slots. */
export async function bullRate(redis: string, jobs: number, clients: number): Promise<number> {
  const { hostname, port, password } = new URL(redis);
  const connection = { host: hostname, port: Number(port), password };
  const queue = new Queue('bench', { connection });
  let done = 0;
  let finished: () => void = () => undefined;
  const all = new Promise<void>((resolve) => (finished = resolve));
  const worker = new Worker('bench', () => Promise.resolve(), { connection, concurrency: clients });
  worker.on('completed', () => {
    done += 1;
    if (done === jobs) finished();
  });
  try {
    const from = performance.now();
    await many(jobs, clients, () => queue.add('job', {}));
    await all;
    return jobs / ((performance.now() - from) / 1_000);
  } finally {
    await worker.close(true);
    await queue.close();
  }
}
