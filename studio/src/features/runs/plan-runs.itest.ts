import type { PlanView } from '@maestro/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { describeStudioOnBoth } from '../../test-support/index.js';
import { Setting } from '../../test-support/setting.js';
import type { SettingOptions } from '../../test-support/setting.js';

describeStudioOnBoth('A plan\'s own runs', (studio) => {
  let open: Setting | undefined;
  const draft = async (options?: SettingOptions): Promise<Setting> => (open = await Setting.draft(studio, options));
  afterEach(() => open?.close());
  const talk = async (setting: Setting) => (await setting.owner.client.get<{ data: { kind: string; author: string; text: string }[] }>(`plans/${setting.plan.id}/messages`)).body.data;

  describe('bootstrap', () => {
    it('makes the epic ready, and only then tasks are due', async () => {
      const setting = await draft();
      const daemon = await setting.daemon();
      await setting.dispatch();
      expect(await daemon.offers()).toEqual([]);
      await setting.activate();
      const bootstrap = await setting.next(daemon, 'bootstrap_epic');
      expect(bootstrap.packet).toMatchObject({ plan: { epicBranch: expect.stringMatching(/^epic\/checkout-/) as unknown }, purpose: 'bootstrap_epic' });
      await daemon.finish(bootstrap, { kind: 'bootstrapped', tip: '1'.repeat(40) });
      expect(await setting.planNow()).toMatchObject({ epicTip: '1'.repeat(40) });
      expect((await setting.next(daemon, 'implement')).packet.task?.title).toBe('Cart');
    });

    it('that is refused by the machine asks a person at once, and is tried again on their word', async () => {
      const setting = await draft();
      const daemon = await setting.daemon();
      await setting.activate();
      await daemon.finish(await setting.next(daemon, 'bootstrap_epic'), { kind: 'failed', class: 'refused', sentence: 'A branch named `epic` is in the way.' });
      expect((await setting.planNow()).notices).toMatchObject([{ code: 'bootstrap_failed', sentence: expect.stringContaining('in the way') as unknown }]);
      await setting.dispatch();
      expect(await daemon.offers()).toEqual([]);
      expect((await setting.owner.client.post<PlanView>(`plans/${setting.plan.id}/retry-bootstrap`)).body.notices).toEqual([]);
      expect((await setting.next(daemon, 'bootstrap_epic')).packet.attempt).toBe(1);
    });
  });

  describe('the architect', () => {
    const PROPOSAL = 'title: Shop\nphases:\n  - title: One\n    tasks:\n      - key: a\n        title: Alpha\n      - key: b\n        title: Beta\n        dependsOn: [a]\n';

    it('answers what a person says, and its proposal becomes the draft', async () => {
      const setting = await draft();
      const daemon = await setting.daemon();
      await setting.owner.client.post(`plans/${setting.plan.id}/messages`, { text: 'Sell things.' });
      const work = await setting.next(daemon, 'plan');
      expect(work.packet).toMatchObject({ conversation: [{ author: 'person', text: 'Sell things.' }], agent: 'rehearsal' });
      await daemon.finish(work, { kind: 'proposed', proposal: PROPOSAL, finalMessage: 'Two tasks.' });
      expect((await talk(setting)).map(({ kind, author }) => `${author} ${kind}`)).toEqual(['person message', 'agent message', 'agent proposal']);
      const tree = await setting.owner.client.get<{ tasks: { title: string }[] }>(`plans/${setting.plan.id}`);
      expect(tree.body.tasks.map(({ title }) => title)).toEqual(['Alpha', 'Beta']);
      await setting.dispatch();
      expect(await daemon.offers()).toEqual([]);
    });

    it('gets the problems of its proposal back, twice; then the person is shown them', async () => {
      const setting = await draft();
      const daemon = await setting.daemon();
      await setting.owner.client.post(`plans/${setting.plan.id}/messages`, { text: 'Sell things.' });
      const broken = PROPOSAL.replace('dependsOn: [a]', 'dependsOn: [nothing]');
      for (let round = 0; round < 3; round += 1) {
        const work = await setting.next(daemon, 'plan');
        expect(work.packet.proposalIssues.length > 0).toBe(round > 0);
        await daemon.finish(work, { kind: 'proposed', proposal: broken, finalMessage: '' });
      }
      await setting.dispatch();
      expect(await daemon.offers()).toEqual([]);
      expect((await talk(setting)).filter(({ author }) => author === 'studio').map(({ kind }) => kind)).toEqual(['clarification', 'clarification', 'message']);
      expect((await talk(setting)).at(-1)?.text).toMatch(/cannot be used:\nLine \d+/);
    });

    it('that cannot answer is not tried for ever, and is again when the person says so', async () => {
      const setting = await draft({ policy: { maxAttempts: 2 } });
      const daemon = await setting.daemon();
      await setting.owner.client.post(`plans/${setting.plan.id}/messages`, { text: 'Sell things.' });
      for (let round = 0; round < 2; round += 1) {
        await studio.query('update plans set due_after = null');
        await daemon.finish(await setting.next(daemon, 'plan'), { kind: 'failed', class: 'auth', sentence: 'It is not signed in.' });
      }
      await studio.query('update plans set due_after = null');
      await setting.dispatch();
      expect(await daemon.offers()).toEqual([]);
      expect((await talk(setting)).at(-1)).toMatchObject({ author: 'studio', text: expect.stringContaining('not signed in') as unknown });
      await setting.owner.client.post(`plans/${setting.plan.id}/messages`, { text: 'Now it is.' });
      expect((await setting.next(daemon, 'plan')).packet.attempt).toBe(1);
    });

    it('asks in the chat, waits, and goes on with the answer', async () => {
      const setting = await draft();
      const daemon = await setting.daemon();
      await setting.owner.client.post(`plans/${setting.plan.id}/messages`, { text: 'Sell things.' });
      const work = await setting.next(daemon, 'plan');
      await daemon.wait(work, 'human', { question: 'Which things?' });
      expect((await talk(setting)).at(-1)).toMatchObject({ kind: 'question', author: 'agent', text: 'Which things?' });
      await studio.tick('runs.wait-resume');
      expect(await daemon.offers()).toEqual([]);
      await setting.owner.client.post(`plans/${setting.plan.id}/messages`, { text: 'Books.' });
      await studio.tick('runs.wait-resume');
      expect((await daemon.take('plan')).packet.conversation.map(({ text }) => text)).toEqual(['Sell things.', 'Which things?', 'Books.']);
    });

    it('may hand its proposal in by itself, and reads the problems in the answer', async () => {
      const setting = await draft();
      const machine = await studio.machine(setting.owner, 'architect');
      const daemon = await setting.daemon({}, machine);
      await setting.owner.client.post(`plans/${setting.plan.id}/messages`, { text: 'Sell things.' });
      const work = await setting.next(daemon, 'plan');
      expect((await machine.client.post(`cli-runs/${work.run}/plan-proposal`, { text: 'tasks: 7' })).status).toBe(422);
      expect((await machine.client.post(`cli-runs/${work.run}/plan-proposal`, { text: PROPOSAL })).body).toEqual({ accepted: true });
    });

    it('runs on a machine whose member may plan', async () => {
      const setting = await draft();
      const developer = await setting.daemon({}, await studio.machine(setting.owner, 'developer'));
      await setting.owner.client.post(`plans/${setting.plan.id}/messages`, { text: 'Sell things.' });
      await setting.dispatch();
      expect(await developer.offers()).toEqual([]);
    });
  });
});
