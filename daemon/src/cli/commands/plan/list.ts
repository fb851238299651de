import type { PlanView } from '@maestro/protocol';
import { defineCommand, flag } from '../../command.js';
import { table } from '../../format/table.js';
import { count, relative, shortId, spoken } from '../../format/words.js';
import { inOrder, isOpen, plansOf } from '../../shared/find-plan.js';
import { projectOf } from '../../shared/find-project.js';
import { Machine } from '../../shared/machine.js';
import { projectOption } from '../../shared/options.js';
import { planStatus } from '../../shared/plan-text.js';

export const planList = defineCommand({
  details: 'Plans at work first, then drafts. Plans that are over are listed with --all.',
  options: { all: flag('--all', 'Plans that are over, too'), project: projectOption },
  examples: ['maestro plan list', "maestro plan list --all --json | jq '.[].title'"],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const project = await projectOf(machine, studio, input.project);
    const all = inOrder(await plansOf(studio, project.id));
    const shown = input.all ? all : all.filter(isOpen);
    const { style, columns } = world.terminal;
    const now = world.clock.now();
    if (shown.length === 0) return { json: shown, text: all.length === 0 ? `${project.key} has no plan. Make one with: maestro plan import <file>` : `${project.key} has no open plan, and ${count(all.length, 'plan')} that ${all.length === 1 ? 'is' : 'are'} over: maestro plan list --all` };
    const rows = shown.map((plan) => [shortId(plan.id), planStatus(plan.status, style), plan.title, relative(plan.updatedAt, now), style.warn(noticesOf(plan))]);
    return { json: shown, text: table(rows, { head: ['id', 'status', 'title', 'changed', 'needs'], paint: style.dim, columns }) };
  },
});

function noticesOf(plan: PlanView): string {
  return plan.notices.map((notice) => spoken(notice.code)).join(', ');
}
