import type { ChannelMessage } from '@maestro/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { SceneTeam, does, say, when, write, writes } from '../e2e/harness/index.js';
import type { Part, Step } from '../e2e/harness/index.js';
import { browserStage, everyLook, seen } from './harness/index.js';

const TURNS = 2;
const talk = (message: string): Step => ({ tool: { name: 'channel_post', args: { message } } });
/** What an agent does first; each word to it makes one more turn, in which it has nothing to add. */
const inTurns = (...steps: readonly Step[]): readonly Part[] => [when({ turn: 1 }, ...steps), { steps: [say('So be it.')] }];

describe('the fleet page', () => {
  const { visit, site, scene } = browserStage();
  // Signed in before anything waits for something: scenarios ask for machines at the same time.
  beforeAll(async () => {
    for (const name of ['desk', 'crew']) await site().machine(name);
  });

  it('shows the command to paste, and the machine as soon as it has connected; what it works on is a link', async () => {
    const page = await visit({ to: '/fleet' });
    await seen(page.getByText('No machine has connected yet'));
    await page.getByRole('button', { name: 'Show the command' }).click();
    await seen(page.getByText(/^maestro auth /));
    await everyLook(page, 'fleet-empty');

    const shop = scene();
    await shop.begin({ machines: [] });
    await nameSkill('postgres', 4);
    const gate = shop.gate();
    const plan = await shop.activePlan({ cart: { script: { implement: does(...gate.steps, write('cart.txt', 'x\n')) } } });
    await shop.connect(await site().machine());
    await gate.reached();
    const row = page.getByRole('article').getByRole('listitem').filter({ hasText: 'desk' });
    await row.getByRole('link', { name: `${plan.key('cart')} Task cart` }).waitFor();
    await seen(row.getByText('3 of 4 slots free'));
    await seen(page.getByRole('article').getByText('postgres'));
    await everyLook(page, 'fleet');
    await row.getByRole('button', { name: 'Pause desk…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Pause', exact: true }).click();
    await seen(row.getByText(/^This machine is paused by /));
    await everyLook(page, 'fleet-machine-paused');
    await row.getByRole('button', { name: 'Resume' }).click();
    await row.getByText(/^This machine is paused by /).waitFor({ state: 'detached' });
    await row.getByRole('link', { name: plan.key('cart') }).click();
    await page.waitForURL(/\/runs\//);
    await page.goBack();
    await gate.open();
    await seen(row.getByText('Idle'));

    await page.getByRole('button', { name: 'Connect a machine' }).click();
    const dialog = page.getByRole('dialog', { name: 'Connect a machine' });
    await seen(dialog.getByText('As soon as it is connected'));
    await everyLook(page, 'fleet-connect');
    const other = scene();
    await other.begin({ machines: [] });
    await other.connect(await site().machine());
    await seen(dialog.getByText(`desk is connected for ${other.project.name}.`));
    await dialog.getByRole('button', { name: 'Done' }).click();
    await expect.poll(() => page.getByRole('article').getByRole('listitem').count()).toBe(2);

    await (await site().machine()).machine.stop();
    await seen(page.getByText('No machine is connected, so nothing can run.'));
    await everyLook(page, 'fleet-gone');
  });

  it('shows a team, what its workers do and say, and takes words and directives for it', async () => {
    const shop = scene();
    await shop.begin({ machines: [], policy: { maxChannelTurns: TURNS } });
    const team = await SceneTeam.led(shop, await site().machine('crew'), '--dev', '2', '--review', '1');
    const [talker, victim] = [shop.gate(), shop.gate()];
    const plan = await shop.activePlan({
      talker: { script: { implement: inTurns(talk('I take the totals.'), talk('And the taxes, if nobody else does.'), ...talker.steps, write('talker.txt', 'x\n')) } },
      victim: { script: { implement: inTurns(...victim.steps, write('victim.txt', 'x\n')) } },
    });
    const page = await visit({ to: '/fleet' });
    const card = page.getByRole('article').filter({ has: page.getByRole('link', { name: `#${team.started.channel}` }) });
    await card.getByRole('link', { name: `#${team.started.channel}` }).click();
    const drawer = page.getByRole('complementary', { name: `Team ${team.started.channel}` });
    await Promise.all([talker.reached(), victim.reached()]);
    await seen(drawer.getByText('And the taxes, if nobody else does.'));
    await seen(drawer.getByText(`The agents have said all ${TURNS} things that they may, and wait.`));
    await expect.poll(() => drawer.getByText('Working', { exact: true }).count()).toBe(2);
    await everyLook(page, 'team-talked-out');

    await drawer.getByLabel('Say something to the team').fill('Go on.\n\nThe *taxes* are yours.');
    await page.keyboard.press('Control+Enter');
    await seen(drawer.getByRole('log').getByText('Go on.'));
    await seen(drawer.getByText(`0 of ${TURNS} turns since a person last spoke`));
    await drawer.getByLabel('Say something to the team').fill('Keep the public names.');
    await drawer.getByRole('button', { name: 'Add directive' }).click();
    await drawer.getByRole('heading', { name: '1 steering' }).waitFor();
    await seen(card.getByText('1 steering'));
    await everyLook(page, 'team-steered');
    await page.reload();
    await drawer.getByRole('heading', { name: '1 steering' }).waitFor();

    const frozen = await team.busyWith(plan.key('victim'));
    await team.whileSilent(frozen.name, async () => {
      await seen(drawer.getByRole('listitem').filter({ hasText: frozen.name }).getByText('Silent'));
      await everyLook(page, 'team-silent');
    });
    await seen(drawer.getByRole('listitem').filter({ hasText: frozen.name }).getByText('Working'));

    await drawer.getByRole('button', { name: 'Take back all' }).click();
    await drawer.getByRole('heading', { name: '0 steering' }).waitFor();
    await drawer.getByRole('button', { name: 'Give it again' }).click();
    await drawer.getByRole('heading', { name: '1 steering' }).waitFor();
    await Promise.all([talker.open(), victim.open()]);
    await seen(drawer.getByRole('log').getByText(`finished the work on ${plan.key('talker')}.`));
    const { data } = await shop.api.get<{ data: ChannelMessage[] }>(`/teams/${team.started.team}/messages?limit=200`);
    expect(data.filter(({ kind }) => kind === 'steering').map(({ text, clearedAt }) => [text, clearedAt === null])).toEqual([['Keep the public names.', false], ['Keep the public names.', true]]);

    await drawer.getByRole('button', { name: 'End the team…' }).click();
    await everyLook(page, 'team-end');
    await page.getByRole('button', { name: 'End the team', exact: true }).click();
    await seen(drawer.getByText('The team is over.'));
    await everyLook(page, 'team-over');
    await drawer.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => new URL(page.url()).search).toBe('');
    await team.at.machine.stop();
  });

  it('a pause is seen by everybody wherever its work waits, says who and why, and is ended where it is seen', async () => {
    const shop = scene();
    await shop.begin({ machines: [] });
    const plan = await shop.plan({ cart: { script: writes('cart.txt') } });
    await plan.do('activate');
    const [page, other] = [await visit(), await visit({ to: `/plans/${plan.id}` })];
    const card = page.getByRole('region', { name: shop.project.name, exact: true });
    await card.getByRole('button', { name: `Pause ${shop.project.name}…` }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why').fill('The release is being looked at.');
    await everyLook(page, 'pause');
    await dialog.getByRole('button', { name: 'Pause', exact: true }).click();
    await card.getByText(/^The project is paused by .+ Nothing new begins; what is at work goes on\./).waitFor();
    await everyLook(page, 'projects-paused');
    await other.getByText('The release is being looked at.').waitFor();
    await everyLook(other, 'plan-under-a-pause');
    await other.getByRole('button', { name: 'Resume the project' }).click();
    await card.getByRole('button', { name: `Pause ${shop.project.name}…` }).waitFor();

    await other.goto('/fleet');
    await other.getByRole('button', { name: /^Pause / }).first().click();
    await other.getByRole('dialog').getByRole('button', { name: 'Pause', exact: true }).click();
    await other.getByText(/^The workspace is paused by /).waitFor();
    await everyLook(other, 'fleet-paused');
    await page.getByText(/^The workspace is paused by /).waitFor();
    await page.getByRole('button', { name: 'Resume the workspace' }).click();
    await other.getByText(/^The workspace is paused by /).waitFor({ state: 'detached' });
  });

  async function nameSkill(skill: string, proficiency: number): Promise<void> {
    await site().api.post(`/workspaces/${site().workspace}/skills`, { slug: skill, name: skill });
    await site().api.post('/me/skills', { workspaceId: site().workspace, skills: [{ skill, proficiency }] });
  }
});
