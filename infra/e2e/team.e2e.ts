import { beforeAll, describe, expect } from 'vitest';
import type { ChannelMessage, Delegated, RunEventItem, TaskView } from '@maestro/protocol';
import { straggler } from './harness/faults.js';
import type { Scene, ScenePlan } from './harness/index.js';
import { SceneTeam, approve, does, expectPrompt, noneLeft, say, stage, when, write, writes } from './harness/index.js';

const NAMES = 'Keep the public names.';
const BLUE = 'Paint it blue.';

describe('teams', () => {
  const { scenario, site } = stage();
  // Made once, and one after another: scenarios that begin at the same time would wait for each other's.
  beforeAll(async () => {
    for (const name of ['crew', 'doomed']) await site().machine(name);
  });

  scenario('four workers work off a plan; one is killed, one is steered, one falls silent', ['R-team', 'R-team-steering', 'R-team-silent'], async (scene) => {
    await scene.begin({ machines: [] });
    const team = await SceneTeam.led(scene, await site().machine('crew'), '--dev', '3', '--review', '1');
    const [killed, steered, silent] = [scene.gate(), scene.gate(), scene.gate()];
    const plan = await scene.activePlan({
      killed: { script: { implement: does(straggler(scene), ...killed.steps, write('killed.txt', 'x\n')) } },
      steered: { script: { implement: [when({ turn: 1 }, ...steered.steps), { when: { turn: 2 }, steps: [expectPrompt(BLUE), expectPrompt(NAMES), write('steered.txt', 'blue\n'), say('Blue.')] }] } },
      silent: { script: { implement: [when({ turn: 1 }, ...silent.steps), when({ turn: 2 }, expectPrompt(NAMES), write('silent.txt', 'x\n'))] } },
      later: { after: ['steered'], script: { implement: does(expectPrompt(NAMES), write('later.txt', 'x\n')) } },
    });
    await Promise.all([killed.reached(), steered.reached(), silent.reached()]);
    expect(new Set((await team.view()).workers.flatMap(({ run }) => (run === null ? [] : [run.taskKey]))).size).toBe(3);

    expect(await team.maestro('steer', NAMES)).toMatchObject({ by: 'team' });
    expect(await team.maestro('steer', '--task', plan.key('steered'), BLUE)).toMatchObject({ by: 'studio' });
    await heard(scene, plan, 'steered', NAMES, BLUE);
    await heard(scene, plan, 'silent', NAMES);
    expect((await team.view()).steering).toMatchObject([{ text: NAMES }]);

    const frozen = await team.busyWith(plan.key('silent'));
    await team.whileSilent(frozen.name, () => team.becomes(frozen.name, 'silent').then(() => undefined));
    await team.becomes(frozen.name, 'working');

    const victim = await team.busyWith(plan.key('killed'));
    await plan.rehearse({ killed: writes('killed.txt') });
    const before = await team.beings();
    process.kill(team.pid(victim.name), 'SIGKILL');
    expect(await team.becomes(victim.name, 'ended')).toMatchObject({ endedBy: 'killed', run: null });
    expect((await team.maestro<Status>('status')).sessions[0]?.team?.workers.find(({ name }) => name === victim.name)).toMatchObject({ alive: false });
    await Promise.all([steered.open(), silent.open()]);
    await plan.allReach('done');
    const [first, ...after] = await plan.runs('killed', 'implement');
    // Lost when its worker died, and cancelled once another had done the work.
    expect(first).toMatchObject({ status: 'cancelled', sessionName: victim.name });
    expect(after.map(({ status, sessionName }) => [status, sessionName !== null && sessionName !== victim.name])).toEqual([['succeeded', true]]);
    expect(await scene.origin.file((await plan.tree()).epicBranch ?? '', 'steered.txt')).toBe('blue');
    expect(before.length).toBeGreaterThan(team.started.workers.length);

    expect(await team.maestro('clear-steering')).toMatchObject({ cleared: 1 });
    const { data: said } = await scene.api.get<{ data: ChannelMessage[] }>(`/teams/${team.started.team}/messages?limit=200`);
    const reports = said.filter(({ kind }) => kind === 'report').map(({ text }) => text);
    for (const name of ['killed', 'steered', 'silent', 'later']) expect(reports.join('\n')).toContain(`finished the work on ${plan.key(name)}.`);
    expect(reports.join('\n')).toContain(`${victim.name} was killed`);
    await team.at.machine.stop();
    await noneLeft(before, 1_000);
  });

  scenario('the lead is killed', ['R-team-lead-killed'], async (scene) => {
    await scene.begin({ machines: [] });
    const at = await site().machine('doomed');
    const team = await SceneTeam.led(scene, at, '--dev', '2');
    const gates = [scene.gate(), scene.gate()] as const;
    const plan = await scene.activePlan({
      one: { script: { implement: does(straggler(scene), ...gates[0].steps, write('one.txt', 'x\n')) } },
      two: { script: { implement: does(...gates[1].steps, write('two.txt', 'x\n')) } },
    });
    await Promise.all(gates.map((gate) => gate.reached()));
    const beings = await team.beings();
    // Two workers, an agent of each with its tools, and what one of them left behind.
    expect(beings.length).toBeGreaterThanOrEqual(5);
    await at.machine.kill();
    await noneLeft(beings, 5_000);
    await plan.rehearse({ one: writes('one.txt'), two: writes('two.txt') });
    const next = await SceneTeam.led(scene, at, '--dev', '2', '--review', '1');
    await plan.allReach('done');
    expect(await team.view()).toMatchObject({ open: false, workers: [{ status: 'ended' }, { status: 'ended' }] });
    expect((await next.view()).open).toBe(true);
    await at.machine.stop();
  });

  scenario('a lead hands a subtask to a worker, and a tester runs what was written', ['R-team-delegate', 'R-team-tester'], async (scene) => {
    await scene.begin({ machines: [] });
    const team = await SceneTeam.led(scene, await site().machine(), '--dev', '2', '--test', '1');
    const gate = scene.gate();
    const tried = { review: [{ steps: [expectPrompt('Judge it by running it'), approve] }] };
    const plan = await scene.activePlan({ parent: { script: { implement: does(...gate.steps, write('parent.txt', 'x\n')), ...tried } } });
    await gate.reached();
    const busy = await team.busyWith(plan.key('parent'));
    const free = (await team.view()).workers.find(({ job, name }) => job === 'dev' && name !== busy.name);
    const lead = (await team.view()).lead.session;
    const hand = (worker: string | undefined): Promise<Delegated> => scene.api.post<Delegated>(`/agent-sessions/${lead}/delegate`, { worker, parent: plan.taskId('parent'), title: 'Tests of it', acceptanceCriteria: ['They fail without the change.'] });
    expect(await scene.refused(hand((await team.view()).workers.find(({ job }) => job === 'test')?.id))).toMatchObject({ code: 'wrong_job' });
    await plan.rehearseKey(nextKey(scene, (await plan.tree()).tasks), { implement: does(expectPrompt('They fail without the change.'), write('child.txt', 'x\n')), ...tried });
    const handed = await hand(free?.id);
    plan.adopt('child', { id: handed.task, key: handed.key });
    expect(handed.worker).toBe(free?.name);
    await plan.reaches('child', 'done');
    expect((await plan.runs('child', 'implement')).map(({ sessionName }) => sessionName)).toEqual([free?.name]);
    await gate.open();
    await plan.reaches('parent', 'done');
    expect((await plan.runs('parent', 'review')).map(({ status, sessionName }) => [status, sessionName])).toEqual([['succeeded', 'desk test 1']]);
    await team.at.machine.stop();
  });
});

interface Status {
  readonly sessions: readonly { readonly team?: { readonly workers: readonly { readonly name: string; readonly alive: boolean }[] } }[];
}

/** Waits until the words are in the transcript of whoever works on the task. */
async function heard(scene: Scene, plan: ScenePlan, name: string, ...texts: readonly string[]): Promise<void> {
  const [live] = await plan.runs(name, 'implement');
  await scene.until(`the agent of ${name} to hear ${texts.join(' ')}`, async () => {
    const { data } = await scene.api.get<{ data: RunEventItem[] }>(`/runs/${live?.id ?? ''}/events?limit=200`);
    const said = data.filter(({ kind }) => kind === 'steered').map(({ payload }) => payload['text']);
    return texts.every((text) => said.includes(text));
  });
}

/** The key that the project's next task gets. */
function nextKey(scene: Scene, tasks: readonly TaskView[]): string {
  return `${scene.key}-${Math.max(...tasks.map(({ key }) => Number(key.split('-').at(-1)))) + 1}`;
}
