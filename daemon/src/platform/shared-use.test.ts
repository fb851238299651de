import { describe, expect, it } from 'vitest';
import { BESIDE, UseKind, markName, readMark } from './shared-use.js';

const kinds = Object.values(UseKind);

describe('marks of shared use', () => {
  it.each(kinds)('a %s is read from its name', (kind) => {
    for (const startTime of ['7b0c:1234', '']) {
      const mark = { kind, id: 'a0b1', pid: 42, startTime };
      expect(readMark(markName(mark))).toEqual(mark);
    }
  });

  it.each(['', 'use', 'use~~1~', 'use~a~b~c', 'other~a~1~c', '.DS_Store'])('%j is none', (name) => {
    expect(readMark(name)).toBeUndefined();
  });

  it('whoever stands beside another has that one beside it', () => {
    for (const one of kinds) for (const other of kinds) expect(BESIDE[one].includes(other)).toBe(BESIDE[other].includes(one));
  });

  it('nobody is beside whoever tidies or removes, but who only comes back later beside the one who tidies', () => {
    expect(BESIDE).toEqual({ use: ['use', 'stay'], stay: ['use', 'stay', 'tidy'], tidy: ['stay'], remove: [] });
  });
});
