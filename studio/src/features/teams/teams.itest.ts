import { METHODS } from '@maestro/protocol';
import type { ChannelMessage, TeamView } from '@maestro/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { newId } from '../../platform/ids/index.js';
import { describeStudioOnBoth, waitFor } from '../../test-support/index.js';
import type { FakeDaemon } from '../../test-support/fake-daemon.js';
import { Setting } from '../../test-support/setting.js';
import type { TestMachine } from '../../test-support/test-studio.js';

const LEAD_PURPOSES = ['merge', 'plan', 'bootstrap_epic', 'release', 'release_cleanup'];
const PURPOSES = { dev: ['implement'], review: ['review'], test: ['review'] } as const;

describeStudioOnBoth('Teams', (studio) => {
  let open: Setting | undefined;
  afterEach(() => open?.close());

  /** A lead, its team, and a socket for each worker that is named. */
  async function teamOf(wanted: { dev?: number; review?: number; test?: number }, connected: readonly number[] = [], policy: Readonly<Record<string, unknown>> = {}) {
    const setting = (open = await Setting.active(studio, { policy }));
    const machine = await studio.machine(setting.owner, 'architect');
    const lead = await setting.daemon({ name: 'desk', purposes: LEAD_PURPOSES }, machine);
    const made = await machine.client.post<TeamView>(`agent-sessions/${lead.session}/team`, wanted);
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const workers: FakeDaemon[] = [];
    for (const index of connected) workers.push(await worker(setting, machine, lead, made.body, index));
    return { setting, machine, lead, team: made.body, workers };
  }

  async function worker(setting: Setting, machine: TestMachine, lead: FakeDaemon, team: TeamView, index: number, over: Readonly<Record<string, unknown>> = {}): Promise<FakeDaemon> {
    const place = team.workers[index];
    if (place === undefined) throw new Error(`no place ${index}`);
    return setting.daemon({ name: place.name, role: 'worker', machine: lead.machine, purposes: PURPOSES[place.job], capacity: 1, teamChannel: team.channel, ...over }, machine);
  }

  const look = () => studio.tick('teams.watch');
  const view = async (setting: Setting, team: TeamView): Promise<TeamView> => (await setting.owner.client.get<TeamView>(`teams/${team.id}`)).body;
  const said = async (setting: Setting, team: TeamView): Promise<readonly ChannelMessage[]> => (await setting.owner.client.get<{ data: ChannelMessage[] }>(`teams/${team.id}/messages`)).body.data;

  describe('making one', () => {
    it('gives places in the order of jobs, within the limit of the policy', async () => {
      const { setting, machine, lead, team } = await teamOf({ dev: 2, review: 1, test: 1 }, [], { maxWorkers: 4 });
      expect(team).toMatchObject({ open: true, turns: 0, maxTurns: 50, steering: [], lead: { session: lead.session, name: 'desk' } });
      expect(team.workers.map(({ name, job, status }) => [name, job, status])).toEqual([
        ['desk dev 1', 'dev', 'spawned'],
        ['desk dev 2', 'dev', 'spawned'],
        ['desk review 1', 'review', 'spawned'],
        ['desk test 1', 'test', 'spawned'],
      ]);
      expect((await machine.client.post(`agent-sessions/${lead.session}/team`, { dev: 5 })).body).toMatchObject({ code: 'too_many_workers' });
      expect((await machine.client.post(`agent-sessions/${lead.session}/team`, { dev: 1 })).body).toMatchObject({ code: 'team_open' });
      expect((await setting.owner.client.get<{ data: TeamView[] }>(`projects/${setting.project.id}/teams`)).body.data).toMatchObject([{ id: team.id }]);
      expect((await machine.client.get<TeamView>(`agent-sessions/${lead.session}/team`)).body).toMatchObject({ id: team.id });
    });

    it("is for a lead on its own machine: not for a worker, not on another's, not for a viewer", async () => {
      const { setting, machine, lead, team, workers } = await teamOf({ dev: 1 }, [0]);
      expect((await machine.client.post(`agent-sessions/${workers[0]?.session ?? ''}/team`, { dev: 1 })).body).toMatchObject({ status: 403, code: 'not_lead' });
      const other = await studio.machine(setting.owner, 'architect');
      expect((await other.client.post(`agent-sessions/${lead.session}/team`, { dev: 1 })).body).toMatchObject({ status: 403, code: 'not_your_session' });
      const viewer = await studio.machine(setting.owner, 'viewer');
      expect((await viewer.client.post(`agent-sessions/${lead.session}/team`, { dev: 1 })).status).toBe(403);
      expect((await viewer.client.post(`teams/${team.id}/messages`, { kind: 'note', text: 'Hi' })).status).toBe(403);
      expect((await viewer.client.get(`teams/${team.id}`)).status).toBe(200);
    });
  });

  describe('admission', () => {
    it('takes a worker to its place, again after its connection was made anew, and nobody else', async () => {
      const { setting, machine, lead, team, workers } = await teamOf({ dev: 1 }, [0]);
      expect(await view(setting, team)).toMatchObject({ workers: [{ status: 'connected', sessionId: workers[0]?.session }] });
      workers[0]?.cut();
      await worker(setting, machine, lead, team, 0);
      expect(await view(setting, team)).toMatchObject({ workers: [{ status: 'connected' }] });
      await expect(worker(setting, machine, lead, team, 0, { machine: newId() })).rejects.toMatchObject({ code: 'not_found' });
      await expect(worker(setting, machine, lead, team, 0, { name: 'desk dev 9' })).rejects.toMatchObject({ code: 'forbidden' });
      await expect(worker(setting, machine, lead, team, 0, { teamChannel: 'nowhere' })).rejects.toMatchObject({ code: 'not_found' });
      const other = await studio.machine(setting.owner, 'architect');
      await expect(worker(setting, other, lead, team, 0, { name: 'desk dev 1', machine: newId() })).rejects.toMatchObject({ code: 'not_found' });
    });
  });

  describe('a worker', () => {
    it('is shown at work, at rest, silent and gone, and what it finished is reported once', async () => {
      const { setting, team, workers } = await teamOf({ dev: 1 }, [0]);
      const [dev] = workers;
      if (dev === undefined) throw new Error('no worker');
      const work = await setting.next(dev, 'implement');
      await look();
      expect(await view(setting, team)).toMatchObject({ workers: [{ status: 'working', run: { id: work.run, purpose: 'implement' } }] });
      await dev.finish(work, { kind: 'failed', class: 'crash', sentence: 'The agent crashed.' });
      await look();
      await look();
      expect(await view(setting, team)).toMatchObject({ workers: [{ status: 'connected', run: null }] });
      expect((await said(setting, team)).filter(({ kind }) => kind === 'report')).toMatchObject([{ run: work.run, text: expect.stringMatching(/^desk dev 1 ended the work on .*: failed\. The agent crashed\.$/) as string }]);

      await studio.query(`update agent_sessions set status = 'stale', last_seen_at = now() - interval '20 seconds' where id = $1`, [dev.session]);
      await look();
      expect(await view(setting, team)).toMatchObject({ workers: [{ status: 'silent' }] });
      await dev.heartbeat([]);
      await look();
      expect(await view(setting, team)).toMatchObject({ workers: [{ status: 'connected' }] });
      await dev.calls.request(METHODS.sessionLeave, { opId: newId() as never });
      await look();
      expect(await view(setting, team)).toMatchObject({ workers: [{ status: 'ended', endedBy: 'left', sentence: 'desk dev 1 has left.' }] });
    });

    it('that was killed loses its run at once, without the grace of those who may come back, and does not come back', async () => {
      const { setting, machine, lead, team, workers } = await teamOf({ dev: 2 }, [0, 1], { lostGraceSeconds: 3600 });
      await setting.dispatch();
      const busy = await waitFor('an offer', async () => {
        for (const each of workers) if ((await each.offers()).length > 0) return each;
        return undefined;
      });
      const work = await busy.take('implement');
      const index = workers.indexOf(busy);
      const other = workers[1 - index];
      const report = { opId: newId() as never, worker: team.workers[index]?.id as never, end: 'killed' as const, why: 'SIGKILL ended it.' };
      await expect(other?.calls.request(METHODS.teamReport, { ...report, opId: newId() as never })).rejects.toMatchObject({ code: 'forbidden' });
      await lead.calls.request(METHODS.teamReport, report);
      await lead.calls.request(METHODS.teamReport, report);
      await waitFor('the run to be lost', async () => ((await setting.run(work.run)).status === 'lost' ? true : undefined));
      const ended = (await view(setting, team)).workers[index];
      expect(ended).toMatchObject({ status: 'ended', endedBy: 'killed', sentence: expect.stringContaining('SIGKILL') as string });
      await expect(worker(setting, machine, lead, team, index)).rejects.toMatchObject({ code: 'forbidden' });
      await setting.dispatch();
      expect((await other?.take('implement'))?.packet.task?.key).toBe(work.packet.task?.key);
    });

    it('that never came is given up after a minute', async () => {
      const { setting, team } = await teamOf({ dev: 1 });
      await look();
      expect(await view(setting, team)).toMatchObject({ workers: [{ status: 'spawned' }] });
      await studio.query(`update team_workers set created_at = now() - interval '61 seconds' where team_id = $1`, [team.id]);
      await look();
      expect(await view(setting, team)).toMatchObject({ workers: [{ status: 'ended', endedBy: 'never_came' }] });
    });

    it('hired as a tester is given the test checklist', async () => {
      const { setting, workers } = await teamOf({ dev: 1, test: 1 }, [0, 1]);
      const [dev, tester] = workers;
      if (dev === undefined || tester === undefined) throw new Error('two workers');
      await setting.implemented(dev);
      expect((await setting.next(tester, 'review')).packet.review).toMatchObject({ checklist: 'test' });
    });
  });

  describe('steering', () => {
    it('reaches agents at work at once, stands for those that start, and ends when it is cleared', async () => {
      const { setting, machine, team, workers } = await teamOf({ dev: 1, review: 1 }, [0, 1]);
      const [dev, reviewer] = workers;
      if (dev === undefined || reviewer === undefined) throw new Error('two workers');
      const work = await setting.next(dev, 'implement');
      expect(work.packet.steering).toEqual([]);
      const posted = await machine.client.post<ChannelMessage>(`teams/${team.id}/messages`, { kind: 'steering', text: 'Keep the public names.' });
      expect(posted.status, JSON.stringify(posted.body)).toBe(201);
      await waitFor('the directive', () => (dev.heard.steered.length > 0 ? true : undefined));
      expect(dev.heard.steered).toEqual([{ run: work.run, text: 'Keep the public names.' }]);
      await dev.finish(work, { kind: 'failed', class: 'crash', sentence: 'Again.' });
      await studio.query(`update tasks set due_after = null`);
      const again = await setting.next(dev, 'implement');
      expect(again.packet.steering).toEqual(['Keep the public names.']);
      expect((await view(setting, team)).steering).toMatchObject([{ text: 'Keep the public names.', author: { type: 'person' } }]);

      expect((await machine.client.delete(`teams/${team.id}/steering`)).body).toEqual({ cleared: 1 });
      expect((await machine.client.delete(`teams/${team.id}/steering`)).body).toEqual({ cleared: 0 });
      expect((await view(setting, team)).steering).toEqual([]);
      expect(await said(setting, team)).toMatchObject(expect.arrayContaining([expect.objectContaining({ text: 'Keep the public names.', clearedAt: expect.any(String) as string })]) as never);
    });
  });

  describe('the channel', () => {
    it('keeps what agents say, until they have used up their turns; a person gives them new ones', async () => {
      const { setting, machine, lead, team, workers } = await teamOf({ dev: 2 }, [0, 1], { maxChannelTurns: 2 });
      const [one, two] = workers;
      const talk = (from: FakeDaemon | undefined, text: string) => from?.calls.request(METHODS.channelPost, { opId: newId() as never, text });
      expect(await talk(one, 'Mine is the cart.')).toEqual({ seq: 1, turnsLeft: 1 });
      expect(await talk(two, 'Mine is the rest.')).toEqual({ seq: 2, turnsLeft: 0 });
      await expect(talk(one, 'And now?')).rejects.toMatchObject({ code: 'refused' });
      await waitFor('the lead to hear it', () => (lead.heard.said.length === 2 ? true : undefined));
      expect((await studio.query<{ kind: string }>(`select kind from events where kind = 'team/attention'`)).length).toBe(1);
      await machine.client.post(`teams/${team.id}/messages`, { kind: 'note', text: 'Go on.' });
      expect(await talk(one, 'Gladly.')).toEqual({ seq: 4, turnsLeft: 1 });
      const opId = newId() as never;
      await two?.calls.request(METHODS.channelPost, { opId, text: 'Once.' });
      await two?.calls.request(METHODS.channelPost, { opId, text: 'Once.' });
      expect((await said(setting, team)).map(({ seq, text }) => [seq, text])).toEqual([[1, 'Mine is the cart.'], [2, 'Mine is the rest.'], [3, 'Go on.'], [4, 'Gladly.'], [5, 'Once.']]);
      expect(await two?.calls.request(METHODS.channelRead, { after: 3 })).toMatchObject({ team: { id: team.id, open: true }, messages: [{ seq: 4 }, { seq: 5 }] });
      const work = await setting.next(one as FakeDaemon, 'implement').catch(() => setting.next(two as FakeDaemon, 'implement'));
      expect(work.packet.channel[0]).toEqual({ author: 'desk dev 1', text: 'Mine is the cart.' });
    });
  });

  describe('delegating', () => {
    it('hands a subtask to one worker, and to anybody once that one has ended', async () => {
      const { setting, machine, lead, team, workers } = await teamOf({ dev: 2, review: 1 }, [0, 1]);
      const [one, two] = workers;
      if (one === undefined || two === undefined) throw new Error('two workers');
      const parent = setting.taskId('Cart');
      const first = await setting.next(one, 'implement').catch(() => setting.next(two, 'implement'));
      const busy = (await one.heartbeat([first])).invalid.length === 0 ? one : two;
      const free = busy === one ? two : one;
      const place = team.workers[free === one ? 0 : 1];
      const hand = (over: object = {}) => machine.client.post<{ key: string; worker: string }>(`agent-sessions/${lead.session}/delegate`, { worker: place?.id, parent, title: 'Tests of the cart', ...over });
      expect((await hand({ worker: team.workers[2]?.id })).body).toMatchObject({ code: 'worker_away' });
      expect((await machine.client.post(`agent-sessions/${one.session}/delegate`, { worker: place?.id, parent, title: 'x' })).body).toMatchObject({ status: 403, code: 'not_lead' });
      const handed = await hand();
      expect(handed.status, JSON.stringify(handed.body)).toBe(201);
      expect(handed.body).toMatchObject({ worker: place?.name });
      await setting.dispatch();
      expect((await free.take('implement')).packet.task).toMatchObject({ key: handed.body.key, title: 'Tests of the cart' });

      // The second is queued behind it, and its worker dies.
      const second = await hand({ title: 'Docs of the cart' });
      await lead.calls.request(METHODS.teamReport, { opId: newId() as never, worker: place?.id as never, end: 'killed', why: 'SIGKILL ended it.' });
      await look();
      const pinned = await studio.query<{ pinned: string | null }>(`select pinned_session as pinned from tasks where key = $1`, [second.body.key]);
      expect(pinned).toEqual([{ pinned: null }]);
    });
  });

  describe('the end', () => {
    it('comes when a person says so: every worker is told, and no place is given again', async () => {
      const { setting, machine, lead, team, workers } = await teamOf({ dev: 2 }, [0]);
      expect((await machine.client.post<TeamView>(`teams/${team.id}/close`)).body).toMatchObject({ open: false, workers: [{ status: 'ended', endedBy: 'team_closed' }, { status: 'ended' }] });
      await waitFor('the worker to be told', () => (workers[0]?.heard.reaped.length === 1 ? true : undefined));
      expect(lead.heard.reaped).toHaveLength(1);
      expect(await workers[0]?.calls.request(METHODS.channelRead, {})).toMatchObject({ team: { open: false, why: expect.stringContaining('ended it') as string } });
      await expect(worker(setting, machine, lead, team, 1)).rejects.toMatchObject({ code: 'forbidden' });
      expect((await machine.client.post(`teams/${team.id}/messages`, { kind: 'note', text: 'Hello?' })).body).toMatchObject({ code: 'team_over' });
      expect((await machine.client.post(`agent-sessions/${lead.session}/team`, { dev: 1 })).status).toBe(201);
    });

    it('comes when the lead leaves', async () => {
      const { setting, lead, team, workers } = await teamOf({ dev: 1 }, [0]);
      await lead.calls.request(METHODS.sessionLeave, { opId: newId() as never });
      await look();
      expect(await view(setting, team)).toMatchObject({ open: false, closedWhy: 'Its lead has left.' });
      await waitFor('the worker to be told', () => (workers[0]?.heard.reaped.length === 1 ? true : undefined));
    });

    it('waits for a lead that is out of reach, and comes when lead and workers are gone', async () => {
      const { setting, lead, team, workers } = await teamOf({ dev: 1 }, [0]);
      lead.cut();
      await waitFor('the lead to be missed', async () => ((await studio.query<{ status: string }>('select status from agent_sessions where id = $1', [lead.session]))[0]?.status === 'stale' ? true : undefined));
      await look();
      expect(await view(setting, team)).toMatchObject({ open: true });
      await workers[0]?.calls.request(METHODS.sessionLeave, { opId: newId() as never });
      await look();
      expect(await view(setting, team)).toMatchObject({ open: false, closedWhy: 'Its lead is gone, and so are its workers.' });
    });
  });
});
