import type { PauseList, TaskWhy } from '@maestro/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { Database } from '../../platform/database/index.js';
import { managerOf } from '../../platform/database/repository-access.js';
import { describeStudioOnBoth } from '../../test-support/index.js';
import { produced } from '../../test-support/fake-daemon.js';
import { Setting } from '../../test-support/setting.js';
import { DispatchFactsRepository } from './dispatch-facts.repository.js';

const many = (count: number, title = 'Long', more = ''): string =>
  `title: ${title}\nphases:\n  - title: P\n    tasks:\n${Array.from({ length: count }, (_, index) => `      - key: t${index}\n        title: ${title} ${index}${more}`).join('\n')}`;

describeStudioOnBoth('Room for work', (studio) => {
  let open: Setting | undefined;
  afterEach(() => open?.close());
  const active = async (proposal: string, policy: Readonly<Record<string, unknown>> = {}): Promise<Setting> => (open = await Setting.active(studio, { proposal, policy }));

  /** Another active plan of the project. */
  async function second(setting: Setting, text: string): Promise<string> {
    const plan = await setting.owner.client.post<{ id: string }>(`projects/${setting.project.id}/plans/import`, { text });
    await setting.owner.client.post(`plans/${plan.body.id}/activate`);
    await studio.query('update plans set epic_ready_at = now()');
    return plan.body.id;
  }

  const why = async (setting: Setting, title: string): Promise<TaskWhy> => (await setting.owner.client.get<TaskWhy>(`tasks/${setting.taskId(title)}/why`)).body;
  const offeredTo = (): Promise<readonly { readonly session: string; readonly agent: string; readonly plan: string; readonly title: string }[]> =>
    studio.query(`select r.session_id as session, r.agent, r.plan_id as plan, t.title from runs r join tasks t on t.id = r.task_id where r.status = 'dispatched' order by r.created_at, r.id`);

  it('with one slot, plans take turns by who was served longest ago, whichever id sorts first', async () => {
    const setting = await active(many(4));
    const short = await second(setting, many(4, 'Short'));
    const daemon = await setting.daemon({ capacity: 1, purposes: ['implement'] });
    const served: string[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const work = await setting.next(daemon, 'implement');
      served.push(work.packet.plan?.id === short ? 'short' : 'long');
      await daemon.finish(work, produced());
    }
    expect(served.filter((each) => each === 'short')).toHaveLength(2);
    expect(served.slice(0, 2).sort()).toEqual(['long', 'short']);
  });

  it('what nobody can take keeps nobody else waiting, neither in its plan nor in another, and has its reason', async () => {
    const owner = await studio.owner();
    await owner.client.post(`workspaces/${owner.workspace.id}/skills`, { slug: 'cobol', name: 'Cobol' });
    const proposal = `${many(5, 'Odd', '\n        priority: 50\n        skills: [cobol:5]')}\n      - key: plain\n        title: Plain`;
    const setting = (open = await Setting.active(studio, { owner, proposal }));
    await second(setting, many(1, 'Other'));
    await setting.daemon({ capacity: 2 });
    await setting.dispatch();
    expect((await offeredTo()).map(({ title }) => title).sort()).toEqual(['Other 0', 'Plain']);
    expect((await why(setting, 'Odd 0')).waitingFor).toEqual([expect.stringContaining('It lacks cobol (level 5 is needed).')]);
  });

  it('a plan is read on where many that nobody can take stand before the one that somebody can, so that it keeps its turn', async () => {
    const owner = await studio.owner();
    await owner.client.post(`workspaces/${owner.workspace.id}/skills`, { slug: 'cobol', name: 'Cobol' });
    const proposal = `${many(90, 'Odd', '\n        priority: 50\n        skills: [cobol:5]')}\n      - key: plain\n        title: Plain`;
    const setting = (open = await Setting.active(studio, { owner, proposal }));
    await second(setting, many(40, 'Other'));
    const daemon = await setting.daemon({ capacity: 1, purposes: ['implement'] });
    const served: string[] = [];
    for (let turn = 0; turn < 2; turn += 1) {
      const work = await setting.next(daemon, 'implement');
      served.push(work.packet.task?.title ?? '');
      await daemon.finish(work, produced());
    }
    expect(served.sort()).toEqual([expect.stringMatching(/^Other/), 'Plain']);
  });

  it('of a long plan the head alone is read, from the index that has its order', async () => {
    await active(many(1));
    await studio.query(
      `insert into tasks (id, project_id, plan_id, number, key, phase_id, position, level, title, status, stage_entered_at, branch)
         select gen_random_uuid(), project_id, plan_id, number + n, key || n, phase_id, n, level, title, status, stage_entered_at, branch || n from tasks, generate_series(1, 2000) n`,
    );
    await studio.query('analyze');
    const facts = studio.app.get(DispatchFactsRepository);
    const plan = await studio.app.get(Database).read((reader) => {
      const runner = managerOf(reader).queryRunner!;
      const query = runner.query.bind(runner) as (sql: string, ...rest: unknown[]) => Promise<unknown>;
      Object.assign(runner, { query: (sql: string, ...rest: unknown[]) => query(`explain ${sql}`, ...rest) });
      return facts.candidates(reader, { most: 16 });
    });
    expect(JSON.stringify(plan)).toContain('using tasks_dispatch_idx');
  });

  it('what becomes due while a long queue is given out takes its turn before the end of that queue', async () => {
    const setting = await active(many(100), { concurrency: { project: 500, session: 64 } });
    for (const name of ['one', 'two']) await setting.daemon({ name, capacity: 64, purposes: ['implement'] });
    await setting.dispatch();
    const first = await offeredTo();
    expect(first.length).toBeLessThan(100);
    const short = await second(setting, many(4, 'Short'));
    await setting.dispatch();
    const then = (await offeredTo()).slice(first.length);
    expect(then).toHaveLength(40);
    expect(then.slice(0, 4).map(({ plan }) => plan)).toEqual([short, short, short, short]);
  });

  it('a machine has its slots once, whatever number of sessions it has', async () => {
    const setting = await active(many(8));
    const first = await setting.daemon({ name: 'one', capacity: 4, machineSlots: 3 });
    const other = await setting.daemon({ name: 'two', capacity: 4, machine: first.machine as never, machineSlots: 3 });
    const elsewhere = await setting.daemon({ name: 'three', capacity: 1 });
    await setting.dispatch();
    const given = await offeredTo();
    expect(given).toHaveLength(4);
    expect(given.filter(({ session }) => session === elsewhere.session)).toHaveLength(1);
    expect(given.filter(({ session }) => [first.session, other.session].includes(session))).toHaveLength(3);
    const waits = (await why(setting, 'Long 7')).waitingFor;
    expect(waits).toContainEqual('one: Its machine has as many runs as it takes, in all its sessions together.');
  });

  it('an agent has its slots on the machine, and the next agent there takes what is over', async () => {
    const setting = await active(many(6));
    await setting.daemon({ capacity: 5, agents: [{ name: 'claude', slots: 2 }, { name: 'codex', slots: 1 }] });
    await setting.dispatch();
    expect((await offeredTo()).map(({ agent }) => agent)).toEqual(['claude', 'claude', 'codex']);
    await setting.dispatch();
    expect(await offeredTo()).toHaveLength(3);
    expect((await why(setting, 'Long 5')).waitingFor).toEqual(['ada: Its machine has as many runs with claude, codex as it takes.']);
  });

  describe('a pause', () => {
    it.each([
      ['workspace', (setting: Setting) => `workspaces/${setting.owner.workspace.id}`, /^The workspace is paused by .+: Release week\. Resume it\.$/],
      ['project', (setting: Setting) => `projects/${setting.project.id}`, /^The project is paused by .+: Release week\. Resume it\.$/],
    ] as const)('of a %s lets nothing new begin, says so, and ends', async (scope, path, sentence) => {
      const setting = await active(many(2));
      const daemon = await setting.daemon({ capacity: 2 });
      expect(await setting.owner.client.post(`${path(setting)}/pause`, { why: 'Release week.' })).toMatchObject({ status: 200, body: { scope, why: 'Release week.' } });
      expect((await setting.owner.client.post(`${path(setting)}/pause`, { why: 'Another reason.' })).body).toMatchObject({ why: 'Release week.' });
      await setting.dispatch();
      expect(await daemon.offers()).toEqual([]);
      expect((await why(setting, 'Long 0')).waitingFor).toEqual([expect.stringMatching(sentence)]);
      expect((await setting.owner.client.get<PauseList>(`projects/${setting.project.id}/pauses`)).body.data).toMatchObject([{ scope }]);
      expect((await setting.owner.client.post(`${path(setting)}/resume`)).status).toBe(200);
      await setting.dispatch();
      expect(await daemon.offers()).toHaveLength(2);
    });

    it.each([
      ['workspace', (setting: Setting) => `workspaces/${setting.owner.workspace.id}`, 'The workspace was paused before anybody took the run.'],
      ['project', (setting: Setting) => `projects/${setting.project.id}`, 'The project was paused before anybody took the run.'],
      ['session', (_: Setting, session: string) => `agent-sessions/${session}`, 'The session was paused before anybody took the run.'],
    ] as const)('of a %s takes back what nobody has taken, leaves what somebody has, and costs no attempt', async (_scope, path, why) => {
      const setting = await active(many(3));
      const daemon = await setting.daemon({ capacity: 3 });
      const work = await setting.next(daemon, 'implement');
      const offer = (await daemon.offers())[0]!;
      expect((await setting.owner.client.post(`${path(setting, daemon.session)}/pause`)).status).toBe(200);
      expect(await daemon.offers()).toEqual([]);
      await expect(daemon.claim(offer)).rejects.toMatchObject({ code: 'refused', data: { reason: 'already_taken' } });
      // Of this project: that the machine of the test before is gone may be told only now.
      const withdrawn = `select distinct payload->>'because' as because, payload->>'why' as why from events where project_id = $1 and kind = 'run/status' and payload->>'to' = 'withdrawn'`;
      expect(await studio.query(withdrawn, [setting.project.id])).toEqual([{ because: 'dispatch_paused', why }]);
      expect(await studio.query('select from dispatch_cooldowns where session_id = $1', [daemon.session])).toEqual([]);
      expect(await daemon.finish(work, produced())).toEqual({ counted: 'counted' });
      // Made in the moment of the pause: nothing sees it but the claim.
      await studio.query(`update runs set status = 'dispatched', ended_at = null where id = $1`, [offer]);
      await expect(daemon.claim(offer)).rejects.toMatchObject({ code: 'refused', data: { reason: 'paused', sentence: expect.stringMatching(/is paused by .+ Nothing new begins there\.$/) as unknown } });
      expect((await setting.owner.client.post(`${path(setting, daemon.session)}/resume`)).status).toBe(200);
      expect((await daemon.claim(offer)).packet).toMatchObject({ attempt: 1 });
    });

    it('of a session gives its work to others, and leaves it what it has', async () => {
      const setting = await active(many(3));
      const paused = await setting.daemon({ name: 'one', capacity: 1 });
      const work = await setting.next(paused, 'implement');
      await setting.owner.client.post(`agent-sessions/${paused.session}/pause`);
      expect(await paused.finish(work, produced())).toEqual({ counted: 'counted' });
      const other = await setting.daemon({ name: 'two', capacity: 2 });
      await setting.dispatch();
      expect([await paused.offers(), (await other.offers()).length]).toEqual([[], 2]);
      await setting.owner.client.post(`agent-sessions/${paused.session}/resume`);
      await setting.dispatch();
      expect(await paused.offers()).toHaveLength(1);
    });

    it('is for those who run plans, and a workspace\'s for those who manage it', async () => {
      const setting = await active(many(1));
      const developer = await studio.machine(setting.owner, 'developer');
      const architect = await studio.machine(setting.owner, 'architect');
      expect((await developer.client.post(`projects/${setting.project.id}/pause`)).status).toBe(403);
      expect((await architect.client.post(`workspaces/${setting.owner.workspace.id}/pause`)).status).toBe(403);
      expect((await architect.client.post(`projects/${setting.project.id}/pause`)).status).toBe(200);
    });
  });
});
