/** A skill of the workspace, with the other words that people use for it. */
export interface SkillName {
  readonly slug: string;
  readonly synonyms: readonly string[];
}

/** Gives every word its skill: `ts` and `TypeScript` are the same requirement. A word that the workspace does not know is its own. */
export function canonicalNames(skills: readonly SkillName[]): (word: string) => string {
  const bySynonym = new Map<string, string>();
  for (const { slug, synonyms } of skills) for (const word of synonyms) bySynonym.set(word.toLowerCase(), slug);
  for (const { slug } of skills) bySynonym.set(slug.toLowerCase(), slug);
  return (word) => bySynonym.get(word.toLowerCase()) ?? word;
}

/** The level that a session has in each skill: the higher of what it declares and what its member has. */
export function levelsOf(lists: readonly (readonly { readonly slug: string; readonly proficiency: number }[])[], canonical: (word: string) => string): Readonly<Record<string, number>> {
  const levels: Record<string, number> = {};
  for (const { slug, proficiency } of lists.flat()) levels[canonical(slug)] = Math.max(levels[canonical(slug)] ?? 0, proficiency);
  return levels;
}
