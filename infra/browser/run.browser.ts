import type { RunView } from '@maestro/protocol';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { does, run, say, write } from '../e2e/harness/index.js';
import type { Gate } from '../e2e/harness/scene.js';
import type { ScenePlan } from '../e2e/harness/scene-plan.js';
import { browserStage, everyLook, seen } from './harness/index.js';

interface Setting {
  readonly plan: ScenePlan;
  readonly gate: Gate;
  readonly live: RunView;
}

const WORDS = 'The cart has to know its **total**.\n\n1. Add it up\n2. Say it\n\n```ts\nconst total = 0;\n```\n\n<img src=x onerror="document.title=\'taken\'">';
/** More lines than a window shows, so that there is an end to follow. */
const CHATTER = Array.from({ length: 40 }, (_, index) => [{ think: `Step ${index}: what else is there to do?` }, run(`echo line ${index}`)]).flat();

/** What scrolls, for expressions that the browser evaluates. */
const FRAME = 'document.querySelector(\'[aria-label="Lines of the transcript"]\')';

/** Words, thoughts, calls and output in turn. */
function lineOf(seq: number): { readonly seq: number; readonly at: string; readonly kind: string; readonly payload: unknown } {
  const at = new Date(Date.UTC(2026, 2, 2, 12) + seq * 1_000).toISOString();
  const id = String(Math.floor(seq / 5));
  const said = [
    { kind: 'tool_started', payload: { id, name: 'Bash', title: `Bash: npm test ${id}`, input: '{"command":"npm test"}' } },
    { kind: 'tool_ended', payload: { id, ok: seq % 50 !== 1, summary: 'passed' } },
    { kind: 'message', payload: { text: `Line **${seq}** of what the agent says, with \`code\` in it.` } },
    { kind: 'thought', payload: { text: 'What is next?' } },
    { kind: 'log', payload: { stream: 'stderr', text: 'Some noise.' } },
  ][seq % 5]!;
  return { seq, at, ...said };
}

/** The most lines that are in the page at once while somebody scrolls through the transcript from its beginning. */
const MOST_WHILE_SCROLLING = `(async () => {
  const frame = ${FRAME};
  let most = 0;
  for (let step = 0; step <= 100; step += 1) {
    frame.scrollTop = step * 100;
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    most = Math.max(most, frame.querySelectorAll('[role="listitem"], li').length);
  }
  return most;
})()`;

