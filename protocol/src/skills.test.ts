import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { parseProficiency, ProficiencyInput, SkillSlug } from './index.js';

describe('parseProficiency', () => {
  it.each([
    ['0%', 1], ['1%', 1], ['20%', 1], ['21%', 2], ['40%', 2], ['41%', 3], ['60%', 3], ['61%', 4], ['80%', 4], ['81%', 5], ['100%', 5],
    [1, 1], ['3', 3], [5, 5], [' 4 ', 4],
  ])('reads %j as level %i', (input, level) => {
    expect(parseProficiency(input)).toBe(level);
  });

  it.each([0, 6, 80, '80', '101%', '-1', '4.5', '80 %', '', 'expert', Number.NaN])('does not guess %j', (input) => {
    expect(parseProficiency(input)).toBeUndefined();
    expect(ProficiencyInput.safeParse(input).success).toBe(false);
  });

  test.prop([fc.oneof(fc.string(), fc.double(), fc.integer())])('gives a level or nothing, and never throws', (input) => {
    expect([undefined, 1, 2, 3, 4, 5]).toContain(parseProficiency(input));
  });

  test.prop([fc.integer({ min: 0, max: 99 })])('never falls as the percentage rises', (percent) => {
    expect(parseProficiency(`${percent}%`)).toBeLessThanOrEqual(parseProficiency(`${percent + 1}%`)!);
  });
});

describe('SkillSlug', () => {
  it.each(['x; rm', '--role=lead', '', 'A', 'a b', '.a', 'a'.repeat(49), 'a\n'])('refuses %j', (slug) => {
    expect(SkillSlug.safeParse(slug).success).toBe(false);
  });

  it.each(['typescript', 'c++', 'c#', 'node.js', '3d'])('takes %j', (slug) => {
    expect(SkillSlug.safeParse(slug).success).toBe(true);
  });
});
