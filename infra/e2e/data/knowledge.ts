import type { Requirement } from './requirement.js';
import { need } from './requirement.js';

/** What is known of a repository, and who is told. */
export const KNOWLEDGE: readonly Requirement[] = [
  need('R-analyze', '`maestro analyze` finds out what the repository holds, writes context files with versions, and makes what it declares searchable; again, it hands in what changed alone.'),
  need('R-analyze-agent', 'An agent of the machine adds what it read to the notes; one that fails costs nothing but that.'),
  need('R-catalog-prompt', "An agent's prompt names what the project has that may serve, and its tool finds the rest; a reviewer is told what new code nearly repeats."),
  need('R-catalog-stale', 'What a release moved the base away from is marked stale until it is analysed again.'),
];