describe('the page of a run', () => {
  const { visit, scene, site } = browserStage();
  let made: Promise<Setting> | undefined;
  const setting = (): Promise<Setting> => (made ??= make());

  async function make(): Promise<Setting> {
    const it = scene();
    await it.begin();
    const gate = it.gate();
    const plan = await it.activePlan({
      talker: {
        script: {
          implement: [
            { when: { turn: 1 }, steps: [say(WORDS), { think: 'What is a total?' }, ...CHATTER, write('check.sh', 'echo "total is not there"; exit 1\n'), say('That should do.')] },
            { when: { turn: 2 }, steps: [write('check.sh', 'echo "total is wrong"; exit 1\n'), say('Now it should do.')] },
            { when: { turn: 3 }, steps: [write('check.sh', 'exit 0\n'), write('total.ts', 'export const total = 0;\n'), ...gate.steps, say('That is it.')] },
            // What people said meanwhile opens a turn.
            { when: { turn: 4 }, steps: [say('I have heard it.')] },
          ],
        },
      },
      stopped: { script: { implement: does(say('I will be stopped.'), ...it.gate().steps) } },
    });
    await gate.reached();
    const live = (await plan.runs('talker')).find(({ purpose }) => purpose === 'implement');
    if (live === undefined) throw new Error('the task at the gate has no run');
    return { plan, gate, live };
  }
  const lines = (page: Page) => page.getByRole('region', { name: 'Lines of the transcript' });
  const scrolled = (page: Page): Promise<number> => page.evaluate(`${FRAME}.scrollTop`);
  const distanceFromEnd = (page: Page): Promise<number> => page.evaluate(`${FRAME}.scrollHeight - ${FRAME}.scrollTop - ${FRAME}.clientHeight`);

  it('shows who works on what, and what the agent says and does, as text and nothing else', async () => {
    const { plan, live } = await setting();
    const page = await visit({ to: `/runs/${live.id}#L1` });
    await page.getByRole('heading', { name: `Implement ${plan.key('talker')}: Task talker`, level: 1 }).waitFor();
    await seen(page.getByText('Running'));
    await seen(page.getByText('desk', { exact: true }));
    await lines(page).locator('strong', { hasText: 'total' }).waitFor();
    await seen(page.getByText('<img src=x'));
    expect(await lines(page).locator('img').count()).toBe(0);
    await everyLook(page, 'run-live');
    expect(await page.title()).not.toBe('taken');
    await page.getByRole('link', { name: plan.key('talker') }).click();
    await page.getByRole('heading', { name: 'Task talker' }).waitFor();
  });

  it('follows the end until somebody scrolls up, and again when they ask for it', async () => {
    const { live } = await setting();
    const page = await visit({ to: `/runs/${live.id}` });
    await lines(page).waitFor();
    await expect.poll(() => distanceFromEnd(page)).toBeLessThan(8);
    await page.getByRole('button', { name: 'Following' }).waitFor();
    await lines(page).hover();
    await page.mouse.wheel(0, -600);
    await page.getByRole('button', { name: 'Follow', exact: true }).waitFor();
    const stays = await scrolled(page);
    await site().api.post(`/runs/${live.id}/steer`, { text: 'Somebody else says this.' });
    await expect.poll(() => page.getByText('133 lines').count()).toBe(0);
    expect(await scrolled(page)).toBe(stays);
    await page.getByRole('button', { name: 'Follow', exact: true }).click();
    await expect.poll(() => distanceFromEnd(page)).toBeLessThan(8);
  });

  it('finds errors one after another, opens what is folded, and leads to any line', async () => {
    const { live } = await setting();
    const page = await visit({ to: `/runs/${live.id}` });
    await seen(page.getByText(/^2 errors$/));
    await page.getByRole('button', { name: 'Next error' }).click();
    await seen(page.getByText('Error 1 of 2'));
    const first = lines(page).getByRole('button', { name: /^failed The project's command check/ }).first();
    await seen(lines(page).getByText('total is not there'));
    await first.click();
    await expect.poll(() => lines(page).getByText('total is not there').count()).toBe(0);
    await page.keyboard.press('e');
    await seen(page.getByText('Error 2 of 2'));
    await page.keyboard.press('E');
    await seen(page.getByText('Error 1 of 2'));
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    // Of the line that the search has led to: which stands at the top changes while the list scrolls there.
    const number = lines(page).getByRole('listitem').filter({ hasText: 'The project\'s command check' }).first().getByRole('link', { name: /^Line \d+/ });
    const line = /\d+/.exec((await number.textContent()) ?? '')?.[0];
    await number.click();
    await expect.poll(() => new URL(page.url()).hash).toBe(`#L${line}`);
    await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toBe(page.url());
    await page.goto(`/runs/${live.id}#L30`);
    await page.reload();
    await lines(page).getByRole('link', { name: 'Line 30' }).waitFor();
    await everyLook(page, 'run-line');
  });

  it('takes words for the agent, and shows when it has heard them', async () => {
    const { live, gate } = await setting();
    const page = await visit({ to: `/runs/${live.id}` });
    await page.getByLabel('Say something to the agent').fill('Use cents, not euros.');
    await page.keyboard.press('Enter');
    await seen(lines(page).getByText('Use cents, not euros.'));
    await lines(page).getByText(/^A person, /).last().waitFor();
    await expect.poll(() => page.getByText('Sent, not there yet').count()).toBe(0);
    await gate.open();
    await seen(page.getByText(/^It handed in/));
    await seen(page.getByText('Succeeded'));
    await expect.poll(() => page.getByLabel('Say something to the agent').count()).toBe(0);
    await page.reload();
    await lines(page).hover();
    await page.mouse.wheel(0, 100_000);
    await everyLook(page, 'run-ended');
  });

  it('leads anywhere in twenty thousand lines, and holds only those in view', async () => {
    const { live } = await setting();
    const page = await visit();
    const total = 20_000;
    // The studio's own answers, only longer: a rehearsal of that length would take minutes.
    await page.route(/\/runs\/[^/]+\/events/, (route) => {
      const after = Number(new URL(route.request().url()).searchParams.get('after'));
      const data = Array.from({ length: Math.max(0, Math.min(1_000, total - after)) }, (_, index) => lineOf(after + index + 1));
      return route.fulfill({ json: { data, nextSeq: after + data.length } });
    });
    await page.goto(`/runs/${live.id}#L${total - 7}`);
    await lines(page).getByRole('link', { name: `Line ${total - 7}`, exact: true }).waitFor();
    expect(await lines(page).getByRole('listitem').count()).toBeLessThan(100);
    const most = await page.evaluate<number>(MOST_WHILE_SCROLLING);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(100);
    await page.unroute(/\/runs\/[^/]+\/events/);
  });

  it('cancels, after it has said what that stops and what is kept', async () => {
    const { plan } = await setting();
    await expect.poll(async () => (await plan.runs('stopped')).some(({ status }) => status === 'running')).toBe(true);
    const [stopped] = await plan.runs('stopped');
    const page = await visit({ to: `/runs/${stopped!.id}` });
    await page.getByRole('button', { name: 'Cancel run' }).click();
    const dialog = page.getByRole('dialog', { name: 'Cancel this run?' });
    await seen(dialog.getByText(/is blocked until a person starts it again/));
    await everyLook(page, 'run-cancel');
    await dialog.getByRole('button', { name: 'Let it go on' }).click();
    await page.getByRole('button', { name: 'Cancel run' }).click();
    await dialog.getByLabel(/^Why/).fill('It was a mistake.');
    await dialog.getByRole('button', { name: 'Cancel run' }).click();
    await seen(page.getByText('Cancelled'));
    await plan.reaches('stopped', 'blocked/stopped');
    // As the dialog has said.
    await seen(lines(page).getByText(/^The lane is kept at /));
  });
});
