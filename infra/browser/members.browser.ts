import type { CreatedInvite } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { Api } from '../rig/api.js';
import { browserStage, everyLook, seen } from './harness/index.js';

describe('the members page', () => {
  const { visit, site } = browserStage();

  it('shows who belongs here, and takes skills that are named for the first time', async () => {
    await join('Grace');
    const page = await visit({ to: '/members' });
    await page.getByRole('button', { name: 'What can be done with Owner' }).click();
    await page.getByRole('menuitem', { name: 'Skills…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Your skills' });
    await dialog.getByLabel('Add a skill').fill('postgres');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await dialog.getByLabel('How well: postgres').waitFor();
    await dialog.getByLabel('How well: postgres').selectOption('5');
    await expect.poll(() => dialog.getByLabel('How well: postgres').inputValue()).toBe('5');
    await everyLook(page, 'members-skills');
    await page.keyboard.press('Escape');
    await page.getByTitle('postgres: expert').waitFor();
    await everyLook(page, 'members');
  });

  it('changes a role, refuses to lose the last owner, and removes somebody after saying what that does', async () => {
    const name = await join('Tim');
    const other = await visit({ to: '/members' });
    const page = await visit({ to: '/members' });
    await page.getByRole('button', { name: 'What can be done with Owner' }).click();
    await everyLook(page, 'members-menu');
    await expect.poll(() => page.getByRole('menuitem', { name: /^Viewer/ }).getAttribute('aria-disabled')).toBe('true');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: `What can be done with ${name}` }).click();
    await page.getByRole('menuitem', { name: /^Viewer/ }).click();
    // The other person sees it without a reload.
    await seen(other.getByRole('listitem').filter({ hasText: name }).getByText('Viewer'));
    await page.getByRole('button', { name: `What can be done with ${name}` }).click();
    await page.getByRole('menuitem', { name: /^Remove/ }).click();
    await page.getByRole('button', { name: `Remove ${name}` }).click();
    await other.getByText(name, { exact: true }).waitFor({ state: 'detached' });
  });

  it('makes an invite, shows it once, and takes it back', async () => {
    const page = await visit({ to: '/members?show=invites' });
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    await page.getByLabel('Note').fill('Ada, the build server');
    await everyLook(page, 'members-invite');
    await page.getByRole('button', { name: 'Make the invite' }).click();
    await expect.poll(() => page.getByRole('dialog').getByText(/^maestro auth /).textContent()).toMatch(/^maestro auth [\w-]+\.[\w-]+\.[\w-]+$/);
    await page.getByRole('button', { name: 'Done' }).click();
    const row = page.getByRole('listitem').filter({ hasText: 'Ada, the build server' });
    await seen(row.getByText('Waits'));
    await everyLook(page, 'invites');
    await row.getByRole('button', { name: /^Revoke/ }).click();
    await seen(row.getByText('Revoked'));
  });

  it('makes a link that signs somebody in', async () => {
    const name = await join('Lena');
    const page = await visit({ to: '/members' });
    await page.getByRole('button', { name: `What can be done with ${name}` }).click();
    await page.getByRole('menuitem', { name: /sign-in link/ }).click();
    const link = (await page.getByRole('dialog').getByText(/^http/).textContent()) ?? '';
    const theirs = await visit({ as: null, to: link });
    await theirs.getByRole('button', { name: `Account of ${name}` }).waitFor();
  });

  /** Somebody takes an invite, and is a member from then on. */
  async function join(name: string): Promise<string> {
    const { token } = await site().api.post<CreatedInvite>(`/workspaces/${site().workspace}/invites`, { role: 'developer' });
    await new Api(site().url).post('/auth/redeem', { token, name });
    return name;
  }
});
