import { describe, expect, it } from 'vitest';
import { Stopping } from './stopping.js';
import { stillClock } from './test-support/still-clock.js';

const forEver = () => new Promise<void>(() => undefined);

function opened(end: () => Promise<void> = () => Promise.resolve()) {
  const { clock, move } = stillClock();
  const said: string[] = [];
  const step = (name: string, work: () => Promise<void> = () => Promise.resolve()) => () => {
    said.push(name);
    return work();
  };
  const stopping = new Stopping(clock, step('end', end));
  void stopping.done.then(() => said.push('done'));
  return { stopping, said, step, move };
}

describe('the end of a daemon', () => {
  it('closes in order what was opened, what is last after all else, and all of it once', async () => {
    const { stopping, said, step, move } = opened();
    stopping.atLast(step('last'));
    stopping.before(step('one'));
    stopping.before(step('two'));
    await Promise.all([stopping.stop(10), stopping.stop(0, 5)]);
    await move(0);
    expect(said).toEqual(['end', 'one', 'two', 'last', 'done']);
  });

  it.each(['end', 'closer'])('does not wait beyond its deadline for what hangs (%s), and does what is last all the same', async (hanging) => {
    const { stopping, said, step, move } = opened(hanging === 'end' ? forEver : undefined);
    stopping.before(step('closer', hanging === 'closer' ? forEver : undefined));
    stopping.atLast(step('last'));
    void stopping.stop(1_000, 2_000);
    await move(1_999);
    expect(said).not.toContain('last');
    await move(1);
    expect(said.slice(-2)).toEqual(['last', 'done']);
  });

  it('waits for all of it where there is no deadline', async () => {
    const { stopping, said, step, move } = opened();
    stopping.before(step('closer', forEver));
    stopping.atLast(step('last'));
    void stopping.stop(1_000);
    await move(60_000);
    expect(said).toEqual(['end', 'closer']);
  });

  it('does what is last, and ends, although something could not be closed', async () => {
    const { stopping, said, step, move } = opened();
    stopping.before(step('closer', () => Promise.reject(new Error('no'))));
    stopping.atLast(step('last'));
    await expect(stopping.stop(0)).rejects.toThrow('no');
    await move(0);
    expect(said).toEqual(['end', 'closer', 'last', 'done']);
  });
});
