import { beforeAll, describe, expect, it } from 'vitest';
import { explore, reaching, type Edge, type Graph } from './test-support/graph.js';
import { isEnd, type Move, type World } from './test-support/model.js';

const isCancel = (move: Move): boolean => move.by === 'person' && /cancel/.test(move.name);

let graph: Graph;

/** Exploring takes seconds; every check reads the same graph. */
beforeAll(() => {
  graph = explore();
}, 120_000);

/** The first few worlds that are not among the good ones, to be read in a failure. */
const others = (good: readonly boolean[]): readonly World[] => graph.worlds.filter((_, number) => good[number] !== true).slice(0, 3);

describe('a plan with two tasks, explored', { timeout: 120_000 }, () => {
  it('is large enough to mean something', () => {
    expect(graph.worlds.length).toBeGreaterThan(50_000);
  });

  it('can always come to an end without giving work up', () => {
    expect(others(reaching(graph, isEnd, (move) => !isCancel(move)))).toEqual([]);
  });

  it('needs no person while nothing is blocked, paused or ended', () => {
    const needsPerson = (world: World): boolean =>
      world.plan !== 'active' || world.tasks.every((task) => task.state.startsWith('blocked/') || task.state === 'done' || task.state === 'cancelled') ||
      (world.tasks[0].state.startsWith('blocked/') && world.tasks[1].state === 'queued');
    expect(others(reaching(graph, needsPerson, (move) => move.by === 'system'))).toEqual([]);
  });

  it('offers an action that is not giving up in every block', () => {
    const without: string[] = [];
    graph.worlds.forEach((world, number) => {
      if (world.plan !== 'active') return;
      world.tasks.forEach((task, index) => {
        if (!task.state.startsWith('blocked/')) return;
        const offered = graph.edges[number]?.some(({ move }) => move.name.startsWith(`${index}: `) && !isCancel(move));
        if (offered !== true) without.push(task.state);
      });
    });
    expect([...new Set(without)]).toEqual([]);
  });

  it('has no loop of the system that neither a counter nor a named clock bounds', () => {
    // Depth first over the edges that no clock paces: an edge back to a world on the stack is a loop for ever.
    const done = graph.worlds.map(() => false);
    const open = graph.worlds.map(() => false);
    const stack: { at: number; left: Edge[] }[] = [];
    const push = (at: number): void => {
      open[at] = true;
      stack.push({ at, left: (graph.edges[at] ?? []).filter(({ move, to }) => move.by === 'system' && move.paced === undefined && to !== at) });
    };
    for (const start of graph.worlds.keys()) {
      if (done[start] !== true) push(start);
      for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
        const edge = top.left.pop();
        if (edge === undefined) {
          open[top.at] = false;
          done[top.at] = true;
          stack.pop();
          continue;
        }
        if (open[edge.to] === true) expect.fail(`a loop closes with "${edge.move.name}" at ${JSON.stringify(graph.worlds[edge.to])}`);
        if (done[edge.to] !== true) push(edge.to);
      }
    }
  });
});
