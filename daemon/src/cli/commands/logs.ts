import { defineCommand, flag, optional } from '../command.js';
import { Machine } from '../shared/machine.js';
import { showDaemonLog, showJournal } from '../shared/local-logs.js';

export const logs = defineCommand({
  details: "The daemon's log, or the transcript of one run as this machine wrote it, which holds also what the studio does not have yet. A run elsewhere: `maestro run logs`.",
  arguments: { run: optional('The end of a run\'s id, or the key of a task for its latest run here') },
  options: { follow: flag('-f, --follow', 'Go on showing what comes') },
  examples: ['maestro logs', 'maestro logs -f', 'maestro logs -f SHOP-12'],
  reports: true,
  ownsInterrupt: true,
  async run(world, { run, follow }) {
    const machine = new Machine(world);
    const exit = await (run === undefined ? showDaemonLog(machine, follow) : showJournal(machine, run, follow));
    return { json: undefined, text: '', exit };
  },
});
