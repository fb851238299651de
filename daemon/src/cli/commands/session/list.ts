import type { PauseView, SessionView } from '@maestro/protocol';
import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand } from '../../command.js';
import { table } from '../../format/table.js';
import { shortId, spoken } from '../../format/words.js';
import { projectOf } from '../../shared/find-project.js';
import { sessionsOf } from '../../shared/find-session.js';
import { Machine } from '../../shared/machine.js';
import { projectOption } from '../../shared/options.js';

export const sessionList = defineCommand({
  details: 'The machines that work for the project, and what is paused.',
  options: { project: projectOption },
  examples: ['maestro session list', "maestro session list --json | jq '.pauses'"],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const { id, key } = await projectOf(machine, studio, input.project);
    const [sessions, { data: pauses }] = await Promise.all([sessionsOf(studio, id), studio.call(ENDPOINTS.pauses, { path: { project: id } })]);
    const { style, columns } = world.terminal;
    const wider = pauses.filter(({ scope }) => scope !== 'session').map((pause) => `The ${pause.scope} is ${pausedBy(pause)}.`);
    const rows = sessions.map((session) => [shortId(session.id), session.name, session.hostname, standing(session, pauses), `${session.liveRuns} of ${session.capacity}`]);
    const list = rows.length === 0 ? `No machine is connected for ${key}.` : table(rows, { head: ['session', 'name', 'machine', 'status', 'runs'], paint: style.dim, columns });
    return { json: { sessions, pauses }, text: [...wider, list].join('\n') };
  },
});

function standing({ id, status }: SessionView, pauses: readonly PauseView[]): string {
  const pause = pauses.find(({ subject }) => subject === id);
  return pause === undefined ? spoken(status) : `${spoken(status)}, ${pausedBy(pause)}`;
}

function pausedBy({ by, why }: PauseView): string {
  return `paused by ${by}${why === '' ? '' : ` (${why})`}`;
}
