import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { approve, does, say, write, writes } from '../e2e/harness/index.js';
import type { Gate } from '../e2e/harness/scene.js';
import type { ScenePlan } from '../e2e/harness/scene-plan.js';
import { browserStage, everyLook, seen } from './harness/index.js';

interface Setting {
  readonly plan: ScenePlan;
  readonly writing: Gate;
}

const DESCRIPTION = 'Write **two** files.\n\n- one\n- two\n\n<img src=x onerror="document.title=\'taken\'"> [the rules](https://example.com/rules) [a trap](javascript:alert(1))';

describe('the task drawer', () => {
  const { visit, scene, site } = browserStage();
  let made: Promise<Setting> | undefined;
  const setting = (): Promise<Setting> => (made ??= make());

  async function make(): Promise<Setting> {
    const it = scene();
    await site().api.post(`/workspaces/${site().workspace}/skills`, { slug: 'go', name: 'Go' });
    await it.begin();
    const writing = it.gate();
    const findings = [
      { severity: 'advisory', message: 'A shorter name would do.', path: 'reviewed.txt' },
      { severity: 'blocking', message: 'The second line is missing.', path: 'reviewed.txt', line: 2, category: 'bug' },
    ];
    const plan = await it.activePlan({
      reviewed: {
        description: DESCRIPTION,
        script: {
          implement: [{ when: { revision: 0 }, steps: [write('reviewed.txt', 'one\n'), say('Done.')] }, { steps: [write('reviewed.txt', 'one\ntwo\n'), say('Better.')] }],
          review: [{ when: { revision: 0 }, steps: [{ verdict: { verdict: 'rejected', summary: 'Half of it is not there.', findings } }] }, { steps: [approve] }],
        },
      },
      writing: { script: { implement: does(...writing.steps, write('writing.txt', 'x\n')) } },
      idle: { script: { implement: does(say('There is nothing to do.')) } },
      later: { script: writes('later.txt'), after: ['writing'], skills: ['go:4'] },
    });
    await plan.reaches('reviewed', 'done');
    await plan.reaches('idle', 'blocked/no_change');
    await writing.reached();
    return { plan, writing };
  }

  const drawer = (page: Page, plan: ScenePlan, name: string): Locator => page.getByRole('complementary', { name: `Task ${plan.key(name)}` });

  it('tells what the task asks for, and takes its text for text', async () => {
    const { plan } = await setting();
    const page = await visit({ to: `/plans/${plan.id}?task=${plan.key('reviewed')}` });
    const task = drawer(page, plan, 'reviewed');
    await task.getByRole('heading', { name: 'Task reviewed' }).waitFor();
    await seen(task.getByText('two', { exact: true }));
    await expect.poll(() => task.getByRole('link', { name: 'the rules' }).getAttribute('rel')).toContain('nofollow');
    expect(await task.locator('img').count()).toBe(0);
    expect(await task.locator('a[href^="javascript"]').count()).toBe(0);
    await seen(task.getByText('Work began'));
    await seen(task.getByText('desk asked for changes'));
    await task.getByRole('link', { name: /^Landed as/ }).waitFor();
    await everyLook(page, 'task');
    expect(await page.title()).not.toBe('taken');
  });

  it('lists runs with how they ended, findings with the blocking ones first, and why which machine', async () => {
    const { plan } = await setting();
    const page = await visit({ to: `/plans/${plan.id}?task=${plan.key('reviewed')}&tab=runs` });
    const task = drawer(page, plan, 'reviewed');
    await task.getByRole('link', { name: /^Implement revision 1/ }).waitFor();
    await expect.poll(() => task.getByRole('link', { name: /^(Implement|Review|Merge)/ }).count()).toBe(5);
    await everyLook(page, 'task-runs');
    await task.getByRole('tab', { name: /^Findings/ }).click();
    await seen(task.getByText('Half of it is not there.'));
    await expect.poll(() => task.getByText(/is missing|would do/).allTextContents()).toEqual(['The second line is missing.', 'A shorter name would do.']);
    await seen(task.getByText('reviewed.txt:2'));
    await everyLook(page, 'task-findings');
    await page.reload();
    await seen(task.getByText('Half of it is not there.'));
    await page.goto(`/plans/${plan.id}?task=${plan.key('writing')}&tab=why`);
    await drawer(page, plan, 'writing').getByRole('rowheader', { name: /desk/ }).waitFor();
    await everyLook(page, 'task-why');
    await page.goto(`/plans/${plan.id}?task=${plan.key('later')}&tab=why`);
    await seen(drawer(page, plan, 'later').getByText(`Waits for ${plan.key('writing')}`));
  });

  it('takes comments, for people and for the agent, and others see them at once', async () => {
    const { plan } = await setting();
    const address = `/plans/${plan.id}?task=${plan.key('idle')}`;
    const [page, other] = [await visit({ to: address }), await visit({ to: address })];
    await page.getByLabel('Comment', { exact: true }).fill('Look at `README.md` first.');
    await page.getByLabel('For the agent').check();
    await page.getByLabel('Comment', { exact: true }).press('Control+Enter');
    await seen(drawer(other, plan, 'idle').getByText('for the agent', { exact: true }));
    await seen(drawer(other, plan, 'idle').getByText('README.md'));
    await expect.poll(() => page.getByLabel('Comment', { exact: true }).inputValue()).toBe('');
  });

  it('offers what its state offers, and says before what is kept', async () => {
    const { plan, writing } = await setting();
    const page = await visit({ to: `/plans/${plan.id}?task=${plan.key('idle')}` });
    const idle = drawer(page, plan, 'idle');
    await seen(idle.getByText('finished without changing anything'));
    await everyLook(page, 'task-blocked');
    await plan.rehearse({ idle: writes('idle.txt') });
    await idle.getByRole('button', { name: 'Retry…' }).click();
    await page.getByLabel('Note for the agent').fill('There is: write it.');
    await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click();
    await seen(idle.getByText('There is: write it.'));
    await plan.reaches('idle', 'done');
    await expect.poll(() => idle.getByRole('button', { name: /…$/ }).count()).toBe(0);

    await page.goto(`/plans/${plan.id}?task=${plan.key('writing')}`);
    await drawer(page, plan, 'writing').getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Cancel the task…' }).click();
    const dialog = page.getByRole('dialog', { name: `Cancel ${plan.key('writing')}?` });
    await seen(dialog.getByText('refs/maestro/snapshots'));
    await seen(dialog.getByText(`${plan.key('later')} waits for it`));
    await everyLook(page, 'task-cancel');
    await page.keyboard.press('Escape');
    expect(await drawer(page, plan, 'writing').count(), 'the drawer stays when its dialog is left').toBe(1);
    expect((await plan.task('writing')).status).toBe('in_progress');
    await writing.open();
    await plan.reaches('writing', 'done');
  });

  it('is offered to a member, and shows who has it', async () => {
    const { plan } = await setting();
    const page = await visit({ to: `/plans/${plan.id}?task=${plan.key('later')}` });
    const later = drawer(page, plan, 'later');
    await later.getByRole('button', { name: 'Assign…' }).click();
    await page.getByLabel('To', { exact: true }).selectOption({ label: 'Owner' });
    await seen(page.getByRole('dialog').getByText('Owner lacks go at 4.'));
    await page.getByRole('dialog').getByRole('button', { name: 'Assign' }).click();
    await seen(later.getByText('has not accepted yet'));
    await later.getByRole('button', { name: 'Accept…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Accept' }).click();
    await later.getByText('has not accepted yet').waitFor({ state: 'detached' });
    await seen(later.getByText('Owner', { exact: true }));
  });

  it('goes to what it waits for and back, and closes to where it was opened', async () => {
    const { plan } = await setting();
    const page = await visit({ to: `/plans/${plan.id}` });
    await page.getByRole('link', { name: 'Task later' }).click();
    await drawer(page, plan, 'later').getByRole('link', { name: /Task writing/ }).click();
    await drawer(page, plan, 'writing').waitFor();
    await page.goBack();
    await drawer(page, plan, 'later').waitFor();
    await page.keyboard.press('Escape');
    await drawer(page, plan, 'later').waitFor({ state: 'detached' });
    await expect.poll(() => new URL(page.url()).search).toBe('');
    await page.goto(`/plans/${plan.id}?task=NONE-1`);
    await seen(page.getByText('This plan has no task NONE-1'));
  });
});
