import { Purpose, SessionRole, parseSkillList } from '@maestro/protocol';
import type { SkillLevel } from '@maestro/protocol';
import type { ConnectRequest } from '../../features/control/index.js';
import { readHandover } from '../../features/team/index.js';
import { SUPPORTED_PURPOSES } from '../../features/work/index.js';
import { choice, defineCommand, flag, integer, list, parsed, text } from '../command.js';
import { failure } from '../failure.js';
import { chosenProject, levelsOf, sessionName } from '../shared/connect-request.js';
import { stayConnected } from '../shared/foreground.js';
import { Machine } from '../shared/machine.js';
import { openView } from '../shared/open-view.js';
import { projectOption } from '../shared/options.js';

const WORKER_PURPOSES: readonly Purpose[] = [Purpose.implement, Purpose.review];

export const connect = defineCommand({
  details:
    'Connects this machine to the project that the current folder is a clone of, and takes work until it is stopped. One daemon runs on a machine: a second connect hands its project to the one that runs and then only shows what happens; a worker is always a process of its own. On a terminal it shows sessions, the transcript of the one that is chosen, and a line in which to steer; elsewhere, and with --no-tui, it prints lines. ' +
    'With --json it prints one line for each change of the connection: {"event":"connected","project":"SHOP","session":"…"}; the other events are connecting, offline, signed_out, refused and disconnected.',
  options: {
    noTui: flag('--no-tui', 'Lines only; the terminal is never taken over, whatever it could do'),
    role: choice('--role <role>', Object.values(SessionRole), 'A worker belongs to a team and has a process of its own', SessionRole.lead),
    purposes: list('--purposes <list>', `Only these purposes: ${SUPPORTED_PURPOSES.join(', ')} (default: all; of a worker ${WORKER_PURPOSES.join(' and ')})`, SUPPORTED_PURPOSES),
    withSkill: parsed<SkillLevel>('--with-skill <list>', 'Skills with levels from 1 to 5, such as postgres:4,css', parseSkillList),
    name: text('--name <name>', 'How this session is shown (default: the name of the machine)'),
    teamChannel: text('--team-channel <channel>', "The team's channel, for a worker: it takes the place that has its name, and ends with the team"),
    lifeline: flag('--lifeline', 'For workers that maestro team starts: who leads them comes on standard input, and they end with it'),
    agent: list('--agent <list>', 'Only these agents (default: all that are installed)'),
    capacity: integer('--capacity <n>', { min: 0, max: 64 }, 'Runs at once', 1),
    ephemeral: flag('--ephemeral', "Forget this machine's sign-in when it leaves, for machines that are thrown away"),
    project: projectOption,
  },
  examples: ['maestro connect', 'maestro connect --agent claude --capacity 2 --name desk', 'maestro connect --purposes review --with-skill postgres:4', 'maestro connect --no-tui --agent rehearsal --name ci --json'],
  reports: true,
  ownsInterrupt: true,
  async run(world, input) {
    if (input.teamChannel !== undefined && input.role !== SessionRole.worker) throw failure('usage', 'Only a worker joins a channel.', 'the same with --role worker');
    const handover = input.lifeline ? await readHandover(world.terminal.stdin) : undefined;
    // Whoever was to start this worker is gone already, or is no lead; a worker without one would outlive its team.
    if (input.lifeline && handover === undefined) throw failure('conflict', 'No lead said anything on standard input.', 'maestro team, which starts its workers itself');
    const machine = new Machine(handover?.secretKey === undefined ? world : { ...world, settings: { ...world.settings, secretKey: handover.secretKey } });
    const studio = await machine.studio();
    const { project, clone } = await chosenProject(machine, studio, input.project);
    const request: ConnectRequest = {
      studio: studio.identity.studio,
      project: { id: project.id, key: project.key, name: project.name },
      name: sessionName(input.name),
      role: input.role,
      purposes: purposes(input.purposes, input.role),
      skills: levelsOf(input.withSkill),
      agents: [...input.agent],
      capacity: input.capacity,
      ...(clone === undefined ? {} : { clone: clone.path }),
      ...(input.teamChannel === undefined ? {} : { teamChannel: input.teamChannel }),
    };
    const exit = await stayConnected(machine, { request, handover, openView: await openView(machine, request.project, { noTui: input.noTui }) });
    if (input.ephemeral) await machine.forget(studio.identity);
    return { json: undefined, text: '', exit };
  },
});

function purposes(asked: readonly string[], role: SessionRole): Purpose[] {
  if (asked.length === 0) return [...(role === SessionRole.worker ? WORKER_PURPOSES : SUPPORTED_PURPOSES)];
  return SUPPORTED_PURPOSES.filter((purpose) => asked.includes(purpose));
}
