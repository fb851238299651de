import type { PlanTree } from '@maestro/protocol';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { approve, does, say, write, writes } from '../e2e/harness/index.js';
import type { Gate } from '../e2e/harness/scene.js';
import type { ScenePlan } from '../e2e/harness/scene-plan.js';
import { NARROW, browserStage, everyLook, seen, take } from './harness/index.js';

interface Setting {
  readonly plan: ScenePlan;
  /** Where the agents of `writing` and `judged` stand still. */
  readonly writing: Gate;
  readonly judged: Gate;
}

describe('the board', () => {
  const { visit, scene } = browserStage();
  let made: Promise<Setting> | undefined;

  /** One plan for the whole file, with a task in every column. */
  const setting = (): Promise<Setting> => (made ??= make());

  async function make(): Promise<Setting> {
    const it = scene();
    await it.begin();
    const [writing, judged] = [it.gate(), it.gate()];
    const plan = await it.activePlan(
      {
        landed: { script: writes('landed.txt') },
        writing: { script: { implement: does(...writing.steps, write('writing.txt', 'x\n')) } },
        judged: { script: { ...writes('judged.txt'), review: [{ steps: [...judged.steps, approve] }] } },
        idle: { script: { implement: does(say('There is nothing to do.')) } },
        later: { script: writes('later.txt'), after: ['writing'] },
        dropped: { script: writes('dropped.txt'), after: ['writing'] },
        unwanted: { script: writes('unwanted.txt'), after: ['writing'] },
      },
      'Everything at once',
    );
    await plan.reaches('landed', 'done');
    await plan.reaches('idle', 'blocked/no_change');
    await plan.act('dropped', 'cancel');
    await Promise.all([writing.reached(), judged.reached()]);
    return { plan, writing, judged };
  }

  const column = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });
  const card = (page: Page, plan: ScenePlan, name: string): Locator => page.getByRole('article').filter({ hasText: plan.key(name) });

  it('shows every task once, in the column of its standing', async () => {
    const { plan } = await setting();
    const page = await visit({ to: `/plans/${plan.id}?view=board` });
    for (const [name, title] of Object.entries({ idle: 'Blocked', later: 'Queued', writing: 'In progress', judged: 'In review', landed: 'Done', dropped: 'Cancelled' })) {
      await seen(column(page, title).getByText(plan.key(name)));
      await expect.poll(() => card(page, plan, name).count()).toBe(1);
    }
    await seen(card(page, plan, 'writing').getByText('desk'));
    await everyLook(page, 'board');
  });

  it('says over each column what a card would do there, and does nothing where it is refused', async () => {
    const { plan } = await setting();
    const page = await visit({ to: `/plans/${plan.id}?view=board` });
    await card(page, plan, 'writing').waitFor();
    const held = await take(page, card(page, plan, 'writing'));
    await held.over(column(page, 'Done'));
    await seen(column(page, 'Done').getByText('It is done when its work has landed.'));
    await seen(column(page, 'Queued').getByText('Stop', { exact: true }));
    await held.drop();
    await column(page, 'Done').getByText('It is done when').waitFor({ state: 'detached' });
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    expect((await plan.task('writing')).status).toBe('in_progress');
  });

  it('approves what is dragged from review to landing, and it lands', async () => {
    const { plan } = await setting();
    const other = await visit({ to: `/plans/${plan.id}?view=board`, size: NARROW });
    const page = await visit({ to: `/plans/${plan.id}?view=board` });
    const { head } = await plan.task('judged');
    await card(page, plan, 'judged').waitFor();
    const held = await take(page, card(page, plan, 'judged'));
    await held.over(column(page, 'Landing'));
    await held.drop();
    const dialog = page.getByRole('dialog', { name: `Approve ${plan.key('judged')}` });
    await seen(dialog.getByText(`commit ${(head ?? '').slice(0, 12)}`));
    await everyLook(page, 'board-approve');
    await dialog.getByLabel('Note').fill('Good as it is.');
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await seen(column(page, 'Done').getByText(plan.key('judged')));
    // And for whoever looks at the same board elsewhere.
    await seen(column(other, 'Done').getByText(plan.key('judged')));
  });

  it('takes a move back with the sentence of the studio when that refuses', async () => {
    const { plan } = await setting();
    const page = await visit({ to: `/plans/${plan.id}?view=board` });
    // Somebody else confirmed meanwhile: what is sent is a move that the studio does not take.
    await page.route('**/move', (route) => route.continue({ postData: JSON.stringify({ to: 'in_review' }) }));
    await card(page, plan, 'idle').getByRole('button', { name: /^Move/ }).click();
    await page.getByRole('menuitem', { name: /^Done/ }).click();
    await page.getByRole('button', { name: 'It is done' }).click();
    await seen(card(page, plan, 'idle').getByRole('alert').getByText('cannot be moved from blocked to in review'));
    await everyLook(page, 'board-refused');
    await expect.poll(() => column(page, 'Blocked').getByText(plan.key('idle'), { exact: true }).count()).toBe(1);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await expect.poll(() => page.getByRole('alert').count()).toBe(0);
  });

  it('is worked with keys alone: from card to card, a menu that says why not, a dialog, and the focus stays with the card', async () => {
    const { plan } = await setting();
    const page = await visit({ to: `/plans/${plan.id}?view=board` });
    await card(page, plan, 'writing').waitFor();
    const focused = (): Promise<string> => page.evaluate<string>('document.activeElement?.closest("article")?.innerText ?? ""');
    await page.keyboard.press('j');
    await expect.poll(() => focused()).toContain(plan.key('idle'));
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => focused()).toContain(plan.key('later'));
    await page.keyboard.press('l');
    await expect.poll(() => focused()).toContain(plan.key('writing'));
    await page.keyboard.press('h');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => focused()).toContain(plan.key('unwanted'));
    await page.keyboard.press('m');
    const refusal = page.getByRole('menuitem', { name: /^Done/ });
    await expect.poll(() => refusal.getAttribute('aria-disabled')).toBe('true');
    await seen(refusal.getByText('It is done when its work has landed'));
    await everyLook(page, 'board-menu');
    await page.getByRole('menuitem', { name: /^Cancelled/ }).press('Enter');
    await seen(page.getByRole('dialog', { name: `Cancel ${plan.key('unwanted')}?` }).getByText('Nothing runs for it.'));
    await page.getByRole('button', { name: 'Cancel the task' }).press('Enter');
    await seen(column(page, 'Cancelled').getByText(plan.key('unwanted')));
    await expect.poll(focused).toContain(plan.key('unwanted'));
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: `Task ${plan.key('unwanted')}` }).waitFor();
    await expect.poll(() => new URL(page.url()).searchParams.get('task')).toBe(plan.key('unwanted'));
    await page.keyboard.press('Escape');
    await expect.poll(focused).toContain(plan.key('unwanted'));
  });

  it('stops the agent of a card that is dragged back to queued, keeps its lane, and starts it again on a machine of choice', async () => {
    const { plan, writing } = await setting();
    const page = await visit({ to: `/plans/${plan.id}?view=board` });
    await card(page, plan, 'writing').waitFor();
    const held = await take(page, card(page, plan, 'writing'));
    await held.over(column(page, 'Queued'));
    await held.drop();
    const stopping = page.getByRole('dialog', { name: `Stop ${plan.key('writing')}?` });
    await seen(stopping.getByText('Its lane is kept'));
    await stopping.getByLabel('Why').fill('Not now.');
    await stopping.getByRole('button', { name: 'Stop' }).click();
    await seen(column(page, 'Blocked').getByText('Stopped: Not now.'));
    await writing.open();
    const again = await take(page, card(page, plan, 'writing'));
    await again.over(column(page, 'In progress'));
    await again.drop();
    const starting = page.getByRole('dialog', { name: `Start ${plan.key('writing')}` });
    await starting.getByLabel('Where').selectOption({ label: 'desk · 4 of 4 slots free' });
    await starting.getByRole('button', { name: 'Start' }).click();
    await seen(column(page, 'Done').getByText(plan.key('writing')));
    await seen(column(page, 'Done').getByText(plan.key('later')));
  });

  it('keeps its place through back, forward and reload', async () => {
    const { plan } = await setting();
    const page = await visit({ to: `/plans/${plan.id}` });
    await page.getByRole('button', { name: 'Board' }).click();
    await card(page, plan, 'landed').click();
    await page.getByRole('complementary', { name: `Task ${plan.key('landed')}` }).waitFor();
    await page.reload();
    await page.getByRole('complementary', { name: `Task ${plan.key('landed')}` }).waitFor();
    await column(page, 'Done').waitFor();
    await page.goBack();
    await page.getByRole('complementary', { name: /^Task/ }).waitFor({ state: 'detached' });
    await page.goBack();
    await page.getByRole('list', { name: 'Tasks' }).waitFor();
    await page.goForward();
    await column(page, 'Done').waitFor();
  });

  it('holds only what is in view of ten thousand tasks, and keys go through all of them', async () => {
    const { plan } = await setting();
    const tree = await plan.tree();
    const page = await visit({ to: '/members' });
    await page.route(`**/api/v1/plans/${plan.id}`, (route) => route.fulfill({ json: multiplied(tree, 10_000) }));
    await page.goto(`/plans/${plan.id}?view=board`);
    await page.getByRole('article').first().waitFor();
    expect(await page.getByRole('article').count()).toBeLessThan(200);
    expect(await page.evaluate<number>('document.querySelectorAll("*").length')).toBeLessThan(6_000);
    const focused = (): Promise<string> => page.evaluate<string>('document.activeElement?.textContent ?? ""');
    const passed = new Set<string>();
    for (let step = 0; step < 40; step += 1) {
      await page.keyboard.press('j');
      await page.waitForFunction('document.activeElement?.closest("article") !== null');
      passed.add(await focused());
    }
    expect(passed.size, 'cards that the keys came by').toBeGreaterThan(20);
    expect(await page.getByRole('article').count()).toBeLessThan(200);
    await page.goto(`/plans/${plan.id}`);
    await seen(page.getByText('SHOP-1', { exact: true }));
    expect(await page.getByRole('listitem').count()).toBeLessThan(400);
  });

  /** The plan with so many tasks, in turn in every standing. */
  function multiplied(tree: PlanTree, count: number): unknown {
    const kinds = tree.tasks.filter(({ status }) => status !== 'in_progress');
    const tasks = Array.from({ length: count }, (_, index) => ({ ...kinds[index % kinds.length], id: `task-${index}`, key: `SHOP-${index + 1}`, title: `Task number ${index + 1}`, dependsOn: [], position: index }));
    return { ...tree, tasks };
  }
});
