import { describe, expect } from 'vitest';
import type { RunView } from '@maestro/protocol';
import { findNginx } from '../test-support/index.js';
import { ScaledOut } from './harness/scaled-out.js';
import type { Scene, ScenePlan } from './harness/index.js';
import { approve, does, stage, write, writes } from './harness/index.js';

// nginx is asked of the machine by the step that runs this file, which says so where it is missing.
describe.skipIf(findNginx() === undefined)('several studios behind a proxy', () => {
  let studios: ScaledOut;
  const { scenario } = stage({ alone: true, studios: async (folder, settings) => (studios = await ScaledOut.open(folder, settings)) });

  scenario('each studio is killed in turn, and Redis with them', ['R-scale-out'], async (scene) => {
    await scene.begin();
    const [written, reviewed] = [scene.gate(), scene.gate()];
    const plan = await scene.activePlan({
      first: { script: { implement: does(...written.steps, write('first.txt', 'first.txt\n')), review: [{ steps: [...reviewed.steps, approve] }] } },
      second: { after: ['first'], script: writes('second.txt') },
    });
    const [one, two] = studios.each;

    await written.reached();
    await one.kill();
    await studios.redis.crash();
    await written.open();
    await reviewed.reached();
    // The machine was connected to one of them: whichever it was, that one has been killed by now.
    await one.start();
    await two.kill();
    // Validation runs where a task is written, too: held from here on, it is the landing that stands still.
    const landing = await scene.origin.holdValidation();
    await reviewed.open();
    await landing.reached();
    await studios.redis.restart();
    expect(await studios.redis.flush(), 'Redis holds nothing that could be lost').toBe(0);
    await two.start();
    await one.kill();
    await landing.release();
    await plan.allReach('done');
    await one.start();
    await plan.releases();

    for (const name of ['first', 'second']) {
      for (const purpose of ['implement', 'review', 'merge']) await onceAtFirstTry(plan, name, purpose);
    }
  });

  scenario('each studio is restarted in turn while people work', ['R-scale-rolling'], async (scene) => {
    await scene.begin();
    const gate = scene.gate();
    const plan = await scene.activePlan({ only: { script: { implement: does(...gate.steps, write('only.txt', 'only.txt\n')) } } });
    await gate.reached();
    const people = new Visitors(scene);
    for (const studio of studios.each) {
      const before = people.answered;
      await studio.stop();
      expect(await studio.exited, 'it ends in good order').toBe(0);
      await scene.until('the other one to serve people', () => people.answered > before + 20);
      await studio.start();
    }
    await people.leave();
    expect(people.refused, 'requests that a restart cost').toEqual([]);
    await gate.open();
    await plan.allReach('done');
    await onceAtFirstTry(plan, 'only', 'implement');
  });
});

/** Somebody who reads and writes all the time, through the proxy. */
class Visitors {
  answered = 0;
  readonly refused: string[] = [];
  private working = true;
  private readonly done: Promise<void>;

  constructor(private readonly scene: Scene) {
    this.done = this.work();
  }

  async leave(): Promise<void> {
    this.working = false;
    await this.done;
  }

  private async work(): Promise<void> {
    const { api, project, site } = this.scene;
    while (this.working) {
      const requests = [api.get('/me'), api.patch(`/projects/${project.id}`, { name: `Renamed ${this.answered}` }), api.get(`/workspaces/${site.workspace}`)];
      for (const outcome of await Promise.allSettled(requests)) {
        if (outcome.status === 'fulfilled') this.answered += 1;
        else this.refused.push(String(outcome.reason));
      }
    }
  }
}

/** Nothing was tried again, and nothing was done twice. */
async function onceAtFirstTry(plan: ScenePlan, name: string, purpose: string): Promise<void> {
  const runs = (await plan.runs(name, purpose)).filter(({ status }: RunView) => status !== 'withdrawn');
  expect(runs.map(({ status, attempt }) => ({ status, attempt })), `${purpose} of ${name}`).toEqual([{ status: 'succeeded', attempt: 1 }]);
}
