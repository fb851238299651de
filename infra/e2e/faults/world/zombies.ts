import { METHODS } from '@maestro/protocol';
import type { RunPacket } from '@maestro/protocol';
import { StubLink, greet } from '../../../rig/stub-link.js';
import { newId } from '../../../rig/uuid-v7.js';
import { waitFor } from '../../../test-support/index.js';
import type { Site } from '../../harness/site.js';
import type { History } from '../history/history.js';
import { layGround, tokenFor } from './fleet.js';
import type { Ground } from './fleet.js';
import { readStudio } from './ledger.js';
import { Recorder } from './recorder.js';
import { CALM } from './rhythms.js';
import { objectName } from './work.js';

export interface Haunted {
  readonly history: History;
  /** Calls under an epoch that was over. */
  readonly calls: number;
  /** Those of them that were answered as if they had been obeyed. */
  readonly obeyed: number;
}

/** How many runs one machine has at once. */
const RUNS = 4;

const PATIENCE_MS = 30_000;

/** Until the limit is renewed: enough for every run to be put down before. */
const RENEWED_MS = 2_000;

/**
 * A machine takes runs and puts them down, because a limit is used up; when it is renewed it is given them again, under new epochs. But the
 * process that had them before goes on as if nothing had been, and says everything again and again that the holder of a run may say, while
 * the machine renews its leases as it should.
 *
 * @param rounds how often all of it is said, for each run
 * @param more settings of the studio, which is started anew for this
 */
export async function haunt(site: Site, rounds: number, more: Readonly<Record<string, string>> = {}): Promise<Haunted> {
  await site.killStudio();
  await site.startStudio({ ...CALM, ...more });
  const ground = await layGround(site, RUNS + 1);
  const recorder = new Recorder();
  const link = await connect(site, ground, recorder);
  await site.api.post(`/plans/${ground.plan}/activate`);
  await bootstrap(link);
  const before = await take(link, RUNS);
  // A moment that has passed would be waited for longer: see the studio's waits.
  const until = new Date(Date.now() + RENEWED_MS).toISOString();
  for (const held of before) await link.ask(METHODS.runWait, { opId: newId(), ...held, reason: 'quota', until });
  const now = await take(link, RUNS);
  let [calls, obeyed] = [0, 0];
  for (let round = 0; round < rounds; round += 1) {
    await link.ask(METHODS.sessionHeartbeat, { runs: [...now] });
    const answers = await Promise.all(before.flatMap((held) => says(link, held)).map((said) => said.then(() => true, () => false)));
    calls += answers.length;
    obeyed += answers.filter((answer) => answer).length;
  }
  const { ledger, final } = await readStudio(site.api, ground);
  link.cut();
  await site.api.post(`/plans/${ground.plan}/cancel`);
  return { history: recorder.history(ledger, final), calls, obeyed };
}

interface Held {
  readonly run: RunPacket['run'];
  readonly epoch: number;
}

async function connect(site: Site, { project }: Ground, recorder: Recorder): Promise<StubLink> {
  const link = await StubLink.open({ url: site.url, token: await tokenFor(site, 'zombie'), patienceMs: PATIENCE_MS, observe: recorder.observer('zombie') });
  await greet(link, { machine: newId(), project, name: 'zombie', capacity: RUNS }, []);
  return link;
}

/** Everything that changes a run, in the mouth of somebody who held it once. */
function says(link: StubLink, { run, epoch }: Held): readonly Promise<unknown>[] {
  const held = { opId: newId() as never, run, epoch };
  const again = () => ({ ...held, opId: newId() as never });
  return [
    link.ask(METHODS.runCheckpoint, { ...again(), head: objectName() }),
    link.ask(METHODS.runStart, { ...again(), startedAt: new Date().toISOString() }),
    link.ask(METHODS.runPush, { ...again(), head: objectName(), tip: objectName(), commit: objectName(), tipMoved: false }).then(({ granted }) => {
      if (!granted) throw new Error('not granted');
    }),
    link.ask(METHODS.runSubtask, { ...again(), title: 'From a zombie' }),
    link.ask(METHODS.sessionHeartbeat, { runs: [{ run, epoch }] }).then(({ invalid, helloNeeded }) => {
      if (invalid.length > 0 || helloNeeded) throw new Error('not renewed');
    }),
  ];
}

async function bootstrap(link: StubLink): Promise<void> {
  const [held] = await take(link, 1);
  if (held === undefined) throw new Error('nothing was taken');
  const { run, epoch } = held;
  await link.ask(METHODS.runFinish, { opId: newId(), run, epoch, lastSeq: 0, usage: {}, outcome: { kind: 'bootstrapped', tip: objectName() } });
}

/** Claims and starts so many runs, and keeps those that it has while it waits for more. */
async function take(link: StubLink, count: number): Promise<readonly Held[]> {
  const held: Held[] = [];
  await waitFor(async () => {
    await link.ask(METHODS.sessionHeartbeat, { runs: [...held] });
    const { runs } = await link.ask(METHODS.runOffers, {});
    for (const offered of runs) {
      const { packet } = await link.ask(METHODS.runClaim, { opId: newId(), run: offered });
      await link.ask(METHODS.runStart, { opId: newId(), run: packet.run, epoch: packet.epoch, startedAt: new Date().toISOString() });
      held.push({ run: packet.run, epoch: packet.epoch });
    }
    return held.length >= count;
  }, { what: `${count} runs on offer`, timeoutMs: 60_000, everyMs: 50 });
  return held;
}
