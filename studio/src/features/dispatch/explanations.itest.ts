import type { PlanPreview, SpawnQueue, TaskWhy } from '@maestro/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { describeStudioOnBoth } from '../../test-support/index.js';
import { Setting } from '../../test-support/setting.js';
import type { SettingOptions } from '../../test-support/setting.js';

const SKILLED = `
title: Checkout
phases:
  - title: Build
    tasks:
      - key: cart
        title: Cart
        skills: [go:4]
      - key: docs
        title: Docs
        dependsOn: [cart]
`;

describeStudioOnBoth('Explanations', (studio) => {
  let open: Setting | undefined;
  afterEach(() => open?.close());
  const active = async (options?: SettingOptions): Promise<Setting> => (open = await Setting.active(studio, options));
  const why = async (setting: Setting, title = 'Cart'): Promise<TaskWhy> => (await setting.owner.client.get<TaskWhy>(`tasks/${setting.taskId(title)}/why`)).body;

  async function skilled(): Promise<Setting> {
    // A proposal may only name skills that the workspace has.
    const owner = await studio.owner();
    await owner.client.post(`workspaces/${owner.workspace.id}/skills`, { slug: 'go', name: 'Go', synonyms: ['golang'] });
    return (open = await Setting.active(studio, { owner, proposal: SKILLED }));
  }

  describe('why', () => {
    it('says that no machine is there, and what each one lacks', async () => {
      const setting = await skilled();
      expect(await why(setting)).toMatchObject({ status: 'queued', sentence: 'No machine is connected to this project.', waitingFor: ['No machine is connected to this project. Connect one with `maestro connect`.'] });
      await setting.daemon({ skills: [{ slug: 'golang', proficiency: 3 }], agents: [] });
      expect((await why(setting)).waitingFor).toEqual(['ada: It has go at level 3; 4 is needed. No agent program was found on it.']);
      expect((await why(setting, 'Docs')).waitingFor).toEqual([expect.stringMatching(/^Waits for [A-Z]+-1, which is queued\.$/)]);
    });

    it('says where a due task goes, why a running one is where it is, and why a blocked one rests', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      expect(await why(setting)).toMatchObject({ sentence: 'It is due and goes to ada next.', waitingFor: [], match: { chosen: daemon.session } });
      await setting.next(daemon, 'implement');
      expect(await why(setting)).toMatchObject({ status: 'in_progress', sentence: expect.stringMatching(/^ada works on it\. ada scored highest/) as unknown, waitingFor: [], match: { chosen: daemon.session } });
      await setting.act('Cart', 'stop', { why: 'Wait.' });
      expect(await why(setting)).toMatchObject({ status: 'blocked', sentence: expect.stringContaining('Wait.') as unknown, match: null });
    });

    it('takes the skill of the member where the machine declares none', async () => {
      const setting = await skilled();
      const daemon = await setting.daemon();
      const member = daemon.welcome!.member;
      expect((await setting.owner.client.post(`workspaces/${setting.owner.workspace.id}/members/${member}/skills`, { skills: [{ skill: 'go', proficiency: 5 }] })).status).toBeLessThan(300);
      expect((await setting.next(daemon, 'implement')).packet.task?.title).toBe('Cart');
    });
  });

  describe('an assigned task', () => {
    it('goes to the member who accepted it, and to nobody before', async () => {
      const setting = await active();
      const ada = await setting.daemon();
      const bob = await setting.daemon({ name: 'bob' });
      await setting.act('Cart', 'assign', { member: bob.welcome!.member });
      await setting.dispatch();
      expect([...(await ada.offers()), ...(await bob.offers())]).toEqual([]);
      expect((await why(setting)).waitingFor).toEqual([expect.stringMatching(/to accept it\.$/)]);
      await studio.query('update tasks set accepted_at = now()');
      expect((await setting.next(bob, 'implement')).packet.task?.title).toBe('Cart');
    });
  });

  describe('start now', () => {
    it('on a machine waits for that machine', async () => {
      const setting = await active();
      const ada = await setting.daemon();
      const bob = await setting.daemon({ name: 'bob', skills: [{ slug: 'go', proficiency: 1 }] });
      expect((await setting.act('Cart', 'start', { session: bob.session })).status).toBe(200);
      await setting.dispatch();
      expect([await ada.offers(), (await bob.offers()).length]).toEqual([[], 1]);
    });
  });

  describe('after a fault of the machine\'s own', () => {
    it('another one gets the next attempt', async () => {
      const setting = await active();
      const ada = await setting.daemon();
      await ada.finish(await setting.next(ada, 'implement'), { kind: 'failed', class: 'auth', sentence: 'Not signed in.' });
      const bob = await setting.daemon({ name: 'zoe' });
      await studio.query('update tasks set due_after = now()');
      expect((await setting.next(bob, 'implement')).packet.attempt).toBe(2);
    });
  });

  it('a preview names who could take each task, and why nobody can', async () => {
    const setting = await skilled();
    const preview = async () => (await setting.owner.client.post<PlanPreview>(`plans/${setting.plan.id}/preview`)).body;
    expect((await preview()).nobody.map(({ sentence }) => sentence)).toEqual([expect.stringContaining('No machine is connected'), expect.stringContaining('No machine is connected')]);
    const daemon = await setting.daemon();
    const seen = await preview();
    expect(Object.values(seen.takers).flat()).toContain(daemon.session);
    expect(seen.nobody).toMatchObject([{ sentence: expect.stringMatching(/ada comes nearest: It lacks go \(level 4 is needed\)\.$/) as unknown }]);
  });

  it('a lead sees what it could spawn workers for, orphans marked, as far as it has free slots', async () => {
    const setting = await active();
    const daemon = await setting.daemon({ capacity: 1 });
    const queue = async () => (await setting.owner.client.get<SpawnQueue>(`agent-sessions/${daemon.session}/spawn-queue`)).body;
    expect(await queue()).toMatchObject({ due: 1, inFlight: 0, cap: 1, data: [{ title: 'Cart', purpose: 'implement', orphan: false, missing: [] }] });
    const work = await setting.next(daemon, 'implement');
    expect(await queue()).toMatchObject({ due: 0, inFlight: 1, cap: 0, data: [] });
    await setting.loseLease(work.run);
    await setting.endGrace();
    expect(await queue()).toMatchObject({ due: 1, data: [{ title: 'Cart', orphan: true }] });
    const worker = await setting.daemon({ name: 'dev-1', role: 'worker' });
    expect((await setting.owner.client.get(`agent-sessions/${worker.session}/spawn-queue`)).body).toMatchObject({ code: 'not_a_lead' });
  });
});
