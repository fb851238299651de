import { waitFor } from '../../../test-support/index.js';
import type { Site } from '../../harness/site.js';
import type { History } from '../history/history.js';
import { follow } from './follower.js';
import { readStudio } from './ledger.js';
import { Recorder } from './recorder.js';
import type { Servers } from './servers.js';
import { Streamer } from './stream.js';
import { layWideGround } from './wide-ground.js';

/** Bytes that a writer writes before it looks whether it is to go on. */
const CHUNK = 16 * 1_024;
/** Lines that are acknowledged between two crashes, of all writers together. */
const BETWEEN = 100;

export interface Crashed {
  readonly history: History;
  /** Milliseconds from the moment at which the database took connections until the first line was acknowledged, of each crash. */
  readonly backMs: readonly number[];
  /** Lines that the studio said it had. */
  readonly lines: number;
}

/** Writers write journals while PostgreSQL ends without a checkpoint, again and again; somebody follows the events all the while. */
export async function writeThroughCrashes(site: Site, servers: Pick<Servers, 'crashDatabase'>, writers: number, crashes: number): Promise<Crashed> {
  const { project, grounds } = await layWideGround(site, writers);
  const [ground] = grounds;
  if (ground === undefined) throw new RangeError('nobody is to write');
  const recorder = new Recorder();
  const streamers: Streamer[] = [];
  for (let number = 0; number < writers; number += 1) streamers.push(await Streamer.open(site, `writer ${number}`, project, recorder));
  const follower = await follow(site, project);
  const acknowledged = (): number => streamers.reduce((sum, streamer) => sum + streamer.acknowledged, 0);
  let writing = true;
  const loops = Promise.all(streamers.map(async (streamer) => {
    while (writing) await streamer.write(CHUNK);
  }));
  const backMs: number[] = [];
  try {
    for (let round = 0; round < crashes; round += 1) {
      const from = acknowledged();
      await waitFor(() => acknowledged() >= from + BETWEEN, { what: 'writers to write', timeoutMs: 60_000, everyMs: 10 });
      await servers.crashDatabase();
      const [up, then] = [performance.now(), acknowledged()];
      await waitFor(() => acknowledged() > then, { what: 'the first line after the crash', timeoutMs: 60_000, everyMs: 5 });
      backMs.push(performance.now() - up);
    }
    writing = false;
    await loops;
    await waitFor(() => streamers.every((streamer) => follower.told.get(streamer.run) === streamer.acknowledged), { what: 'the follower to be told of every line', timeoutMs: 30_000, everyMs: 20 });
    const { ledger, final } = await readStudio(site.api, ground);
    return { history: recorder.history(ledger, final), backMs, lines: acknowledged() };
  } finally {
    writing = false;
    for (const streamer of streamers) streamer.stop();
    follower.close();
  }
}
