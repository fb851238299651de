import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand, required } from '../../command.js';
import { findMember } from '../../shared/find-member.js';
import { findTask } from '../../shared/find-task.js';
import { Machine } from '../../shared/machine.js';
import { taskArgument } from '../../shared/task-action.js';

const NOBODY = 'nobody';

export const taskAssign = defineCommand({
  details: `Offers the task to a member, who accepts or declines it. "${NOBODY}" takes it back, and any machine that fits may run it.`,
  arguments: { task: taskArgument, member: required(`E-mail address or name of the member, "me", or "${NOBODY}"`) },
  examples: ['maestro task assign SHOP-12 ada@example.org', 'maestro task assign SHOP-12 me', `maestro task assign SHOP-12 ${NOBODY}`],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const member = input.member === NOBODY ? null : await findMember(studio, input.member);
    const { id } = await findTask(machine, studio, input.task);
    const task = await studio.call(ENDPOINTS.assignTask, { path: { task: id }, body: { member: member?.id ?? null } });
    return { json: task, text: member === null ? `${task.key} is assigned to nobody.` : `${task.key} is offered to ${member.name}.` };
  },
});
