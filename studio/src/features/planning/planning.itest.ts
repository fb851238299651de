import type { PlanPreview, PlanTree, PlanView, Problem, ProjectView, TaskView } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { describeStudioOnBoth } from '../../test-support/index.js';
import type { TestOwner } from '../../test-support/index.js';
import { PlanningModule } from './index.js';

const PROPOSAL = `
title: Checkout
goal: People pay.
phases:
  - title: Build
    tasks:
      - key: cart
        title: Cart
        description: A cart that adds up.
        acceptanceCriteria: [The sum is right.]
        estimate: 2h
      - key: pay
        title: Pay
        dependsOn: [cart]
        skills: [go:4]
  - title: Ship
    tasks:
      - key: docs
        title: Docs
        dependsOn: [cart, pay]
        priority: 5
`;

/** What a refusal has that the thing itself has not; `status` and `title` mean something else in each. */
type Refusal = Pick<Problem, 'code' | 'details'>;

interface Setting {
  readonly owner: TestOwner;
  readonly project: ProjectView;
}

describeStudioOnBoth(
  'Planning',
  (studio) => {
    async function setting(): Promise<Setting> {
      const owner = await studio.owner();
      expect((await owner.client.post(`workspaces/${owner.workspace.id}/skills`, { slug: 'go', name: 'Go' })).status).toBe(201);
      const project = await owner.client.post<ProjectView>(`workspaces/${owner.workspace.id}/projects`, { name: 'Shop', remote: 'https://github.com/acme/shop' });
      expect(project.status).toBe(201);
      return { owner, project: project.body };
    }
    async function imported({ owner, project }: Setting, text = PROPOSAL): Promise<PlanTree> {
      const answer = await owner.client.post<PlanTree>(`projects/${project.id}/plans/import`, { text });
      expect(answer.status, JSON.stringify(answer.body)).toBe(201);
      return answer.body;
    }
    const task = (tree: PlanTree, title: string): TaskView => {
      const found = tree.tasks.find((each) => each.title === title);
      if (found === undefined) throw new Error(`no task ${title} in ${tree.tasks.map((each) => each.title).join(', ')}`);
      return found;
    };
    const kinds = async (planId: string): Promise<readonly string[]> => (await studio.query<{ kind: string }>('select kind from events where plan_id = $1 order by txid, seq', [planId])).map(({ kind }) => kind);
    /** The tree as an editor would send it back. */
    const asBody = (tree: PlanTree) => ({
      version: tree.version,
      title: tree.title,
      goal: tree.goal,
      phases: tree.phases.map(({ id, title }) => ({
        id,
        title,
        tasks: tree.tasks
          .filter(({ phaseId }) => phaseId === id)
          .map(({ id: own, title: name, description, acceptanceCriteria, skills, dependsOn, priority, estimateMinutes }) => ({ id: own, title: name, description, acceptanceCriteria, skills, dependsOn, priority, estimateMinutes })),
      })),
    });

    describe('an import', () => {
      it('makes a draft with keys, levels and branches', async () => {
        const at = await setting();
        const tree = await imported(at);
        expect(tree).toMatchObject({ title: 'Checkout', goal: 'People pay.', status: 'draft', epicBranch: null, baseBranch: 'main', phases: [{ title: 'Build', position: 0, status: 'waiting' }, { title: 'Ship', position: 1 }] });
        expect(tree.tasks.map(({ key, title, level, status, branch }) => ({ key, title, level, status, branch }))).toEqual([
          { key: 'SHOP-1', title: 'Cart', level: 0, status: 'draft', branch: 'task/SHOP-1' },
          { key: 'SHOP-2', title: 'Pay', level: 1, status: 'draft', branch: 'task/SHOP-2' },
          { key: 'SHOP-3', title: 'Docs', level: 2, status: 'draft', branch: 'task/SHOP-3' },
        ]);
        expect(task(tree, 'Cart')).toMatchObject({ description: 'A cart that adds up.', acceptanceCriteria: ['The sum is right.'], estimateMinutes: 120 });
        expect(task(tree, 'Pay')).toMatchObject({ skills: [{ slug: 'go', min: 4 }], dependsOn: [task(tree, 'Cart').id] });
        expect(task(tree, 'Docs')).toMatchObject({ priority: 5 });
        expect((await at.owner.client.get(`plans/${tree.id}`)).body).toEqual(tree);
        expect(await kinds(tree.id)).toEqual(['plan/created', 'task/created', 'task/created', 'task/created', 'plan/edited']);
      });

      it('lists everything that is wrong, with its line, and makes nothing', async () => {
        const { owner, project } = await setting();
        const text = 'phases:\n  - title: Build\n    tasks:\n      - key: a\n        title: A\n        dependsOn: [b, gone]\n      - key: b\n        title: B\n        dependsOn: [a]\n        skills: [cobol]\n';
        const { status, body } = await owner.client.post<Problem>(`projects/${project.id}/plans/import`, { text });
        expect({ status, code: body.code }).toEqual({ status: 422, code: 'proposal_invalid' });
        expect(body.issues?.map(({ line }) => line)).toEqual([4, 6, 10]);
        expect(body.issues?.map(({ message }) => message).join('\n')).toMatch(/a → b → a[^]*"gone"[^]*"cobol"/);
        expect((await owner.client.get<{ data: unknown[] }>(`projects/${project.id}/plans`)).body.data).toEqual([]);
      });

      it('takes the place of a draft\'s tree, with new keys', async () => {
        const at = await setting();
        const first = await imported(at);
        const text = '# Other plan\n\n## Only phase\n\n- [ ] One thing\n';
        const { status, body } = await at.owner.client.post<PlanTree>(`plans/${first.id}/import`, { text, title: 'Mine' });
        expect(status, JSON.stringify(body)).toBe(200);
        expect(body).toMatchObject({ id: first.id, title: 'Mine', version: first.version + 1, phases: [{ title: 'Only phase' }], tasks: [{ key: 'SHOP-4', title: 'One thing' }] });
        expect((await kinds(first.id)).filter((kind) => kind === 'task/removed')).toHaveLength(3);
      });

      it.each(['yaml', 'md', 'json'])('of what was exported as %s gives the same plan', async (format) => {
        const at = await setting();
        const tree = await imported(at);
        const exported = await fetch(new URL(`/api/v1/plans/${tree.id}/export?format=${format}`, studio.url), { headers: { cookie: at.owner.client.credential.cookie ?? '' } });
        expect(exported.headers.get('content-type')).toMatch({ yaml: /^application\/yaml/, md: /^text\/markdown/, json: /^application\/json/ }[format] ?? /never/);
        const again = await imported(at, await exported.text());
        const shape = ({ title, goal, phases, tasks }: PlanTree) => ({
          title,
          goal,
          phases: phases.map((phase) => phase.title),
          tasks: tasks.map((each) => ({
            ...each, id: '', planId: '', phaseId: '', key: '', branch: '', updatedAt: '',
            dependsOn: each.dependsOn.map((id) => tasks.find((other) => other.id === id)?.title).sort(),
          })),
        });
        expect(shape(again)).toEqual(shape(tree));
      });
    });

    describe('an edit by steps', () => {
      it('happens whole, makes one new version, and answers with the tree', async () => {
        const at = await setting();
        const tree = await imported(at);
        const [build, ship] = tree.phases;
        const { status, body } = await at.owner.client.patch<PlanTree>(`plans/${tree.id}`, {
          version: tree.version,
          edits: [
            { op: 'set_plan', title: 'Checkout 2' },
            { op: 'add_phase', ref: 'p', title: 'Between', position: 1 },
            { op: 'add_task', phase: 'p', task: { ref: 'x', title: 'Extra', dependsOn: ['SHOP-1'] } },
            { op: 'set_dependencies', task: task(tree, 'Docs').id, dependsOn: ['x'] },
            { op: 'set_task', task: task(tree, 'Cart').id, changes: { title: 'Basket' } },
            { op: 'move_task', task: task(tree, 'Pay').id, phase: ship?.id, position: 0 },
            { op: 'set_phase', phase: build?.id, title: 'Make' },
          ],
        });
        expect(status, JSON.stringify(body)).toBe(200);
        expect(body).toMatchObject({ title: 'Checkout 2', goal: 'People pay.', version: tree.version + 1 });
        expect(body.phases.map(({ title }) => title)).toEqual(['Make', 'Between', 'Ship']);
        expect(body.tasks.map(({ key, title, level }) => [key, title, level])).toEqual([['SHOP-1', 'Basket', 0], ['SHOP-4', 'Extra', 1], ['SHOP-2', 'Pay', 1], ['SHOP-3', 'Docs', 2]]);
        expect(task(body, 'Basket')).toMatchObject({ description: 'A cart that adds up.', estimateMinutes: 120, textVersion: 2 });
        expect(task(body, 'Docs').dependsOn).toEqual([task(body, 'Extra').id]);
        expect((await kinds(tree.id)).filter((kind) => kind === 'plan/edited')).toHaveLength(2);
      });

      it('that changes nothing makes no version', async () => {
        const at = await setting();
        const tree = await imported(at);
        const { body } = await at.owner.client.patch<PlanTree>(`plans/${tree.id}`, { version: tree.version, edits: [{ op: 'set_plan', title: tree.title }] });
        expect(body).toEqual(tree);
      });

      it('takes drafts away, and their phase', async () => {
        const at = await setting();
        const tree = await imported(at);
        const { body } = await at.owner.client.patch<PlanTree>(`plans/${tree.id}`, { version: tree.version, edits: [{ op: 'cancel_task', task: task(tree, 'Docs').id }, { op: 'remove_phase', phase: tree.phases[1]?.id }, { op: 'cancel_task', task: task(tree, 'Cart').id }] });
        expect(body.phases.map(({ title }) => title)).toEqual(['Build']);
        expect(body.tasks).toMatchObject([{ key: 'SHOP-2', dependsOn: [], level: 0 }]);
        expect(await studio.query('select * from task_dependencies')).toEqual([]);
      });

      it('with a mistake is refused with all of them, and changes nothing', async () => {
        const at = await setting();
        const tree = await imported(at);
        const edits = [
          { op: 'set_plan', title: 'Not kept' },
          { op: 'set_dependencies', task: task(tree, 'Cart').id, dependsOn: [task(tree, 'Docs').id] },
          { op: 'add_task', phase: tree.phases[0]?.id, task: { title: 'X', skills: [{ slug: 'cobol' }] } },
        ];
        const { status, body } = await at.owner.client.patch<Problem>(`plans/${tree.id}`, { version: tree.version, edits });
        expect({ status, code: body.code }).toEqual({ status: 422, code: 'plan_edit_invalid' });
        expect(body.issues).toMatchObject([
          { path: 'edits[1].dependsOn', message: expect.stringContaining('SHOP-1 → SHOP-3') as string },
          { path: 'edits[2].task.skills[0]', message: expect.stringContaining('cobol') as string },
        ]);
        const gone = await at.owner.client.patch<Problem>(`plans/${tree.id}`, { version: tree.version, edits: [{ op: 'remove_phase', phase: 'gone' }] });
        expect(gone).toMatchObject({ status: 422, body: { issues: [{ path: 'edits[0].phase' }] } });
        expect((await at.owner.client.get(`plans/${tree.id}`)).body).toEqual(tree);
      });

      it('from an old version gets the present tree; of two at once one wins', async () => {
        const at = await setting();
        const tree = await imported(at);
        const send = (title: string) => at.owner.client.patch<PlanTree & Refusal>(`plans/${tree.id}`, { version: tree.version, edits: [{ op: 'set_plan', title }] });
        const answers = await Promise.all([send('One'), send('Two'), send('Three')]);
        expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
        const won = answers.find(({ status }) => status === 200)?.body;
        for (const { body } of answers.filter(({ status }) => status === 409)) expect(body).toMatchObject({ code: 'version_conflict', details: { version: tree.version + 1, tree: { title: won?.title, tasks: [{}, {}, {}] } } });
      });
    });

    describe('a whole tree', () => {
      it('sent back as it is changes nothing', async () => {
        const at = await setting();
        const tree = await imported(at);
        expect((await at.owner.client.put<PlanTree>(`plans/${tree.id}`, asBody(tree))).body).toEqual(tree);
      });

      it('drops what it leaves out, makes what is new, and orders as it says', async () => {
        const at = await setting();
        const tree = await imported(at);
        const { phases, ...rest } = asBody(tree);
        const { status, body } = await at.owner.client.put<PlanTree>(`plans/${tree.id}`, {
          ...rest,
          phases: [{ title: 'New first', tasks: [{ ref: 'n', title: 'New', dependsOn: ['SHOP-2'] }] }, { ...phases[0], tasks: [...(phases[0]?.tasks ?? [])].reverse() }],
        });
        expect(status, JSON.stringify(body)).toBe(200);
        expect(body.tasks.map(({ key, title }) => [key, title])).toEqual([['SHOP-4', 'New'], ['SHOP-2', 'Pay'], ['SHOP-1', 'Cart']]);
        expect(body.phases.map(({ title }) => title)).toEqual(['New first', 'Build']);
      });
    });

    describe('the preview', () => {
      it('shows waves, the longest chain, and that nobody can take anything while nobody is connected', async () => {
        const at = await setting();
        const tree = await imported(at);
        const { status, body } = await at.owner.client.post<PlanPreview>(`plans/${tree.id}/preview`);
        expect(status).toBe(200);
        expect(body).toMatchObject({ levels: [['SHOP-1'], ['SHOP-2'], ['SHOP-3']], criticalPath: ['SHOP-1', 'SHOP-2', 'SHOP-3'], estimateMinutes: 240, takers: { 'SHOP-1': [], 'SHOP-2': [], 'SHOP-3': [] } });
        expect(body.nobody.map(({ key }) => key)).toEqual(['SHOP-1', 'SHOP-2', 'SHOP-3']);
      });
    });

    it('is for architects to write and for members to read; others do not know of it', async () => {
      const at = await setting();
      const tree = await imported(at);
      const developer = await studio.machine(at.owner, 'developer');
      expect((await developer.client.get(`plans/${tree.id}`)).status).toBe(200);
      expect((await developer.client.get(`plans/${tree.id}/export`)).status).toBe(200);
      expect((await developer.client.patch(`plans/${tree.id}`, { version: 1, edits: [{ op: 'set_plan', title: 'X' }] })).status).toBe(403);
      expect((await developer.client.put(`plans/${tree.id}`, asBody(tree))).status).toBe(403);
      expect((await developer.client.post(`plans/${tree.id}/import`, { text: PROPOSAL })).status).toBe(403);
      expect((await developer.client.post(`projects/${at.project.id}/plans/import`, { text: PROPOSAL })).status).toBe(403);

      const beta = { ...at.owner, workspace: await studio.workspace(at.owner.client, 'Beta') };
      const { client: stranger } = await studio.machine(beta, 'admin');
      const answers = [
        await stranger.get<Problem>(`plans/${tree.id}`), await stranger.get<Problem>(`plans/${tree.id}/export`), await stranger.post<Problem>(`plans/${tree.id}/preview`),
        await stranger.put<Problem>(`plans/${tree.id}`, asBody(tree)), await stranger.post<Problem>(`plans/${tree.id}/import`, { text: PROPOSAL }), await stranger.post<Problem>(`plans/${tree.id}/activate`),
        await stranger.get<Problem>(`plans/${tree.id}/messages`),
      ];
      for (const answer of answers) expect(answer).toMatchObject({ status: 404, body: { code: 'plan_not_found' } });
    });

    it('keeps what cannot be stored out, with a sentence', async () => {
      const at = await setting();
      const tree = await imported(at);
      const { status, body } = await at.owner.client.patch<Problem>(`plans/${tree.id}`, { version: tree.version, edits: [{ op: 'set_task', task: task(tree, 'Cart').id, changes: { description: 'a\u0001b' } }] });
      expect({ status, path: body.issues?.[0]?.path }).toEqual({ status: 422, path: 'edits[0].changes' });
    });

    it('lists plans, newest first', async () => {
      const at = await setting();
      for (const title of ['First', 'Second', 'Third']) expect((await at.owner.client.post<PlanView>(`projects/${at.project.id}/plans`, { title })).status).toBe(201);
      const first = await at.owner.client.get<{ data: PlanView[]; nextCursor: string }>(`projects/${at.project.id}/plans?limit=2`);
      expect(first.body.data.map(({ title }) => title)).toEqual(['Third', 'Second']);
      const second = await at.owner.client.get<{ data: PlanView[] }>(`projects/${at.project.id}/plans?limit=2&cursor=${first.body.nextCursor}`);
      expect(second.body).toMatchObject({ data: [{ title: 'First' }], nextCursor: null });
    });
  },
  { highestFeature: PlanningModule },
);
