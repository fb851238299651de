import { expect } from 'vitest';
import type { Scene } from './scene.js';
import type { ScenePlan } from './scene-plan.js';
import { standing } from './scene-plan.js';

/** What people can do to a blocked task without unblocking it: each is taken, and the task stays as it is. */
export async function touchWhileBlocked(scene: Scene, plan: ScenePlan, name: string, spare: string): Promise<void> {
  const before = standing(await plan.task(name));
  const task = plan.taskId(name);
  const { textVersion } = await plan.task(name);
  await plan.edit({ op: 'set_task', task, changes: { description: 'Said more clearly.' } });
  expect((await plan.task(name)).textVersion).toBe(textVersion + 1);
  const { dependsOn } = await plan.task(name);
  await plan.edit({ op: 'set_dependencies', task, dependsOn: [...dependsOn, plan.taskId(spare)] });
  await plan.edit({ op: 'set_dependencies', task, dependsOn });
  if (before === 'blocked/stopped') return;
  await plan.act(name, 'assign', { member: scene.site.member });
  expect((await plan.act(name, 'accept')).acceptedAt).not.toBeNull();
  expect((await plan.act(name, 'decline', { why: 'Not mine.' })).assignee).toBeNull();
  await plan.act(name, 'assign', { member: scene.site.member });
  expect((await plan.act(name, 'assign', { member: null })).assignee).toBeNull();
  expect(standing(await plan.task(name)), 'what people do besides leaves the block as it is').toBe(before);
}

/** Cancelled from where it stands. */
export async function cancelled(plan: ScenePlan, name: string): Promise<void> {
  expect(standing(await plan.task(name))).toMatch(/^blocked\//);
  expect((await plan.act(name, 'cancel')).status).toBe('cancelled');
}
