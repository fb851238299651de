import { SessionRole, WorkerJob, parseSkillList } from '@maestro/protocol';
import type { SkillLevel } from '@maestro/protocol';
import type { ConnectRequest, ControlResult } from '../../features/control/index.js';
import { leadPurposes } from '../../features/team/index.js';
import { SUPPORTED_PURPOSES } from '../../features/work/index.js';
import type { World } from '../command.js';
import { defineCommand, flag, integer, list, parsed, text } from '../command.js';
import { failure } from '../failure.js';
import { chosenProject, levelsOf, sessionName } from '../shared/connect-request.js';
import { stayConnected } from '../shared/foreground.js';
import { Machine } from '../shared/machine.js';
import { openView } from '../shared/open-view.js';
import { projectOption } from '../shared/options.js';

const MOST = { min: 0, max: 64 } as const;

export const team = defineCommand({
  details:
    "Connects this machine as the lead of a team, and starts a process for each worker. Workers share this machine's sign-in and end with their lead, however that ends. The lead takes what none of its workers does: planning, merging, releasing. How many workers there may be is the project's policy (maxWorkers). " +
    'On a terminal it shows sessions and workers, the transcript of the one that is chosen, and a line in which to steer; elsewhere, and with --no-tui, it prints lines. Directives for all of them are given with maestro steer, and taken back with maestro clear-steering. With --json it prints what maestro connect prints, and one line more: {"event":"team","team":"…","channel":"…","workers":[…]}.',
  options: {
    dev: integer('--dev <n>', MOST, 'Workers that write changes', 0),
    review: integer('--review <n>', MOST, 'Workers that review by reading', 0),
    test: integer('--test <n>', MOST, 'Workers that review by building, running and trying', 0),
    agent: list('--agent <list>', 'Only these agents (default: all that are installed)'),
    withSkill: parsed<SkillLevel>('--with-skill <list>', 'Skills of every worker with levels from 1 to 5, such as postgres:4,css', parseSkillList),
    name: text('--name <name>', 'How the lead is shown; its workers are named after it (default: the name of the machine)'),
    noTui: flag('--no-tui', 'Lines only; the terminal is never taken over, whatever it could do'),
    project: projectOption,
  },
  examples: ['maestro team --dev 2 --review 1', 'maestro team --dev 3 --review 1 --test 1 --agent claude', 'maestro team --dev 1 --with-skill postgres:4 --no-tui'],
  reports: true,
  ownsInterrupt: true,
  async run(world, input) {
    const { dev, review, test } = input;
    if (dev + review + test === 0) throw failure('usage', 'A team has at least one worker.', 'maestro team --dev 2 --review 1');
    const machine = new Machine(world);
    const studio = await machine.studio();
    const { project, clone } = await chosenProject(machine, studio, input.project);
    const skills = levelsOf(input.withSkill);
    const jobs = Object.values(WorkerJob).filter((job) => input[job] > 0);
    const request: ConnectRequest = {
      studio: studio.identity.studio,
      project: { id: project.id, key: project.key, name: project.name },
      name: sessionName(input.name),
      role: SessionRole.lead,
      purposes: leadPurposes(SUPPORTED_PURPOSES, jobs),
      skills,
      agents: [...input.agent],
      capacity: 1,
      ...(clone === undefined ? {} : { clone: clone.path }),
    };
    const exit = await stayConnected(machine, {
      request,
      team: { dev, review, test, agents: [...input.agent], skills },
      onTeam: (made) => announce(world, made),
      openView: await openView(machine, project, { noTui: input.noTui }),
    });
    return { json: undefined, text: '', exit };
  },
});

function announce({ terminal, json }: World, { id, channel, workers }: ControlResult<'team'>): void {
  if (json) terminal.out(JSON.stringify({ event: 'team', team: id, channel, workers: workers.map(({ id: worker, name, job, pid }) => ({ id: worker, name, job, pid })) }));
}
