import { DEFAULT_PROFICIENCY, SkillSlug, parseProficiency } from '../skills.js';

/** A skill that a task asks for, or a member offers: its slug and the proficiency from 1 (beginner) to 5 (expert). */
export interface SkillLevel {
  readonly slug: string;
  readonly min: number;
}

export const MAX_SKILL_SLUG = 48;

/** A skill's slug in its one spelling (`c++`, `node.js`, `postgres`), or `undefined`. Letter case is not kept. */
export function parseSkillSlug(text: string): string | undefined {
  return SkillSlug.safeParse(text.trim().toLowerCase()).data;
}

/** `postgres`, `postgres:4` or `postgres:80%`; a message that says what is wrong otherwise. */
export function parseSkill(text: string): { readonly ok: true; readonly value: SkillLevel } | { readonly ok: false; readonly message: string } {
  const colon = text.lastIndexOf(':');
  const slug = parseSkillSlug(colon === -1 ? text : text.slice(0, colon));
  if (slug === undefined) return { ok: false, message: 'a skill is a short name of letters, digits and + # . _ -, such as postgres or postgres:4' };
  const min = colon === -1 ? DEFAULT_PROFICIENCY : parseProficiency(text.slice(colon + 1).trim());
  if (min === undefined) return { ok: false, message: `write the proficiency of ${slug} as a level from 1 to 5 or as a share such as 80%` };
  return { ok: true, value: { slug, min } };
}

/** `a,b:4` as options of the command line take it. */
export function parseSkillList(text: string): { readonly ok: true; readonly value: readonly SkillLevel[] } | { readonly ok: false; readonly message: string } {
  const skills: SkillLevel[] = [];
  for (const part of text.split(',')) {
    const skill = parseSkill(part.trim());
    if (!skill.ok) return skill;
    if (skills.some((known) => known.slug === skill.value.slug)) return { ok: false, message: `${skill.value.slug} is listed twice` };
    skills.push(skill.value);
  }
  return { ok: true, value: skills };
}

/** The shortest text that `parseSkill` reads back as this. */
export function formatSkill(skill: SkillLevel): string {
  return skill.min === DEFAULT_PROFICIENCY ? skill.slug : `${skill.slug}:${skill.min}`;
}
