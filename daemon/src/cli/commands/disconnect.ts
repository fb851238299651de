import { defineCommand, integer, optional } from '../command.js';
import { Machine } from '../shared/machine.js';

/** What a run needs to commit what it has and push it. */
const GRACE_SECONDS = 20;

export const disconnect = defineCommand({
  details: 'Takes nothing new, lets the runs at work save what they have, and leaves. When nothing is connected any more, the daemon ends.',
  arguments: { project: optional('Key of one project; without it all are left') },
  options: { grace: integer('--grace <seconds>', { min: 0, max: 600 }, 'How long runs may take to save their work', GRACE_SECONDS) },
  examples: ['maestro disconnect', 'maestro disconnect SHOP --grace 60'],
  reports: true,
  async run(world, { project, grace }) {
    const daemon = await new Machine(world).daemon();
    const { left } = await daemon.call('disconnect', { graceSeconds: grace, ...(project === undefined ? {} : { project: project.toUpperCase() }) });
    daemon.close();
    return { json: { left }, text: left.length === 0 ? 'Nothing was connected; the daemon ends.' : `Left ${left.join(', ')}.` };
  },
});
