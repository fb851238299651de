import type { PlanTree, Problem, ProjectView, TaskView } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { Database } from '../../platform/database/index.js';
import { describeStudioOnBoth } from '../../test-support/index.js';
import type { Answer, TestOwner } from '../../test-support/index.js';
import { TasksService } from '../tasks/index.js';
import { SubtasksService } from './index.js';

const PROPOSAL = 'title: Checkout\nphases:\n  - title: Build\n    tasks:\n      - { key: a, title: A }\n      - { key: b, title: B, dependsOn: [a] }\n      - { key: c, title: C }\n';

/** What a refusal has that the thing itself has not; `status` and `title` mean something else in each. */
type Refusal = Pick<Problem, 'code' | 'details'>;

interface Setting {
  readonly owner: TestOwner;
  readonly project: ProjectView;
  readonly plan: PlanTree;
}

describeStudioOnBoth('Editing a plan that runs', (studio) => {
  async function active(): Promise<Setting> {
    const owner = await studio.owner();
    const project = await owner.client.post<ProjectView>(`workspaces/${owner.workspace.id}/projects`, { name: 'Shop', remote: 'https://github.com/acme/shop' });
    const { body: draft } = await owner.client.post<PlanTree>(`projects/${project.body.id}/plans/import`, { text: PROPOSAL });
    expect((await owner.client.post(`plans/${draft.id}/activate`)).status).toBe(200);
    return { owner, project: project.body, plan: draft };
  }
  const tree = async ({ owner, plan }: Setting): Promise<PlanTree> => (await owner.client.get<PlanTree>(`plans/${plan.id}`)).body;
  const patch = async (at: Setting, ...edits: readonly object[]): Promise<Answer<PlanTree & Refusal>> => at.owner.client.patch(`plans/${at.plan.id}`, { version: (await tree(at)).version, edits });
  const task = (from: PlanTree, key: string): TaskView => {
    const found = from.tasks.find((each) => each.key === key);
    if (found === undefined) throw new Error(`no task ${key}`);
    return found;
  };
  /** Where a run would have brought it. */
  const put = (key: string, status: string) => studio.query('update tasks set status = $2 where key = $1', [key, status]);
  const asBody = ({ version, title, goal, phases, tasks }: PlanTree) => ({
    version,
    title,
    goal,
    phases: phases.map((phase) => ({
      id: phase.id,
      title: phase.title,
      tasks: tasks.filter(({ phaseId }) => phaseId === phase.id).map(({ id, title: name, description, acceptanceCriteria, skills, dependsOn, priority, estimateMinutes }) => ({ id, title: name, description, acceptanceCriteria, skills, dependsOn, priority, estimateMinutes })),
    })),
  });

  it('a new task is queued at once', async () => {
    const at = await active();
    const { body } = await patch(at, { op: 'add_task', phase: at.plan.phases[0]?.id, task: { title: 'D', dependsOn: ['SHOP-2'] } });
    expect(task(body, 'SHOP-4')).toMatchObject({ title: 'D', status: 'queued', level: 2, branch: 'task/SHOP-4' });
  });

  it('a new text is a new version of the task; priority and skills are not', async () => {
    const at = await active();
    const { id } = task(at.plan, 'SHOP-1');
    const first = await patch(at, { op: 'set_task', task: id, changes: { description: 'More.' } });
    expect(task(first.body, 'SHOP-1')).toMatchObject({ description: 'More.', textVersion: 2 });
    const second = await patch(at, { op: 'set_task', task: id, changes: { priority: 9 } });
    expect(task(second.body, 'SHOP-1')).toMatchObject({ priority: 9, textVersion: 2 });
    expect(second.body.version).toBe(first.body.version + 1);
  });

  it('a done task does not change, and takes the whole edit with it', async () => {
    const at = await active();
    await put('SHOP-1', 'done');
    for (const changes of [{ title: 'X' }, { priority: 9 }]) {
      expect(await patch(at, { op: 'set_plan', title: 'Not kept' }, { op: 'set_task', task: task(at.plan, 'SHOP-1').id, changes })).toMatchObject({ status: 409, body: { code: 'task_done' } });
    }
    expect((await tree(at)).title).toBe('Checkout');
  });

  it('a landing task that is being pushed refuses a new text; one that is not goes back to review', async () => {
    const at = await active();
    const { id } = task(at.plan, 'SHOP-1');
    await put('SHOP-1', 'landing');
    expect(task((await patch(at, { op: 'set_task', task: id, changes: { title: 'New' } })).body, 'SHOP-1').status).toBe('in_review');
    await put('SHOP-1', 'landing');
    await studio.query('update tasks set intent = $2 where id = $1', [id, JSON.stringify({ run: 'r', head: 'h', tip: 't', commit: 'c' })]);
    expect(await patch(at, { op: 'set_task', task: id, changes: { title: 'Newer' } })).toMatchObject({ status: 409, body: { code: 'too_late' } });
  });

  it('what a task waits for changes only before it starts', async () => {
    const at = await active();
    const [b, c] = [task(at.plan, 'SHOP-2').id, task(at.plan, 'SHOP-3').id];
    const { body } = await patch(at, { op: 'set_dependencies', task: b, dependsOn: ['SHOP-3'] });
    expect(task(body, 'SHOP-2')).toMatchObject({ dependsOn: [c], level: 1 });
    await put('SHOP-3', 'in_progress');
    expect(await patch(at, { op: 'set_dependencies', task: c, dependsOn: ['SHOP-1'] })).toMatchObject({ status: 409, body: { code: 'already_started' } });
  });

  it('a cancelled task stays as history, and blocks what still waits for it', async () => {
    const at = await active();
    const { body } = await patch(at, { op: 'cancel_task', task: task(at.plan, 'SHOP-1').id });
    expect(task(body, 'SHOP-1').status).toBe('cancelled');
    expect(task(body, 'SHOP-2')).toMatchObject({ status: 'blocked', blocked: { code: 'dependency_cancelled', sentence: expect.stringContaining('SHOP-1') as string } });
  });

  it('what is told in the same edit not to wait for it any more is not blocked', async () => {
    const at = await active();
    const { body } = await patch(at, { op: 'cancel_task', task: task(at.plan, 'SHOP-1').id }, { op: 'set_dependencies', task: task(at.plan, 'SHOP-2').id, dependsOn: [] });
    expect(task(body, 'SHOP-2')).toMatchObject({ status: 'queued', dependsOn: [] });
  });

  it('a whole tree that leaves out tasks must say that they are to be cancelled', async () => {
    const at = await active();
    await put('SHOP-3', 'done');
    const body = asBody(await tree(at));
    const without = { ...body, phases: body.phases.map((phase) => ({ ...phase, tasks: [] })) };
    const refused = await at.owner.client.put<Problem>(`plans/${at.plan.id}`, without);
    expect(refused).toMatchObject({ status: 409, body: { code: 'would_cancel', details: { tasks: [{ key: 'SHOP-1', status: 'queued' }, { key: 'SHOP-2' }] } } });
    const answer = await at.owner.client.put<PlanTree>(`plans/${at.plan.id}`, { ...without, cancel: [task(at.plan, 'SHOP-1').id, task(at.plan, 'SHOP-2').id] });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    expect(answer.body.tasks.map(({ key, status }) => [key, status])).toEqual([['SHOP-1', 'cancelled'], ['SHOP-2', 'cancelled'], ['SHOP-3', 'done']]);
  });

  it('says when nothing is left to release, until there is', async () => {
    const at = await active();
    const { body } = await patch(at, ...at.plan.tasks.map(({ id }) => ({ op: 'cancel_task', task: id })));
    expect(body.notices).toMatchObject([{ code: 'nothing_to_release', actions: ['add_task', 'cancel'] }]);
    expect((await patch(at, { op: 'add_task', phase: at.plan.phases[0]?.id, task: { title: 'D' } })).body.notices).toEqual([]);
  });

  it('refuses a proposal in its place', async () => {
    const at = await active();
    expect(await at.owner.client.post(`plans/${at.plan.id}/import`, { text: PROPOSAL })).toMatchObject({ status: 409, body: { code: 'not_draft' } });
  });

  it('exports without what was cancelled', async () => {
    const at = await active();
    await patch(at, { op: 'cancel_task', task: task(at.plan, 'SHOP-1').id });
    const { body } = await at.owner.client.get<{ phases: { tasks: unknown[] }[] }>(`plans/${at.plan.id}/export?format=json`);
    expect(body.phases[0]?.tasks).toEqual([{ key: 'SHOP-2', title: 'B' }, { key: 'SHOP-3', title: 'C' }]);
  });

  describe('subtasks', () => {
    const add = (at: Setting, needsParent: boolean, skills: { slug: string; min: number }[] = []) =>
      studio.app.get(Database).inTransaction(async (tx) => {
        const parent = await studio.app.get(TasksService).find(tx, task(at.plan, 'SHOP-2').id);
        if (parent === undefined) throw new Error('SHOP-2 is in the plan');
        const run = '0190a5d0-0000-7000-8000-000000000000';
        return studio.app.get(SubtasksService).add(tx, parent, { title: 'Child', description: '', acceptanceCriteria: [], skills, needsParent, run }, { actor: { type: 'system', name: 'test' } });
      });

    it('join the phase of their parent, one level deeper', async () => {
      const at = await active();
      expect(await add(at, true)).toMatchObject({ ok: true, value: { key: 'SHOP-4' } });
      const after = await tree(at);
      expect(task(after, 'SHOP-4')).toMatchObject({ title: 'Child', status: 'queued', parentId: task(after, 'SHOP-2').id, dependsOn: [task(after, 'SHOP-2').id], level: 2, position: 3 });
      expect(after.version).toBe(at.plan.version + 1);
      const edits = await studio.query(`select payload from events where plan_id = $1 and kind = 'plan/edited' order by txid, seq`, [at.plan.id]);
      expect(edits.at(-1)).toMatchObject({ payload: { subtaskOf: task(after, 'SHOP-2').id } });
    });

    it('ask for skills that the workspace has', async () => {
      expect(await add(await active(), false, [{ slug: 'cobol', min: 3 }])).toMatchObject({ ok: false, refusal: { code: 'skill_unknown' } });
    });

    it('are refused by a plan that takes no edits', async () => {
      const at = await active();
      await studio.query(`update plans set status = 'releasing'`);
      expect(await add(at, false)).toMatchObject({ ok: false, refusal: { code: 'releasing' } });
    });
  });
});
