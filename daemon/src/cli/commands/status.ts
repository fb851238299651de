import { defineCommand } from '../command.js';
import { findDaemon } from '../shared/local-daemon.js';
import { statusText } from '../shared/status-text.js';

export const status = defineCommand({
  details: 'Asks the daemon of this machine: its connections, and every run with its phase, what it waits for and how long its agent has been quiet. Ends with 0 also when no daemon runs; `running` says so.',
  examples: ['maestro status', "maestro status --json | jq '.sessions[].runs'"],
  reports: true,
  async run(world) {
    const daemon = await findDaemon(world);
    const view = await daemon?.call('status', {});
    daemon?.close();
    return { json: { running: view !== undefined, ...view }, text: statusText(view, world.terminal, world.clock.now()) };
  },
});
