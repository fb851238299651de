import { ENDPOINTS } from '../../../features/studio-api/index.js';
import type { World } from '../../command.js';
import { defineCommand, flag } from '../../command.js';
import { findRun, isOver } from '../../shared/find-run.js';
import { pause } from '../../shared/follow.js';
import type { Studio } from '../../shared/machine.js';
import { Machine } from '../../shared/machine.js';
import { projectOption } from '../../shared/options.js';
import { runArgument } from '../../shared/run-options.js';
import { showEvent } from '../../shared/show-event.js';

const LOOK_MS = 1_000;
const PAGE = 500;

export const runLogs = defineCommand({
  details: 'The transcript of a run as the studio has it, wherever it ran. With --json one event a line. With --follow it ends when the run does.',
  arguments: { run: runArgument },
  options: { follow: flag('-f, --follow', 'Go on showing what comes'), project: projectOption },
  examples: ['maestro run logs SHOP-12', 'maestro run logs -f SHOP-12', "maestro run logs SHOP-12 --json | jq 'select(.kind == \"message\")'"],
  reports: true,
  ownsInterrupt: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const { id } = await findRun(machine, studio, input.run, input.project);
    for (let after = 0; ; ) {
      // Asked before the events: what came between the two is shown in the last round.
      const over = !input.follow || isOver(await studio.call(ENDPOINTS.run, { path: { run: id } }));
      after = await showAfter(world, studio, id, after);
      if (over) return undefined;
      if (!(await pause(world, LOOK_MS))) return { json: undefined, text: '', exit: 'interrupted' };
    }
  },
});

async function showAfter(world: World, studio: Studio, run: string, from: number): Promise<number> {
  for (let after = from; ; ) {
    const { data } = await studio.call(ENDPOINTS.runEvents, { path: { run }, query: { after, limit: PAGE } });
    for (const event of data) showEvent(world, event);
    const last = data.at(-1)?.seq;
    if (last === undefined || last <= after) return after;
    after = last;
  }
}
