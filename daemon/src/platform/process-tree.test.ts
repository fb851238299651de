import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { descendantsOf, parsePs, parseStat } from './process-tree.js';

describe('a stat line', () => {
  const rest = (state: string) => `${state} 10 20 20 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1000 200`;

  it('is read whatever the command is called', () => {
    expect(parseStat(`42 (a) b) (c) ${rest('S')}`)).toEqual({ state: 'S', parentPid: 10, groupId: 20, sessionId: 20, startTicks: '987654' });
  });

  it.each(['', '42 (sh', '42 (sh) S 1 2', '42 (sh) S a b c d e f g h i j k l m n o p q r s'])('is refused when it is none: "%s"', (line) => {
    expect(parseStat(line)).toBeUndefined();
  });

  test.prop([fc.string()])('never throws', (line) => {
    parseStat(line);
  });
});

describe('what ps prints', () => {
  const output = [
    '    1     0     1 Ss   Mon Nov 16 09:00:00 2026     /sbin/launchd',
    '  321     1   321 S    Fri Nov 20 23:15:01 2026     node agent.js HOME=/Users/me MAESTRO_RUN_MARKER=abc PATH=/bin',
    '  322   321   321 Z    Fri Nov 20 23:15:02 2026     (sh)',
    '  323     1   323 S    Fri Nov 20 23:15:03 2026     sleep 9 MAESTRO_RUN_MARKER=abcd',
  ].join('\n');

  it('gives living processes, and the marked one among them', () => {
    expect(parsePs(output, 'abc')).toEqual([
      { pid: 1, parentPid: 0, groupId: 1, startTime: 'Mon Nov 16 09:00:00 2026', marked: false },
      { pid: 321, parentPid: 1, groupId: 321, startTime: 'Fri Nov 20 23:15:01 2026', marked: true },
      { pid: 323, parentPid: 1, groupId: 323, startTime: 'Fri Nov 20 23:15:03 2026', marked: false },
    ]);
  });
});

describe('descendants', () => {
  const entry = (pid: number, parentPid: number) => ({ pid, parentPid, groupId: pid, startTime: String(pid) });

  it('are found through all generations, without the root', () => {
    const found = descendantsOf(2, [entry(1, 0), entry(2, 1), entry(3, 2), entry(4, 3), entry(5, 1)]);
    expect(found.map(({ pid }) => pid).sort()).toEqual([3, 4]);
  });

  test.prop([fc.array(fc.tuple(fc.nat(20), fc.nat(20)))])('are found in any table, loops included', (rows) => {
    const table = rows.map(([pid, parentPid]) => entry(pid, parentPid));
    const found = descendantsOf(0, table).map(({ pid }) => pid);
    expect(new Set(found).size).toBe(found.length);
    expect(found).not.toContain(0);
  });
});
