import fc from 'fast-check';
import { test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { Reading } from './reading.js';

const tasks = (plan: string, count: number, from = 0) => Array.from({ length: count }, (_none, number) => ({ id: `${plan}-${from + number}`, plan }));

describe('how far a look has read', () => {
  it('reads further only into plans whose head was full', () => {
    const reading = new Reading();
    reading.took([...tasks('full', Reading.first), ...tasks('short', Reading.first - 1)]);
    expect(reading.open).toEqual(['full']);
  });

  it('asks for more each time, and never again for what it has', () => {
    const reading = new Reading();
    reading.took(tasks('plan', Reading.first));
    const { most, without } = reading.next('plan');
    expect(most).toBeGreaterThan(Reading.first);
    expect(without).toEqual(tasks('plan', Reading.first).map(({ id }) => id));
    reading.took(tasks('plan', most, Reading.first), most);
    expect(reading.open).toEqual(['plan']);
    expect(reading.next('plan').without).toHaveLength(Reading.first + most);
  });

  it('is done with a plan that had nothing more', () => {
    const reading = new Reading();
    reading.took(tasks('plan', Reading.first));
    reading.next('plan');
    reading.took([], 64);
    expect(reading.open).toEqual([]);
  });

  it('does not go on where it has not begun', () => {
    expect(() => new Reading().next('plan')).toThrow('dispatch.not_read');
  });

  test.prop([fc.integer({ min: 0, max: 20_000 })])('reads all of a plan in a few parts, each task once', (size) => {
    const reading = new Reading();
    const all = tasks('plan', size).map(({ id }) => id);
    const read = all.slice(0, Reading.first);
    reading.took(read.map((id) => ({ id, plan: 'plan' })));
    let parts = 1;
    while (reading.open.length > 0) {
      const { most, without } = reading.next('plan');
      const seen = new Set(without);
      const part = all.filter((id) => !seen.has(id)).slice(0, most);
      reading.took(part.map((id) => ({ id, plan: 'plan' })), most);
      read.push(...part);
      parts += 1;
    }
    expect(read).toEqual(all);
    expect(parts).toBeLessThanOrEqual(7);
  });
});
