import { describe, expect, it } from 'vitest';
import { writes } from '../e2e/harness/index.js';
import { browserStage, everyLook, seen } from './harness/index.js';

describe('a budget that is spent', () => {
  const { visit, site, scene } = browserStage();

  it('is raised where the task says so, and the task goes on by itself', async () => {
    const play = scene();
    await site().machine();
    // One run writes the change; who shall review it is over the cap.
    await play.begin({ policy: { budget: { task: { runs: 1 }, plan: {} } } });
    const plan = await play.activePlan({ only: { script: writes('only.txt') } });
    await plan.reaches('only', 'blocked/budget');
    const page = await visit({ to: `/plans/${plan.id}?task=${plan.key('only')}` });
    const drawer = page.getByRole('complementary', { name: `Task ${plan.key('only')}` });
    await drawer.getByRole('button', { name: 'Raise the budget…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Budget of each task' });
    await dialog.getByLabel('Runs').fill('0');
    await dialog.getByRole('button', { name: 'Set the budget' }).click();
    expect(await dialog.locator('input:invalid').count(), 'no cap is a cap of nothing').toBe(1);
    await everyLook(page, 'budget');
    await dialog.getByLabel('Runs').fill('20');
    await dialog.getByRole('button', { name: 'Set the budget' }).click();
    await dialog.waitFor({ state: 'detached' });
    await seen(drawer.getByText('Done', { exact: true }));
  });
});
