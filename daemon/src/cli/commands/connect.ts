import { hostname } from 'node:os';
import { Purpose, SessionRole, mayDo, parseSkillList } from '@maestro/protocol';
import type { Role, SkillLevel } from '@maestro/protocol';
import type { ConnectRequest } from '../../features/control/index.js';
import { remember } from '../../features/projects/index.js';
import type { Clone, KnownProject } from '../../features/projects/index.js';
import { SUPPORTED_PURPOSES } from '../../features/work/index.js';
import { choice, defineCommand, flag, integer, list, parsed, text } from '../command.js';
import { failure } from '../failure.js';
import { createProject } from '../shared/create-project.js';
import { projectHere } from '../shared/find-project.js';
import { stayConnected } from '../shared/foreground.js';
import { confirm } from '../shared/input.js';
import type { Studio } from '../shared/machine.js';
import { Machine } from '../shared/machine.js';
import { projectOption } from '../shared/options.js';

const WORKER_PURPOSES: readonly Purpose[] = [Purpose.implement, Purpose.review];
const SESSION_NAME = 60;

export const connect = defineCommand({
  details:
    'Connects this machine to the project that the current folder is a clone of, and takes work until it is stopped. One daemon runs on a machine: a second connect hands its project to the one that runs and then only shows what happens; a worker is always a process of its own. ' +
    'With --json it prints one line for each change of the connection: {"event":"connected","project":"SHOP","session":"…"}; the other events are connecting, offline, signed_out, refused and disconnected.',
  options: {
    noTui: flag('--no-tui', 'Lines only; the terminal is never taken over, whatever it could do'),
    role: choice('--role <role>', Object.values(SessionRole), 'A worker belongs to a team and has a process of its own', SessionRole.lead),
    purposes: list('--purposes <list>', `Only these purposes: ${SUPPORTED_PURPOSES.join(', ')} (default: all; of a worker ${WORKER_PURPOSES.join(' and ')})`, SUPPORTED_PURPOSES),
    withSkill: parsed<SkillLevel>('--with-skill <list>', 'Skills with levels from 1 to 5, such as postgres:4,css', parseSkillList),
    name: text('--name <name>', 'How this session is shown (default: the name of the machine)'),
    teamChannel: text('--team-channel <channel>', "The team's channel, for a worker (refused while studios have none)"),
    agent: list('--agent <list>', 'Only these agents (default: all that are installed)'),
    capacity: integer('--capacity <n>', { min: 0, max: 64 }, 'Runs at once', 1),
    ephemeral: flag('--ephemeral', "Forget this machine's sign-in when it leaves, for machines that are thrown away"),
    project: projectOption,
  },
  examples: ['maestro connect', 'maestro connect --agent claude --capacity 2 --name desk', 'maestro connect --purposes review --with-skill postgres:4', 'maestro connect --no-tui --agent rehearsal --name ci --json'],
  reports: true,
  ownsInterrupt: true,
  async run(world, input) {
    // Refused rather than dropped: a worker that its lead believes to be in a channel, and is in none, would never be told to stop.
    if (input.teamChannel !== undefined) throw failure('conflict', 'The studio of this version has no team channels.', 'the same without --team-channel');
    const machine = new Machine(world);
    const studio = await machine.studio();
    const { project, clone } = await chosenProject(machine, studio, input.project);
    const request: ConnectRequest = {
      studio: studio.identity.studio,
      project: { id: project.id, key: project.key, name: project.name },
      name: (input.name ?? hostname().split('.')[0] ?? 'machine').slice(0, SESSION_NAME),
      role: input.role,
      purposes: purposes(input.purposes, input.role),
      skills: skills(input.withSkill),
      agents: [...input.agent],
      capacity: input.capacity,
      ...(clone === undefined ? {} : { clone: clone.path }),
    };
    const exit = await stayConnected(machine, request);
    if (input.ephemeral) await machine.forget(studio.identity);
    return { json: undefined, text: '', exit };
  },
});

async function chosenProject(machine: Machine, studio: Studio, named: string | undefined): Promise<{ project: KnownProject; clone: Clone | undefined }> {
  const here = await projectHere(machine, studio, named);
  if (here.kind === 'found') return here;
  const { terminal, json } = machine.world;
  const sentence = `The studio has no project for ${here.address}.`;
  if (!mayDo(studio.identity.roles as readonly Role[], 'project.create')) throw failure('notFound', sentence, 'ask an architect or admin of the workspace to make it');
  if (json || !terminal.interactive) throw failure('notFound', sentence, 'maestro project create');
  const wanted = await confirm(`${sentence} Make one?`, terminal.stdin, (line) => terminal.err(line));
  if (!wanted) throw failure('notFound', sentence, 'maestro project create, or name another with --project <key>');
  const project = await createProject(studio, here.clone, {});
  terminal.err(`Made ${project.key} (${project.name}).`);
  return { project: await remember(project, studio.identity.studio, machine.projects), clone: here.clone };
}

function purposes(asked: readonly string[], role: SessionRole): Purpose[] {
  if (asked.length === 0) return [...(role === SessionRole.worker ? WORKER_PURPOSES : SUPPORTED_PURPOSES)];
  return SUPPORTED_PURPOSES.filter((purpose) => asked.includes(purpose));
}

/** `--with-skill` may be given several times; each list has been looked at by itself. */
function skills(levels: readonly SkillLevel[]): ConnectRequest['skills'] {
  const twice = levels.find((skill, index) => levels.findIndex((other) => other.slug === skill.slug) !== index);
  if (twice !== undefined) throw failure('usage', `The skill ${twice.slug} is listed twice.`, `--with-skill ${twice.slug}:4, once`);
  return levels.map(({ slug, min }) => ({ slug, proficiency: min }));
}
