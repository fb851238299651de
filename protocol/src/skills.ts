import { z } from 'zod';

/** How a skill is named in URLs, prompts and command lines: lower case, starting with a letter or digit, so that it can never be read as an option. */
export const SkillSlug = z.string().regex(/^[a-z0-9][a-z0-9.+#-]{0,47}$/, 'lower-case letters, digits and . + # -, at most 48 characters');
export type SkillSlug = z.infer<typeof SkillSlug>;

/** 1 beginner, 2 basic, 3 intermediate (what is meant when nothing is said), 4 advanced, 5 expert. */
export const PROFICIENCIES = { 1: 'beginner', 2: 'basic', 3: 'intermediate', 4: 'advanced', 5: 'expert' } as const;
export type Proficiency = keyof typeof PROFICIENCIES;
export const DEFAULT_PROFICIENCY = 3 satisfies Proficiency;

/**
 * Reads a proficiency as a person or program gives it: a level 1 to 5 (`4` or `"4"`), or a percentage that says so (`"80%"`: up to 20 is
 * 1, 40 is 2, 60 is 3, 80 is 4, above is 5). Anything else is `undefined`: whether a bare `80` meant a percentage is not guessed.
 */
export function parseProficiency(input: string | number): Proficiency | undefined {
  const [, digits, percent] = /^(\d{1,3})(%?)$/.exec(String(input).trim()) ?? [];
  if (digits === undefined) return undefined;
  const value = Number(digits);
  if (percent === '%') return value > 100 ? undefined : (Math.min(5, Math.max(1, Math.ceil(value / 20))) as Proficiency);
  return value >= 1 && value <= 5 ? (value as Proficiency) : undefined;
}

/** A proficiency in a request body, in any spelling that `parseProficiency` reads. */
export const ProficiencyInput = z.union([z.number(), z.string().max(10)]).transform((input, context): Proficiency => {
  const proficiency = parseProficiency(input);
  if (proficiency !== undefined) return proficiency;
  context.addIssue({ code: 'custom', message: 'a level from 1 to 5, or a percentage such as "80%"' });
  return z.NEVER;
});
