import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { approve, say, write } from '../e2e/harness/index.js';
import type { ScenePlan } from '../e2e/harness/scene-plan.js';
import { browserStage, everyLook, seen } from './harness/index.js';

const CART = Array.from({ length: 40 }, (_, index) => `export const line${index} = ${index};\n`).join('');
const ODD = 'src/"so called" été.ts';

describe('the change of a task', () => {
  const { visit, scene } = browserStage();
  let made: Promise<ScenePlan> | undefined;
  const setting = (): Promise<ScenePlan> => (made ??= make());

  async function make(): Promise<ScenePlan> {
    const it = scene();
    await it.begin({ files: { 'README.md': 'A small thing.\n', 'src/cart.ts': CART, 'src/old.ts': 'export const old = 1;\n' } });
    const findings = [
      { severity: 'blocking', message: 'This is **not** a number.', path: 'src/cart.ts', line: 20, category: 'bug' },
      { severity: 'advisory', message: 'Nobody reads this line.', path: 'src/cart.ts', line: 3 },
      { severity: 'advisory', message: 'A word on all of it.' },
    ];
    const first = [
      write('src/cart.ts', CART.replace('line19 = 19', "line19 = 'nineteen'")),
      write(ODD, 'export const odd = true;\n'),
      { delete: { path: 'src/old.ts' } },
      { run: 'mkdir -p img && printf "\\000\\001\\002" > img/logo.png && chmod +x README.md' },
      write('src/generated.ts', Array.from({ length: 600 }, (_, index) => `export const g${index} = ${index};\n`).join('')),
      say('Done.'),
    ];
    const plan = await it.activePlan({
      cart: {
        script: {
          implement: [{ when: { revision: 0 }, steps: first }, { steps: [write('src/cart.ts', CART.replace('line19 = 19', 'line19 = 20')), say('A number.')] }],
          review: [{ when: { revision: 0 }, steps: [{ verdict: { verdict: 'rejected', summary: 'One thing.', findings } }] }, { steps: [approve] }],
        },
      },
      idle: { script: { implement: [{ steps: [say('There is nothing to do.')] }] } },
    });
    await plan.reaches('cart', 'done');
    await plan.reaches('idle', 'blocked/no_change');
    return plan;
  }
  const open = async (name: string, more = ''): Promise<{ readonly page: Page; readonly task: Locator }> => {
    const plan = await setting();
    const page = await visit({ to: `/plans/${plan.id}?task=${plan.key(name)}&tab=changes${more}` });
    return { page, task: page.getByRole('complementary', { name: `Task ${plan.key(name)}` }) };
  };
  const file = (task: Locator, path: string): Locator => task.getByRole('region', { name: path, exact: true });

  it('shows every file as what it is, the newest state first', async () => {
    const { page, task } = await open('cart');
    await seen(file(task, 'src/cart.ts').getByText('export const line19 = 20;'));
    await seen(file(task, ODD).getByText('export const odd = true;'));
    await file(task, 'img/logo.png').getByRole('button').click();
    await seen(file(task, 'img/logo.png').getByText(/A binary file/));
    await seen(file(task, 'README.md').getByText('may be run now'));
    // Long, and so folded; gone, and so folded.
    await expect.poll(() => file(task, 'src/generated.ts').getByText('export const g0 = 0;').count()).toBe(0);
    await file(task, 'src/old.ts').getByRole('button').click();
    await seen(file(task, 'src/old.ts').getByText('export const old = 1;'));
    await everyLook(page, 'changes');
  });

  it('shows an older state with what its reviewers said, under the lines they said it of', async () => {
    const { page, task } = await open('cart');
    await task.getByLabel('State of the work').selectOption({ index: 1 });
    const cart = file(task, 'src/cart.ts');
    await seen(cart.getByText("export const line19 = 'nineteen';"));
    const rows = await cart.getByRole('row').allTextContents();
    const line = rows.findIndex((row) => row.includes('nineteen'));
    expect(rows[line + 1]).toContain('This is not a number.');
    // Line 3 is not among those that the change shows.
    await seen(cart.getByText('Nobody reads this line.'));
    expect(rows.some((row) => row.includes('Nobody reads this line.'))).toBe(false);
    await seen(task.getByText('A word on all of it.'));
    await everyLook(page, 'changes-findings');
    await page.reload();
    await seen(cart.getByText("export const line19 = 'nineteen';"));
  });

  it('says of a task without one why there is none', async () => {
    const { page, task } = await open('idle');
    await seen(task.getByText(/has been handed in yet|It changes nothing/));
    await everyLook(page, 'changes-none');
  });
});
