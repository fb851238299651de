/** A skill that a task asks for, or a member offers: its slug and the proficiency from 1 (beginner) to 5 (expert). */
export interface SkillLevel {
  readonly slug: string;
  readonly min: number;
}

/** Intermediate, where nothing is said. */
export const DEFAULT_PROFICIENCY = 3;

const SLUG = /^[a-z0-9][a-z0-9+#._-]{0,47}$/;

/** A skill's slug in its one spelling (`c++`, `node.js`, `postgres`), or `undefined`. Letter case is not kept. */
export function parseSkillSlug(text: string): string | undefined {
  const slug = text.trim().toLowerCase();
  return SLUG.test(slug) ? slug : undefined;
}

/**
 * `4` is a level, `80%` a share: up to 20 % is 1, to 40 % 2, to 60 % 3, to 80 % 4, above 5. Nothing is guessed: a bare `80` is
 * refused, for it may be either.
 */
export function parseProficiency(text: string): number | undefined {
  const level = /^[1-5]$/.exec(text);
  if (level !== null) return Number(text);
  const percent = /^(\d{1,3})%$/.exec(text)?.[1];
  if (percent === undefined || Number(percent) > 100) return undefined;
  return Math.min(5, Math.max(1, Math.ceil(Number(percent) / 20)));
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
