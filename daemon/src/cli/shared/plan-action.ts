import type { PlanView } from '@maestro/protocol';
import type { z } from 'zod';
import type { Endpoint } from '../../features/studio-api/index.js';
import type { Command } from '../command.js';
import { defineCommand } from '../command.js';
import { findPlan } from './find-plan.js';
import { Machine } from './machine.js';
import { planArgument, projectOption } from './options.js';

export interface PlanAction<Path extends string> {
  readonly details: string;
  readonly examples: readonly [string, ...string[]];
  readonly endpoint: Endpoint<Path, z.ZodType, z.ZodType, z.ZodType<PlanView>>;
  /** What has happened, about the plan as it is then. */
  readonly said: (plan: PlanView) => string;
}

/** A command that does one thing to a plan and needs to know nothing else. */
export function planAction(action: PlanAction<`/plans/{plan}/${string}`>): Command {
  return defineCommand({
    details: action.details,
    arguments: { plan: planArgument },
    options: { project: projectOption },
    examples: action.examples,
    reports: true,
    async run(world, input) {
      const machine = new Machine(world);
      const studio = await machine.studio();
      const { id } = await findPlan(machine, studio, input.plan, input.project);
      const plan = await studio.call(action.endpoint, { path: { plan: id } } as never);
      return { json: plan, text: action.said(plan) };
    },
  });
}
