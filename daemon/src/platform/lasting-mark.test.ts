import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsMark, isUnmarked, lastingMarkOf, parseMark, withMark } from './lasting-mark.js';

const limits = (soft: number | string, hard: number | string) => ['Limit                     Soft Limit           Hard Limit           Units     ', 'Max realtime priority     0                    0                    ', `Max realtime timeout      ${String(soft).padEnd(20)} ${String(hard).padEnd(20)} us        `, ''].join('\n');
const marked = (marker: string) => {
  const { soft, hard } = lastingMarkOf(marker);
  return limits(soft, hard);
};

describe('a lasting mark', () => {
  it('is a limit that the system takes: whole, the soft one below the hard one, and both beyond any use', () => {
    fc.assert(fc.property(fc.string(), (marker) => {
      const { soft, hard } = lastingMarkOf(marker);
      expect(Number.isSafeInteger(soft) && Number.isSafeInteger(hard)).toBe(true);
      expect(soft).toBeLessThan(hard);
      expect(soft).toBeGreaterThan(180 * 24 * 60 * 60 * 1e6);
      expect(parseMark(limits(soft, hard))).toEqual({ soft, hard });
    }));
  });

  it.each([
    ['run', 'run', true],
    ['run/validation', 'run', true],
    ['run/validation', 'run/validation', true],
    ['run', 'run/validation', false],
    ['run/other', 'run/validation', false],
    ['other', 'run', false],
    ['runs', 'run', false],
  ])('of %s is found by %s: %s', (marker, wanted, found) => {
    expect(holdsMark(marked(marker), wanted)).toBe(found);
  });

  it('is not seen in what has none, and those alone may be given one', () => {
    const none = limits('unlimited', 'unlimited');
    expect([holdsMark(none, 'run'), holdsMark('', 'run'), parseMark('Max realtime timeout x y us')]).toEqual([false, false, undefined]);
    expect([isUnmarked(none), isUnmarked(marked('run')), isUnmarked(limits('unlimited', 5)), isUnmarked('')]).toEqual([true, false, false, false]);
  });

  it('leaves the command and its arguments as they are', () => {
    const { soft, hard } = lastingMarkOf('run');
    expect(withMark('/usr/bin/prlimit', 'run', '-odd', ['--pid', '1'])).toEqual({ command: '/usr/bin/prlimit', args: [`--rttime=${soft}:${hard}`, '--', '-odd', '--pid', '1'] });
  });
});
