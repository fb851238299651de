import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand, optional } from '../../command.js';
import { findTask, onlyOffer } from '../../shared/find-task.js';
import { Machine } from '../../shared/machine.js';

export const taskAccept = defineCommand({
  details: 'Takes a task that is offered to you; it then runs on a machine of yours, on this one first when it is connected. Alone, it takes the only offer there is, and lists them when there are several.',
  arguments: { task: optional('Key of the task; without it the only one offered to you') },
  examples: ['maestro task accept', 'maestro task accept SHOP-12'],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const { id, planId } = input.task === undefined ? await onlyOffer(studio, 'maestro task accept') : await findTask(machine, studio, input.task);
    const plan = await studio.call(ENDPOINTS.plan, { path: { plan: planId } });
    const session = await sessionHere(machine, plan.projectId);
    const task = await studio.call(ENDPOINTS.acceptTask, { path: { task: id }, body: session === undefined ? {} : { session } });
    return { json: task, text: `${task.key} is yours. ${session === undefined ? 'It starts when a machine of yours is connected: maestro connect' : 'It starts here.'}` };
  },
});

/** The session of this machine's daemon with the task's project. */
async function sessionHere(machine: Machine, project: string): Promise<string | undefined> {
  const daemon = await machine.findDaemon();
  const view = await daemon?.call('status', {});
  daemon?.close();
  return view?.sessions.find((session) => session.project.id === project && session.link.state === 'online')?.link.session;
}
