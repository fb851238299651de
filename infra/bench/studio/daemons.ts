import type { ProjectView } from '@maestro/protocol';
import type { StubMachine } from '../../rig/stub-machine.js';
import { many } from '../lib/bare-sockets.js';
import type { BenchContext, Found } from '../lib/bench.js';
import { BenchSite } from '../lib/bench-site.js';
import { holders, NO_BEATS_OF_THEIR_OWN } from '../lib/holders.js';
import { processorMs } from '../lib/inspector.js';
import { within } from '../lib/within.js';
import { percentile } from '../report.js';

const CONNECT_AT_ONCE = 64;
/** Fewer than the smallest number of machines, so that each size meets the same crowd. */
const BEATS_AT_ONCE = 8;
const WARM_UP = 10;
const PATIENCE_MS = 20_000;

/**
 * What one daemon costs as there are more of them: from a click to the offer when so many machines of the project could take the run, and
 * the studio's processor time for a heartbeat that renews a lease. Neither should know how many others there are.
 */
export async function daemons({ say, quick }: BenchContext): Promise<Found> {
  const site = await BenchSite.open(NO_BEATS_OF_THEIR_OWN);
  try {
    const choosing: { size: number; cost: number }[] = [];
    const beating: { size: number; cost: number }[] = [];
    for (const size of quick ? [10, 40] : [10, 100, 1_000]) {
      const offer = await offeredAmong(site, size, quick ? 5 : 60);
      const crowd = await holders(site, size);
      const beat = await beatMs(site, crowd, quick ? 200 : 4_000);
      await Promise.all(crowd.map((machine) => machine.close()));
      say(`${size} daemons: ${offer.toFixed(1)} ms from click to offer, ${beat.toFixed(2)} ms of the processor per heartbeat`);
      choosing.push({ size, cost: offer });
      beating.push({ size, cost: beat });
    }
    return {
      rows: [],
      growth: [
        { title: 'More machines to choose from', of: 'connected daemons', unit: 'ms from click to offer, p50', points: choosing },
        { title: 'More heartbeats', of: 'connected daemons', unit: "ms of the studio's processor per renewed lease", points: beating },
      ],
    };
  } finally {
    await site.close();
  }
}

/** As {@link offerMs}, among so many machines of a project that was made for it. */
async function offeredAmong(site: BenchSite, size: number, samples: number): Promise<number> {
  const project = await site.project({ concurrency: { project: 1_000, session: 1 } });
  const machines = await site.stubs(project, size, (number) => ({ name: `m${number}`, purposes: ['implement'], capacity: 1 }));
  await many(size, CONNECT_AT_ONCE, async (number) => machines[number]?.connect());
  const offer = await offerMs(site, project, machines, samples);
  await Promise.all(machines.map((machine) => machine.close()));
  return offer;
}

interface Offer {
  readonly machine: StubMachine;
  readonly run: string;
}

/**
 * Median of the time from a person's click until one of the machines, all of them idle, is offered the run. It is never started, because a
 * task has only so many started runs in its life.
 */
async function offerMs(site: BenchSite, project: ProjectView, machines: readonly StubMachine[], samples: number): Promise<number> {
  let told: (offer: Offer) => void = () => undefined;
  const offered = (): Promise<Offer> => within(PATIENCE_MS, 'the offer', new Promise<Offer>((resolve) => (told = resolve)));
  for (const machine of machines) machine.onAvailable = (run) => told({ machine, run });
  const takeBack = async ({ machine, run }: Offer): Promise<void> => {
    await machine.claim(run);
    await site.api.post(`/runs/${run}/cancel`);
    machine.held.delete(run);
  };
  const first = offered();
  const task = (await site.activePlan(project, 1)).tasks[0]?.id;
  await takeBack(await first);
  const found: number[] = [];
  for (let sample = -WARM_UP; sample < samples; sample += 1) {
    const next = offered();
    const from = performance.now();
    const answered = site.api.post(`/tasks/${task}/unblock`, { action: 'start' });
    const offer = await next;
    if (sample >= 0) found.push(performance.now() - from);
    await answered;
    await takeBack(offer);
  }
  return percentile(found, 0.5);
}

/** @throws Error when a lease was not renewed: what was measured would be something else. */
async function beatMs(site: BenchSite, machines: readonly StubMachine[], beats: number): Promise<number> {
  const { pid } = site.studio.ready;
  const from = await processorMs(pid);
  await many(beats, BEATS_AT_ONCE, async (number) => machines[number % machines.length]?.heartbeat());
  const took = (await processorMs(pid)) - from;
  if (machines.some(({ held }) => held.size !== 1)) throw new Error('bench.lease_lost: a machine was told that it holds no run');
  return took / beats;
}
