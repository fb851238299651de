import { beforeAll, describe, it } from 'vitest';
import type { CreatedInvite } from '@maestro/protocol';
import { SceneTeam, does, reject, write, writes } from '../e2e/harness/index.js';
import { browserStage, everyLook, seen } from './harness/index.js';

describe('the inbox', () => {
  const { visit, site, scene } = browserStage();
  beforeAll(async () => {
    for (const name of ['desk', 'crew']) await site().machine(name);
  });

  it('shows what needs somebody as it comes and goes, counts it, and leads there', async () => {
    const page = await visit({ to: '/inbox' });
    await seen(page.getByText('Nothing needs you.'));
    await everyLook(page, 'inbox-empty');

    const shop = scene();
    await shop.begin({ policy: { revisionCap: 0 } });
    const plan = await shop.activePlan({ torn: { script: { implement: does(write('torn.txt', 'x\n')), review: [{ steps: [reject('The totals are wrong.')] }] } } }, 'Carts that add up');
    await plan.reaches('torn', 'blocked/revision_cap');
    const group = page.getByRole('region', { name: 'Blocked tasks 1' });
    await group.getByRole('link', { name: plan.key('torn') }).waitFor();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Inbox 1 needs you' }).waitFor();

    const done = await shop.activePlan({ small: { script: writes('small.txt') } }, 'One small thing');
    await done.reaches('small', 'done');
    await seen(page.getByRole('region', { name: 'Ready to release 1' }).getByText('One small thing'));
    await site().api.post<CreatedInvite>(`/workspaces/${site().workspace}/invites`, { role: 'developer', note: 'Grace, the build server' });
    await seen(page.getByRole('region', { name: /^Invites that wait/ }).getByText('Grace, the build server'));
    // The invite waits for Grace, not for who reads this.
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Inbox 2 need you' }).waitFor();
    await everyLook(page, 'inbox');

    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === `/plans/${plan.id}` && url.searchParams.get('task') === plan.key('torn'));
    await page.goBack();
    await plan.act('torn', 'cancel');
    await group.waitFor({ state: 'detached' });
    // With its only task cancelled, that plan has nothing to release: somebody has to end it.
    await seen(page.getByRole('region', { name: 'Plans that cannot go on 1' }).getByText('Carts that add up'));
    await plan.do('cancel');
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Inbox 1 needs you' }).waitFor();
  });

  it('shows a silent worker until it is heard again', async () => {
    const shop = scene();
    await shop.begin({ machines: [] });
    const team = await SceneTeam.led(shop, await site().machine('crew'), '--dev', '1');
    const page = await visit({ to: '/inbox' });
    const [worker] = (await team.view()).workers;
    const silent = page.getByRole('region', { name: 'Silent workers 1' });
    await team.whileSilent(worker?.name ?? '', async () => {
      await silent.getByRole('link', { name: worker?.name ?? '' }).waitFor();
      await everyLook(page, 'inbox-silent');
      await silent.getByRole('link', { name: worker?.name ?? '' }).click();
      await seen(page.getByRole('complementary', { name: `Team ${team.started.channel}` }).getByRole('listitem').filter({ hasText: worker?.name ?? '' }).getByText('Silent'));
      await page.goBack();
      await silent.waitFor();
    });
    await silent.waitFor({ state: 'detached' });
    await team.at.machine.stop();
  });
});
