import type { RunView } from '@maestro/protocol';
import { defineCommand } from '../../command.js';
import { pairs } from '../../format/table.js';
import { count, duration, relative, spoken, thousands } from '../../format/words.js';
import { findRun } from '../../shared/find-run.js';
import { Machine } from '../../shared/machine.js';
import { projectOption } from '../../shared/options.js';
import { runArgument } from '../../shared/run-options.js';
import type { Terminal } from '../../terminal.js';
import { runStatus } from './list.js';

export const runShow = defineCommand({
  details: 'One run: where it runs and why there, how long it took, what it used and how it ended.',
  arguments: { run: runArgument },
  options: { project: projectOption },
  examples: ['maestro run show SHOP-12', 'maestro run show 3f2c1ab4 --json'],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const run = await findRun(machine, await machine.studio(), input.run, input.project);
    return { json: run, text: runText(run, world.terminal, world.clock.now()) };
  },
});

function runText(run: RunView, { style }: Terminal, now: number): string {
  const { usage } = run;
  const took = run.startedAt === null ? '' : duration((run.endedAt === null ? now : Date.parse(run.endedAt)) - Date.parse(run.startedAt));
  const facts: (readonly [string, string])[] = [
    ['id', run.id],
    ['session', run.sessionName ?? ''],
    ['agent', run.agent ?? ''],
    ['attempt', [`${run.attempt}`, run.revision === 0 ? '' : `revision ${run.revision}`, run.repair === 0 ? '' : `repair ${run.repair}`].filter((part) => part !== '').join(', ')],
    ['waits for', run.waitReasons.map(spoken).join(', ') + (run.waitUntil === null ? '' : `, ${relative(run.waitUntil, now)}`)],
    ['took', took],
    ['used', usage.turns === 0 && usage.inputTokens === 0 ? '' : `${thousands(usage.inputTokens + usage.outputTokens)} tokens in ${count(usage.turns, 'turn')}${usage.costUsd === undefined ? '' : `, ${usage.costUsd.toFixed(2)} USD`}`],
    ['head', run.head ?? ''],
    ['why here', run.match?.sentence ?? ''],
  ];
  const head = `${style.bold(run.taskKey ?? spoken(run.purpose))}  ${spoken(run.purpose)}  ${runStatus(run, style)}${run.sentence === null ? '' : `: ${run.sentence}`}`;
  return [head, pairs(facts.filter(([, value]) => value !== ''), style.dim)].join('\n');
}
