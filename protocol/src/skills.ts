import { z } from 'zod';
import { parseProficiency, parseSkillSlug } from './grammar/skills.js';

/** How a skill is named in URLs, prompts and command lines. It starts with a letter or digit, so that it can never be read as an option. */
export const SkillSlug = z.string().refine((slug) => parseSkillSlug(slug) === slug, 'lower-case letters, digits and + # . _ -, at most 48 characters');
export type SkillSlug = z.infer<typeof SkillSlug>;

/** Levels of proficiency and what they mean; `DEFAULT_PROFICIENCY` where nothing is said. */
export const PROFICIENCIES = { 1: 'beginner', 2: 'basic', 3: 'intermediate', 4: 'advanced', 5: 'expert' } as const;
export type Proficiency = keyof typeof PROFICIENCIES;

/** A proficiency in a request body: a level 1 to 5, as number or text, or a percentage that says so, such as `"80%"`. */
export const ProficiencyInput = z.union([z.number(), z.string().max(10)]).transform((input, context): Proficiency => {
  const proficiency = parseProficiency(String(input)) as Proficiency | undefined;
  if (proficiency !== undefined) return proficiency;
  context.addIssue({ code: 'custom', message: 'a level from 1 to 5, or a percentage such as "80%"' });
  return z.NEVER;
});
