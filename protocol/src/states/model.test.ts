import { beforeAll, describe, expect, it } from 'vitest';
import { beginning, isEnd, moves, type Move, type World } from './test-support/model.js';

interface Node {
  readonly world: World;
  readonly moves: readonly (Move & { readonly key: string })[];
}

const keyOf = (world: World): string => JSON.stringify(world);
const nodes = new Map<string, Node>();

/** Breadth first over everything that persons, daemons and clocks can do. */
function explore(): void {
  const queue = [beginning];
  nodes.set(keyOf(beginning), { world: beginning, moves: [] });
  for (let world = queue.pop(); world !== undefined; world = queue.pop()) {
    const next = moves(world).map((move) => ({ ...move, key: keyOf(move.to) }));
    nodes.set(keyOf(world), { world, moves: next });
    for (const move of next) {
      if (nodes.has(move.key)) continue;
      nodes.set(move.key, { world: move.to, moves: [] });
      queue.push(move.to);
    }
  }
}

/** Keys from which a move in `allowed` leads, step by step, to a world that satisfies `goal`. */
function reaching(goal: (world: World) => boolean, allowed: (move: Move) => boolean): ReadonlySet<string> {
  const back = new Map<string, string[]>();
  for (const [key, node] of nodes) for (const move of node.moves) if (allowed(move)) back.set(move.key, [...(back.get(move.key) ?? []), key]);
  const found = new Set([...nodes].filter(([, node]) => goal(node.world)).map(([key]) => key));
  const queue = [...found];
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    for (const before of back.get(key) ?? []) {
      if (found.has(before)) continue;
      found.add(before);
      queue.push(before);
    }
  }
  return found;
}

const isCancel = (move: Move): boolean => move.by === 'person' && /cancel/.test(move.name);

/** Exploring takes seconds; every check reads the same graph. */
beforeAll(explore, 120_000);

describe('a plan with two tasks, explored', { timeout: 120_000 }, () => {
  it('is large enough to mean something', () => {
    expect(nodes.size).toBeGreaterThan(1_000);
  });

  it('can always come to an end without giving work up', () => {
    const good = reaching(isEnd, (move) => !isCancel(move));
    const stuck = [...nodes].filter(([key]) => !good.has(key)).map(([key]) => key);
    expect(stuck.slice(0, 3)).toEqual([]);
  });

  it('needs no person while nothing is blocked, paused or ended', () => {
    const needsPerson = (world: World): boolean =>
      world.plan !== 'active' || world.tasks.every((task) => task.state.startsWith('blocked/') || task.state === 'done' || task.state === 'cancelled') ||
      (world.tasks[0].state.startsWith('blocked/') && world.tasks[1].state === 'queued');
    const good = reaching(needsPerson, (move) => move.by === 'system');
    expect([...nodes].filter(([key]) => !good.has(key)).map(([key]) => key).slice(0, 3)).toEqual([]);
  });

  it('offers an action that is not giving up in every block', () => {
    for (const { world, moves: next } of nodes.values()) {
      if (world.plan !== 'active') continue;
      world.tasks.forEach((task, index) => {
        if (!task.state.startsWith('blocked/')) return;
        const actions = next.filter((move) => move.name.startsWith(`${index}: `) && !isCancel(move));
        expect(actions.map((move) => move.name), task.state).not.toEqual([]);
      });
    }
  });

  it('has no loop of the system that neither a counter nor a named clock bounds', () => {
    // Depth first over the edges that no clock paces: an edge back to a node on the stack is a loop for ever.
    const done = new Set<string>();
    const open = new Set<string>();
    for (const start of nodes.keys()) {
      const stack: { key: string; left: Move[] }[] = [];
      const push = (key: string): void => {
        open.add(key);
        stack.push({ key, left: (nodes.get(key)?.moves ?? []).filter((move) => move.by === 'system' && move.paced === undefined && keyOf(move.to) !== key) });
      };
      if (!done.has(start)) push(start);
      for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
        const move = top.left.pop();
        if (move === undefined) {
          open.delete(top.key);
          done.add(top.key);
          stack.pop();
          continue;
        }
        const key = keyOf(move.to);
        if (open.has(key)) expect.fail(`a loop closes with "${move.name}" at ${key}`);
        if (!done.has(key)) push(key);
      }
    }
  });
});
