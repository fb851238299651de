import { describe, expect, it } from 'vitest';
import { ProficiencyInput, SkillSlug } from './skills.js';

describe('ProficiencyInput', () => {
  it.each([[1, 1], ['3', 3], [5, 5], ['0%', 1], ['80%', 4], ['81%', 5]])('reads %j as level %i', (input, level) => {
    expect(ProficiencyInput.parse(input)).toBe(level);
  });

  it.each([0, 6, 80, '80', 4.5, Number.NaN, null, '101%'])('does not guess %j', (input) => {
    expect(ProficiencyInput.safeParse(input).success).toBe(false);
  });
});

describe('SkillSlug', () => {
  it.each(['x; rm', '--role=lead', '', 'A', ' a', 'a b', '.a', 'a'.repeat(49), 'a\n'])('refuses %j', (slug) => {
    expect(SkillSlug.safeParse(slug).success).toBe(false);
  });

  it.each(['typescript', 'c++', 'c#', 'node.js', '3d', 'a_b-c'])('takes %j', (slug) => {
    expect(SkillSlug.safeParse(slug).success).toBe(true);
  });
});
