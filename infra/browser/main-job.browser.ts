import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { CreatedInvite, MemberPage, SignInLink } from '@maestro/protocol';
import type { ScenePlan } from '../e2e/harness/index.js';
import { approve, does, reject, say, when, write, writes } from '../e2e/harness/index.js';
import { Api } from '../rig/api.js';
import { browserStage, everyLook, seen } from './harness/index.js';

/** The whole of what Maestro is for, as two people see it who sit at different places: nobody reloads anything. */
describe('a plan, from draft to released, watched by two', () => {
  const { visit, site, scene } = browserStage();

  it('shows both the same, through the death of the studio, to the end', async () => {
    const play = scene();
    await site().machine();
    await play.begin();
    const gate = play.gate();
    const plan = await play.plan(
      {
        first: { script: writes('first.txt') },
        second: { script: { implement: does(...gate.steps, write('second.txt', 'second\n')) }, after: ['first'] },
        third: { script: { implement: [when({ revision: 0 }, write('third.txt', 'third\n')), when({}, write('third.txt', 'third, and nothing below zero\n'))], review: [{ when: { revision: 0 }, steps: [reject('It says nothing of negative numbers'), say('So it goes back.')] }, { steps: [approve] }] }, after: ['first'] },
      },
      'Refuse negative quantities',
    );
    const address = `/plans/${plan.id}`;
    const ada = await visit({ to: `${address}?view=board` });
    const bo = await visit({ as: null, to: await linkFor('Bo') });
    await bo.goto(address);

    await seen(column(ada, 'Draft').getByText(plan.key('first')));
    await seen(bo.getByText('Draft', { exact: true }));
    await everyLook(ada, 'board-draft');
    await ada.getByRole('button', { name: 'Activate' }).click();
    await seen(bo.getByText('Active', { exact: true }));

    await gate.reached();
    await seen(column(ada, 'Done').getByText(plan.key('first')));
    await seen(column(ada, 'In progress').getByText(plan.key('second')));
    await seen(row(bo, plan.key('second')).getByText('In progress'));
    await plan.reaches('third', 'done');
    // It went back once; both are told.
    await column(ada, 'Done').getByText('1 revision').first().waitFor({ state: 'attached' });
    await row(bo, plan.key('third')).getByText('1 revision', { exact: true }).first().waitFor({ state: 'attached' });
    await everyLook(ada, 'board');
    await everyLook(bo, 'plan');

    const rooms = await openRooms(plan);
    const pages = [ada, bo, ...Object.values(rooms)];
    await site().killStudio();
    for (const page of pages) await seen(page.getByText('Reconnecting…'));
    await site().startStudio();
    for (const page of pages) await seen(page.getByText('Live', { exact: true }));
    await gate.open();
    await seen(column(ada, 'Done').getByText(plan.key('second')));
    await seen(row(bo, plan.key('second')).getByText('Done', { exact: true }));

    // Every other room that was open has caught up as well, each with what it is there for.
    await seen(rooms.run.getByText('Succeeded'));
    await seen(rooms.fleet.getByRole('article').getByRole('listitem').filter({ hasText: 'desk' }).getByText('Idle'));
    await seen(rooms.task.getByText('Done', { exact: true }));
    await rooms.projects.getByText('3 of 3 tasks landed').first().waitFor({ state: 'attached' });
    await seen(rooms.inbox.getByText(/^Every task has ended, and 3 landed\./));

    await bo.getByRole('button', { name: /^Release/ }).first().click();
    const question = bo.getByRole('dialog');
    await question.getByRole('button', { name: /^Release/ }).click();
    for (const page of [ada, bo]) await seen(page.getByText('Completed', { exact: true }));
    expect(await play.origin.file('main', 'second.txt')).toBe('second');
    await everyLook(bo, 'plan-completed');
  });

  /** One more page for each room, as they stand while the second task is at work. */
  async function openRooms(plan: ScenePlan): Promise<Readonly<Record<'run' | 'fleet' | 'task' | 'projects' | 'inbox', Page>>> {
    const [atWork] = await plan.runs('second', 'implement');
    const rooms = {
      run: await visit({ to: `/runs/${atWork?.id ?? ''}` }),
      fleet: await visit({ to: '/fleet' }),
      task: await visit({ to: `/plans/${plan.id}?task=${plan.key('second')}` }),
      projects: await visit({ to: '/' }),
      inbox: await visit({ to: '/inbox' }),
    };
    await seen(rooms.run.getByText('Running'));
    await rooms.fleet.getByRole('link', { name: `${plan.key('second')} Task second` }).waitFor();
    await rooms.task.getByRole('complementary', { name: `Task ${plan.key('second')}` }).waitFor();
    await rooms.projects.getByText('2 of 3 tasks landed').first().waitFor({ state: 'attached' });
    await rooms.inbox.getByRole('heading', { name: 'Inbox', level: 1 }).waitFor();
    return rooms;
  }

  /** A second person, an architect, with a link that signs them in. */
  async function linkFor(name: string): Promise<string> {
    const { api, workspace } = site();
    const { token } = await api.post<CreatedInvite>(`/workspaces/${workspace}/invites`, { role: 'architect' });
    await new Api(site().url).post('/auth/redeem', { token, name });
    const member = (await api.get<MemberPage>(`/workspaces/${workspace}/members?limit=200`)).data.find((each) => each.name === name);
    return (await api.post<SignInLink>('/auth/links', { userId: member?.userId })).url;
  }
});

const column = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const row = (page: Page, key: string) => page.getByRole('listitem').filter({ hasText: key });
