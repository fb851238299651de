import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { does, write, writes } from '../e2e/harness/index.js';
import { browserStage, everyLook, seen } from './harness/index.js';

describe('the plan page', () => {
  const { visit, scene } = browserStage();
  const focused = (page: Page): Promise<string> => page.evaluate<string>('document.activeElement?.textContent ?? ""');

  it('shows phases and levels, marks the critical path, and finds tasks', async () => {
    const shop = scene();
    await shop.begin({ machines: [] });
    const plan = await shop.plan({ first: { script: {} }, second: { script: {}, after: ['first'] }, third: { script: {}, after: ['second'] }, aside: { script: {} } }, 'A long way');
    const page = await visit({ to: `/plans/${plan.id}` });
    await seen(page.getByText('Critical path: 3 tasks, 3 h of work'));
    await expect.poll(() => page.getByText('On the critical path', { exact: true }).count()).toBe(3);
    await everyLook(page, 'plan');
    await page.getByLabel('Divided by').selectOption('levels');
    await page.getByRole('heading', { name: 'Level 3 · waits for level 2' }).waitFor();
    await everyLook(page, 'plan-levels');
    await page.reload();
    await page.getByRole('heading', { name: 'Level 1 · waits for nothing' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('task asi');
    await seen(page.getByText('1 of 4'));
    await expect.poll(() => page.getByRole('link', { name: /^Task/ }).allTextContents()).toEqual(['Task aside']);
    await page.getByRole('searchbox').fill('zebra');
    await seen(page.getByText('No task holds what you typed.'));
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Task third' }).waitFor();
  });

  it('is worked with keys: rows, a selection, and what can be done with all of it', async () => {
    const shop = scene();
    await shop.begin({ machines: [] });
    const plan = await shop.plan({ one: { script: {} }, two: { script: {} }, three: { script: {} } }, 'Three at once');
    const page = await visit({ to: `/plans/${plan.id}` });
    await page.getByRole('link', { name: 'Task one' }).waitFor();
    await page.keyboard.press('j');
    await expect.poll(() => focused(page)).toBe('Task one');
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    const bar = page.getByRole('region', { name: 'Selected tasks' });
    await seen(bar.getByText('2 tasks selected'));
    await everyLook(page, 'plan-selected');
    await bar.getByRole('button', { name: 'Cancel them…' }).press('Enter');
    await page.getByRole('dialog', { name: 'Cancel 2 tasks?' }).getByRole('button', { name: 'Cancel 2 tasks' }).press('Enter');
    await bar.waitFor({ state: 'detached' });
    expect((await plan.tree()).tasks.map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'draft']);
    await expect.poll(() => focused(page)).toBe('Task two');
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: `Task ${plan.key('two')}` }).waitFor();
    await page.keyboard.press('j');
    await page.getByRole('complementary', { name: `Task ${plan.key('three')}` }).waitFor();
    await page.goBack();
    await page.getByRole('complementary').filter({ hasText: 'Activity' }).waitFor({ state: 'detached' });
  });

  it('is activated, paused with its agents, resumed, released and archived', async () => {
    const shop = scene();
    await shop.begin();
    const gate = shop.gate();
    const plan = await shop.plan({ only: { script: { implement: does(...gate.steps, write('only.txt', 'x\n')) } } }, 'From draft to main');
    const page = await visit({ to: `/plans/${plan.id}` });
    await seen(page.getByText('the plan is a draft until somebody activates it'));
    await page.getByRole('button', { name: 'Activate' }).click();
    await gate.reached();
    await seen(page.getByText('In progress', { exact: true }));
    await page.getByRole('button', { name: 'Pause…' }).click();
    await page.getByLabel(/stop after a checkpoint/).check();
    await everyLook(page, 'plan-pause');
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await seen(page.getByText('The plan is paused'));
    await gate.open();
    await page.getByRole('button', { name: 'Resume' }).click();
    await seen(page.getByText('Every task has landed.'));
    await page.getByRole('button', { name: 'Release…' }).click();
    await seen(page.getByRole('dialog', { name: 'Release the plan' }).getByText('The epic branch with 1 task'));
    await everyLook(page, 'plan-release');
    await page.getByRole('button', { name: 'Release into main' }).click();
    await seen(page.getByText('Completed', { exact: true }));
    await page.getByRole('button', { name: 'Archive' }).click();
    await seen(page.getByText('Archived', { exact: true }));
  });

  it('says before a cancel what ends, what stops and what stays', async () => {
    const shop = scene();
    await shop.begin();
    const gate = shop.gate();
    const plan = await shop.activePlan({ working: { script: { implement: does(...gate.steps, write('working.txt', 'x\n')) } }, later: { script: writes('later.txt'), after: ['working'] } }, 'Not any more');
    await gate.reached();
    const page = await visit({ to: `/plans/${plan.id}` });
    await page.getByRole('button', { name: 'What can be done with the plan' }).click();
    await page.getByRole('menuitem', { name: 'Cancel the plan…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Cancel the plan?' });
    await seen(dialog.getByText('2 tasks are cancelled. The agent at work is stopped'));
    await everyLook(page, 'plan-cancel');
    await dialog.getByRole('button', { name: 'Cancel the plan' }).click();
    await plan.becomes('cancelled');
    await seen(page.getByText('Cancelled', { exact: true }));
  });
});
