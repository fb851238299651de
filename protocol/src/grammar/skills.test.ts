import { describe, expect, it } from 'vitest';
import { formatEstimate, parseEstimate } from './proposal-schema.js';
import { formatSkill, parseProficiency, parseSkill, parseSkillList, parseSkillSlug } from './skills.js';

describe('skills', () => {
  it.each([['postgres', 'postgres'], [' React ', 'react'], ['c++', 'c++'], ['c#', 'c#'], ['node.js', 'node.js'], ['a_b-c', 'a_b-c']])('reads the slug %j', (text, slug) => {
    expect(parseSkillSlug(text)).toBe(slug);
  });

  it.each(['', ' ', 'x; rm', '--role=lead', '-a', 'a b', 'a/b', 'a$(b)', 'ä', 'a\u200b', 'a'.repeat(49)])('refuses the slug %j', (text) => {
    expect(parseSkillSlug(text)).toBeUndefined();
  });

  it.each([['1', 1], ['5', 5], ['0%', 1], ['20%', 1], ['21%', 2], ['40%', 2], ['60%', 3], ['80%', 4], ['81%', 5], ['100%', 5]])('reads the proficiency %s', (text, level) => {
    expect(parseProficiency(text)).toBe(level);
  });

  it.each(['', '0', '6', '80', '101%', '3.5', '-1', '4 ', 'expert'])('does not guess the proficiency %j', (text) => {
    expect(parseProficiency(text)).toBeUndefined();
  });

  it('reads one, a list, and writes it back', () => {
    expect(parseSkill('postgres')).toEqual({ ok: true, value: { slug: 'postgres', min: 3 } });
    expect(parseSkillList('a, b:4,c:80%')).toEqual({ ok: true, value: [{ slug: 'a', min: 3 }, { slug: 'b', min: 4 }, { slug: 'c', min: 4 }] });
    expect(parseSkillList('a,a:2')).toEqual({ ok: false, message: 'a is listed twice' });
    expect(parseSkillList('a,,b').ok).toBe(false);
    expect(parseSkill('a:9')).toEqual({ ok: false, message: expect.stringContaining('1 to 5') as unknown });
    for (const text of ['a', 'b:5']) {
      const skill = parseSkill(text);
      expect(skill.ok && formatSkill(skill.value)).toBe(text);
    }
  });
});

describe('estimates', () => {
  it.each([['2h', 120], ['90m', 90], ['1h30m', 90], ['1h 30min', 90], ['1.5h', 90], ['1d', 480], ['2d 1h', 1020], ['45 min', 45]])('reads %s', (text, minutes) => {
    expect(parseEstimate(text)).toBe(minutes);
  });

  it.each(['', '2', 'h', '0m', '2 weeks', '-1h', '1h2h', '999999m', 'soon'])('does not guess %j', (text) => {
    expect(parseEstimate(text)).toBeUndefined();
  });

  it('writes what it reads', () => {
    for (const minutes of [1, 59, 60, 61, 480, 100_000]) expect(parseEstimate(formatEstimate(minutes))).toBe(minutes);
  });
});
