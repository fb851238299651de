import type { CatalogHit } from '@maestro/protocol';
import { findNearRepeats } from '../analysis/index.js';
import type { NearRepeat } from '../analysis/index.js';
import { needed } from './ends.js';
import type { RunContext, Workplace } from './work.types.js';

/** Hits that a prompt carries: more of them push out what the task says. */
const MOST_HITS = 8;
/** A question made of a whole description finds what uses its commonest words. */
const LONGEST_QUESTION = 1_200;
/** Below this a hit shares a few letters with the question, and an agent that reads it reads noise. */
const LEAST_ALIKE = 0.12;
/** Of one new symbol, to be compared with. */
const CANDIDATES = 10;

/** What the catalog has that may serve for a piece of work, for its prompt; empty where nothing is known. */
export async function partsFor(run: RunContext, title: string, description: string): Promise<readonly CatalogHit[]> {
  const q = `${title}\n${description}`.trim().slice(0, LONGEST_QUESTION);
  if (q === '') return [];
  const [hits = []] = (await run.catalog.search([{ q, limit: MOST_HITS * 2 }])) ?? [];
  return hits.filter(({ similarity }) => similarity === null || similarity >= LEAST_ALIKE).slice(0, MOST_HITS);
}

/** New code of a change that nearly repeats what the catalog knows. A help for the reviewer: what goes wrong with it is written down, and stops nothing. */
export async function repetitions(run: RunContext, { vault }: Workplace, { base, head }: { readonly base: string; readonly head: string }): Promise<readonly NearRepeat[]> {
  // Without a catalog there is nothing to compare with, and no reason to parse.
  const [hits = []] = (await run.catalog.search([{ q: needed(run.packet.task, 'task').title, limit: 1 }])) ?? [];
  if (hits.length === 0) return [];
  const parser = run.analysis.parser();
  try {
    return await findNearRepeats({ vault, base, head, parser, signal: run.signal, search: (queries) => run.catalog.search(queries.map((q) => ({ q, limit: CANDIDATES }))) });
  } catch (error) {
    if (run.signal.aborted) throw error;
    run.emit('log', { stream: 'stderr', text: `New code could not be compared with the catalog: ${error instanceof Error ? error.message : String(error)}` });
    return [];
  } finally {
    await parser.close();
  }
}
