import { makeTempFolder } from '../../test-support/index.js';
import { many, openBare } from '../lib/bare-sockets.js';
import type { BenchContext, Found } from '../lib/bench.js';
import { BenchSite } from '../lib/bench-site.js';
import { certificate } from '../lib/certificate.js';
import { atMost, interleave, pairsFor, rowOf } from '../lib/compare.js';
import type { Row } from '../lib/compare.js';
import { FloorServer } from '../lib/floor-server.js';
import { holders, NO_BEATS_OF_THEIR_OWN } from '../lib/holders.js';
import { collectGarbage, residentBytes } from '../lib/inspector.js';

const AT_ONCE = 64;

/**
 * What sockets cost: to open one with authentication, to keep thousands of idle daemons, and to take a thousand back at once, each with
 * the lease of a run. The floor is a bare `wss` server. The studio itself speaks plain `ws`, since TLS ends at the proxy before it: what
 * is compared is what each side of a real installation would do for a socket, the handshake of TLS against the studio's authentication.
 */
export async function sockets({ say, quick }: BenchContext): Promise<Found> {
  const folder = await makeTempFolder('bench-tls');
  const site = await BenchSite.open({ ...NO_BEATS_OF_THEIR_OWN, NODE_OPTIONS: '--inspect=127.0.0.1:0' });
  const floor = await FloorServer.start(await certificate(folder.path));
  try {
    const rows: Row[] = [await upgrade(site, floor, quick)];
    say('storm: machines that hold a run each');
    rows.push(await storm(say, site, floor, quick ? 40 : 1_000, pairsFor(quick)));
    say('memory');
    rows.push(await memory(site, floor, quick ? 200 : 5_000));
    return { rows, remarks: ['The studio was measured without TLS, which a proxy ends before it; the floor with.'] };
  } finally {
    await floor.stop();
    await site.close();
    await folder.remove();
  }
}

/** One socket after another: opened, authenticated, closed. */
async function upgrade(site: BenchSite, floor: FloorServer, quick: boolean): Promise<Row> {
  const project = await site.project();
  const sockets = quick ? 20 : 200;
  const pairs = await interleave(
    async () =>
      (await many(sockets, 1, async () => {
        const stub = site.stub(project);
        await stub.open();
        stub.cut();
      })) / sockets,
    async () => (await many(sockets, 1, async () => (await openBare(floor.url)).terminate())) / sockets,
    pairsFor(quick),
  );
  return rowOf({ metric: 'Authentication at upgrade', unit: 'ms', against: 'a bare TLS handshake', goal: atMost(1.1) }, pairs);
}

/** Everybody is gone and comes back at once, each with a run that it holds. */
async function storm(say: BenchContext['say'], site: BenchSite, floor: FloorServer, count: number, pairs: number): Promise<Row> {
  const machines = await holders(site, count);
  say('storm: all of them come back');
  let bare = await Promise.all(Array.from({ length: count }, () => openBare(floor.url)));
  const found = await interleave(
    async () => {
      for (const machine of machines) machine.cut();
      return many(count, AT_ONCE, async (number) => {
        const machine = machines[number];
        const welcome = await machine?.connect([...machine.held].map(([run, epoch]) => ({ run: run as never, epoch, state: 'running' as const })));
        if (welcome?.runs.some(({ decision }) => decision !== 'continue') !== false) throw new Error('bench.lease_lost: a machine that came back at once was told to stop');
        for (const settled of welcome.runs) if (settled.decision === 'continue') machine?.held.set(settled.run, settled.epoch);
      });
    },
    async () => {
      for (const socket of bare) socket.terminate();
      bare = [];
      return many(count, AT_ONCE, async () => bare.push(await openBare(floor.url)));
    },
    pairs,
  );
  await Promise.all(machines.map((machine) => machine.close()));
  for (const socket of bare) socket.terminate();
  return rowOf({ metric: `${count.toLocaleString('en')} daemons come back, leases and all`, unit: 'ms', against: 'as many bare TLS handshakes', goal: atMost(2) }, found);
}

/** Bytes of the server for each idle daemon. Memory only grows within a process, so this is one pair and no median. */
async function memory(site: BenchSite, floor: FloorServer, count: number): Promise<Row> {
  const project = await site.project();
  const machines = await site.stubs(project, count, (number) => ({ name: `idle${number}` }));
  const studioMemory = async (): Promise<number> => {
    await collectGarbage(site.logFile);
    return residentBytes(site.studio.ready.pid);
  };
  await machines[0]?.connect();
  const [before, floorBefore] = [await studioMemory(), await floor.memory()];
  await many(count, AT_ONCE, async (number) => (number === 0 ? undefined : machines[number]?.connect()));
  const product = ((await studioMemory()) - before) / count;
  const bare = await Promise.all(Array.from({ length: count }, () => openBare(floor.url)));
  const floorEach = ((await floor.memory()) - floorBefore) / count;
  for (const socket of bare) socket.terminate();
  for (const machine of machines) machine.cut();
  return rowOf({ metric: `Memory of one of ${count.toLocaleString('en')} idle daemons`, unit: 'bytes', against: 'a bare wss socket', goal: atMost(1.5) }, [{ product, floor: floorEach }]);
}
