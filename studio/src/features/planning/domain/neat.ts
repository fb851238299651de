import { normalizeText, oneLine } from '@maestro/protocol';
import type { TaskText } from './tree.js';

/** Texts in the one form in which they are kept, so that what is exported reads back as the same: see the protocol's `text-form.ts`. */
export function neat<T extends Partial<TaskText>>(text: T): T {
  const { title, description, acceptanceCriteria, skills } = text;
  return {
    ...text,
    ...(title === undefined ? {} : { title: oneLine(title) }),
    ...(description === undefined ? {} : { description: normalizeText(description) }),
    ...(acceptanceCriteria === undefined ? {} : { acceptanceCriteria: acceptanceCriteria.map(oneLine).filter((criterion) => criterion !== '') }),
    // Of a skill that is named twice the first counts, as in a proposal.
    ...(skills === undefined ? {} : { skills: skills.filter(({ slug }, index) => skills.findIndex((each) => each.slug === slug) === index) }),
  };
}
