import type { EventView, PlanTree, PlanView, Problem, ProjectView, Result } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { Database } from '../../platform/database/index.js';
import { describeStudioOnBoth } from '../../test-support/index.js';
import type { Answer, TestOwner } from '../../test-support/index.js';
import { PlansService } from './index.js';
import type { PlanHappening, PlanRecord } from './index.js';

const PROPOSAL = 'title: Checkout\nphases:\n  - title: Build\n    tasks:\n      - { key: a, title: A }\n      - { key: b, title: B, dependsOn: [a] }\n';

/** What a refusal has that the thing itself has not; `status` and `title` mean something else in each. */
type Refusal = Pick<Problem, 'code' | 'details'>;

interface Setting {
  readonly owner: TestOwner;
  readonly project: ProjectView;
  readonly plan: PlanTree;
}

describeStudioOnBoth('Plans', (studio) => {
  async function setting(): Promise<Setting> {
    const owner = await studio.owner();
    const project = await owner.client.post<ProjectView>(`workspaces/${owner.workspace.id}/projects`, { name: 'Shop', remote: 'https://github.com/acme/shop' });
    const plan = await owner.client.post<PlanTree>(`projects/${project.body.id}/plans/import`, { text: PROPOSAL });
    expect(plan.status, JSON.stringify(plan.body)).toBe(201);
    return { owner, project: project.body, plan: plan.body };
  }
  const act = ({ owner, plan }: Setting, action: string, body?: object): Promise<Answer<PlanView & Refusal>> => owner.client.post(`plans/${plan.id}/${action}`, body);
  async function active(): Promise<Setting> {
    const at = await setting();
    expect((await act(at, 'activate')).status).toBe(200);
    return at;
  }
  const tree = async ({ owner, plan }: Setting): Promise<PlanTree> => (await owner.client.get<PlanTree>(`plans/${plan.id}`)).body;
  // From the table, not the feed: that stops below the oldest transaction of the whole server, and other suites share it.
  const events = ({ plan }: Setting) => studio.query<Pick<EventView, 'kind' | 'actor' | 'payload'>>('select kind, actor, payload from events where plan_id = $1 order by txid, seq', [plan.id]);
  /** What a run, a budget or a last task would report. */
  const happens = ({ plan }: Setting, happening: PlanHappening): Promise<Result<PlanRecord>> =>
    studio.app.get(Database).inTransaction((tx) => studio.app.get(PlansService).apply(tx, plan.id, happening, { actor: { type: 'system', name: 'test' } }));
  const endTasks = ({ plan }: Setting, status: 'done' | 'cancelled') => studio.query('update tasks set status = $2 where plan_id = $1', [plan.id, status]);
  const refused = (code: string) => ({ status: 409, body: { code } });

  describe('activation', () => {
    it('pins an epic branch, queues the drafts, and says so once', async () => {
      const at = await setting();
      const { status, body } = await act(at, 'activate');
      expect({ status, plan: body.status }).toEqual({ status: 200, plan: 'active' });
      expect(body.epicBranch).toMatch(/^epic\/checkout-[a-z0-9]{6}$/);
      expect((await tree(at)).tasks.map((task) => task.status)).toEqual(['queued', 'queued']);
      expect((await events(at)).filter(({ kind }) => kind.endsWith('/status')).map(({ kind, payload }) => [kind, payload['from'], payload['to']])).toEqual([
        ['plan/status', 'draft', 'active'],
        ['task/status', 'draft', 'queued'],
        ['task/status', 'draft', 'queued'],
      ]);
      expect(await act(at, 'activate')).toMatchObject(refused('already_active'));
      expect((await tree(at)).epicBranch).toBe(body.epicBranch);
    });

    it('needs a task, and tasks that do not wait for each other', async () => {
      const at = await setting();
      const { body: empty } = await at.owner.client.post<PlanView>(`projects/${at.project.id}/plans`, { title: 'Empty' });
      expect(await at.owner.client.post(`plans/${empty.id}/activate`)).toMatchObject(refused('no_tasks'));
      const [a, b] = at.plan.tasks;
      await studio.query('insert into task_dependencies (task_id, depends_on) values ($1, $2)', [a?.id, b?.id]);
      expect(await act(at, 'activate')).toMatchObject(refused('dependency_cycle'));
    });

    it('is refused where another plan has met a branch named `epic`, until that is dealt with', async () => {
      const first = await active();
      await happens(first, { event: 'bootstrap_exhausted', sentence: 'The remote has a branch named "epic".', epicBlocked: true });
      expect((await tree(first)).notices).toMatchObject([{ code: 'bootstrap_failed', sentence: 'The remote has a branch named "epic".', actions: ['retry_bootstrap', 'cancel'] }]);
      const { body: plan } = await first.owner.client.post<PlanTree>(`projects/${first.project.id}/plans/import`, { text: PROPOSAL });
      const second = { ...first, plan };
      expect(await act(second, 'activate')).toMatchObject(refused('epic_name_taken'));
      expect(await act(first, 'retry-bootstrap')).toMatchObject({ status: 200, body: { notices: [] } });
      expect((await act(second, 'activate')).status).toBe(200);
      expect(await act({ ...first, plan: (await first.owner.client.post<PlanTree>(`projects/${first.project.id}/plans`, { title: 'Draft' })).body }, 'retry-bootstrap')).toMatchObject(refused('not_active'));
    });
  });

  describe('pause and budget', () => {
    it('pauses and resumes, as often as it is said', async () => {
      const at = await setting();
      expect(await act(at, 'pause')).toMatchObject(refused('not_active'));
      expect(await act(at, 'resume')).toMatchObject(refused('not_paused'));
      expect((await act(at, 'activate')).status).toBe(200);
      expect(await act(at, 'pause')).toMatchObject({ status: 200, body: { status: 'paused' } });
      expect(await act(at, 'pause', { stop: true })).toMatchObject({ status: 200, body: { status: 'paused' } });
      expect(await studio.query('select stop_requested from plans')).toEqual([{ stop_requested: true }]);
      expect(await act(at, 'resume')).toMatchObject({ status: 200, body: { status: 'active' } });
      expect(await act(at, 'resume')).toMatchObject({ status: 200, body: { status: 'active' } });
      expect(await studio.query('select stop_requested from plans')).toEqual([{ stop_requested: false }]);
      expect((await events(at)).filter(({ kind }) => kind === 'plan/status').map(({ payload }) => payload['to'])).toEqual(['active', 'paused', 'active']);
    });

    it('a spent budget pauses with a notice; a raised one resumes only what it paused', async () => {
      const at = await active();
      await happens(at, { event: 'budget_spent', why: 'All 3 runs are used.' });
      expect(await tree(at)).toMatchObject({ status: 'paused', notices: [{ code: 'budget' }] });
      await happens(at, { event: 'budget_raised' });
      expect(await tree(at)).toMatchObject({ status: 'active', notices: [] });
      await act(at, 'pause');
      await happens(at, { event: 'budget_raised' });
      expect((await tree(at)).status).toBe('paused');
      expect((await events(at)).filter(({ kind }) => kind === 'plan/notice').map(({ payload }) => [payload['code'], payload['standing']])).toEqual([['budget', true], ['budget', false]]);
    });
  });

  describe('release', () => {
    it('waits for a person, and for every task', async () => {
      const at = await active();
      expect(await act(at, 'release')).toMatchObject(refused('tasks_open'));
      await endTasks(at, 'cancelled');
      expect(await act(at, 'release')).toMatchObject(refused('nothing_to_release'));
      await endTasks(at, 'done');
      expect(await act(at, 'release')).toMatchObject({ status: 200, body: { status: 'releasing' } });
      expect(await act(at, 'release')).toMatchObject({ status: 200, body: { status: 'releasing' } });
      for (const action of ['pause', 'cancel']) expect(await act(at, action)).toMatchObject(refused('releasing'));
      const { version } = await tree(at);
      expect(await at.owner.client.patch(`plans/${at.plan.id}`, { version, edits: [{ op: 'set_plan', title: 'X' }] })).toMatchObject(refused('releasing'));
    });

    it('can be taken back until it is pushed', async () => {
      const at = await active();
      expect(await act(at, 'cancel-release')).toMatchObject(refused('not_releasing'));
      await endTasks(at, 'done');
      await act(at, 'release');
      await studio.app.get(Database).inTransaction((tx) => studio.app.get(PlansService).recordReleaseIntent(tx, at.plan.id, { run: 'r', tip: 't', commit: 'c' }));
      expect(await act(at, 'cancel-release')).toMatchObject(refused('too_late'));
      await happens(at, { event: 'release_failed', why: 'push_refused', sentence: 'The base moved.', details: {} });
      expect(await tree(at)).toMatchObject({ status: 'active', notices: [{ code: 'release_push_refused', actions: ['release', 'create_repair_task'], details: { repairTask: { title: 'Make the release onto main pass' } } }] });
      expect(await act(at, 'release')).toMatchObject({ body: { status: 'releasing', notices: [] } });
      expect(await act(at, 'cancel-release')).toMatchObject({ status: 200, body: { status: 'active' } });
    });

    it('completes the plan, which may then be archived', async () => {
      const at = await active();
      await endTasks(at, 'done');
      await act(at, 'release');
      expect(await act(at, 'archive')).toMatchObject(refused('plan_open'));
      const commit = 'a'.repeat(40);
      await happens(at, { event: 'released', commit });
      expect(await tree(at)).toMatchObject({ status: 'completed', releaseCommit: commit });
      expect(await act(at, 'cancel')).toMatchObject(refused('plan_closed'));
      expect(await act(at, 'archive')).toMatchObject({ status: 200, body: { status: 'archived' } });
      expect(await act(at, 'archive')).toMatchObject({ status: 200, body: { status: 'archived' } });
    });
  });

  describe('cancelling', () => {
    it('cancels every open task, and closes the plan to edits and talk', async () => {
      const at = await active();
      await studio.query(`update tasks set status = 'done' where key = 'SHOP-1'`);
      expect(await act(at, 'cancel')).toMatchObject({ status: 200, body: { status: 'cancelled' } });
      expect((await tree(at)).tasks.map(({ status }) => status)).toEqual(['done', 'cancelled']);
      expect(await act(at, 'cancel')).toMatchObject({ status: 200 });
      const { version } = await tree(at);
      expect(await at.owner.client.patch(`plans/${at.plan.id}`, { version, edits: [{ op: 'set_plan', title: 'X' }] })).toMatchObject(refused('plan_closed'));
      expect(await at.owner.client.post(`plans/${at.plan.id}/messages`, { text: 'Hello?' })).toMatchObject(refused('plan_closed'));
      for (const action of ['activate', 'release', 'retry-bootstrap', 'validate-again']) expect((await act(at, action)).status).toBe(409);
    });

    it('a draft leaves nothing open', async () => {
      const at = await setting();
      expect(await act(at, 'cancel')).toMatchObject({ status: 200, body: { status: 'cancelled' } });
      expect((await tree(at)).tasks.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
    });
  });

  describe('a broken epic', () => {
    const broken = async (): Promise<Setting> => {
      const at = await active();
      await studio.app.get(Database).inTransaction((tx) => studio.app.get(PlansService).raiseEpicBroken(tx, at.plan.id, { tip: 't', command: 'npm test', output: '1 failed', task: 'SHOP-1' }));
      expect((await tree(at)).notices).toMatchObject([{ code: 'epic_broken', actions: ['validate_again', 'change_commands', 'create_repair_task'] }]);
      return at;
    };

    it('is forgotten when a person says so', async () => {
      expect(await act(await broken(), 'validate-again')).toMatchObject({ status: 200, body: { notices: [] } });
    });

    it('is forgotten when the commands change, and not for another knob', async () => {
      const at = await broken();
      const patch = (policy: object) => at.owner.client.patch(`projects/${at.project.id}`, { policy });
      await patch({ revisionCap: 7 });
      expect((await tree(at)).notices).toHaveLength(1);
      await patch({ validationCommands: [{ name: 'test', command: ['npm', 'test'] }] });
      expect((await tree(at)).notices).toEqual([]);
      expect((await events(at)).filter(({ kind }) => kind === 'plan/notice').at(-1)).toMatchObject({ actor: { type: 'user' }, payload: { code: 'epic_broken', standing: false } });
    });
  });

  describe('the conversation', () => {
    it('keeps what is said, in order, and tells who listens', async () => {
      const at = await setting();
      for (const text of ['First', 'Second', 'Third']) expect((await at.owner.client.post(`plans/${at.plan.id}/messages`, { text })).status).toBe(201);
      const first = await at.owner.client.get<{ data: unknown[]; nextCursor: string }>(`plans/${at.plan.id}/messages?limit=2`);
      expect(first.body.data).toMatchObject([{ kind: 'message', author: 'person', text: 'First', runId: null }, { text: 'Second' }]);
      const second = await at.owner.client.get<{ data: unknown[] }>(`plans/${at.plan.id}/messages?limit=2&cursor=${first.body.nextCursor}`);
      expect(second.body).toMatchObject({ data: [{ text: 'Third' }], nextCursor: null });
      expect((await events(at)).filter(({ kind }) => kind === 'plan/message').map(({ payload }) => (payload['message'] as { text: string }).text)).toEqual(['First', 'Second', 'Third']);
      expect((await at.owner.client.post(`plans/${at.plan.id}/messages`, { text: ' ' })).status).toBe(400);
    });
  });

  it('are run by architects, not by developers', async () => {
    const at = await setting();
    const { client } = await studio.machine(at.owner, 'developer');
    for (const action of ['activate', 'pause', 'resume', 'cancel', 'release', 'cancel-release', 'archive', 'retry-bootstrap', 'validate-again']) {
      expect(await client.post(`plans/${at.plan.id}/${action}`)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
    expect((await client.post(`plans/${at.plan.id}/messages`, { text: 'Hi' })).status).toBe(403);
    expect((await client.get(`plans/${at.plan.id}/messages`)).status).toBe(200);
    const architect = await studio.machine(at.owner, 'architect');
    expect((await architect.client.post(`plans/${at.plan.id}/activate`)).status).toBe(200);
  });

  it('tell their whole life in events: replaying them gives the present state', async () => {
    const at = await active();
    for (const step of ['pause', 'resume', 'pause', 'cancel', 'archive']) await act(at, step);
    const statuses = (await events(at)).filter(({ kind }) => kind === 'plan/status').map(({ payload }) => payload as { from: string; to: string });
    let now = 'draft';
    for (const { from, to } of statuses) {
      expect(from).toBe(now);
      now = to;
    }
    expect(now).toBe((await tree(at)).status);
  });
});
