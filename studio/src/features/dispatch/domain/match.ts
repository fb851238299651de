import type { Candidate, Work } from './candidate.js';
import { independent, missingOf } from './filters.js';
import { WEIGHTS } from './weights.js';
import type { WeightName } from './weights.js';

/** One session held against one piece of work. */
export interface Held {
  readonly session: string;
  readonly name: string;
  readonly eligible: boolean;
  /** Null when it is not eligible. */
  readonly score: number | null;
  readonly parts: Readonly<Partial<Record<WeightName, number>>>;
  readonly missing: readonly string[];
}

export interface Match {
  readonly chosen: Candidate | null;
  /** The author's own machine or member judges, because nobody else came in time. */
  readonly selfReview: boolean;
  readonly sentence: string;
  /** All of them, best first. */
  readonly candidates: readonly Held[];
}

/**
 * Chooses a session for a piece of work, and says why. Pure and deterministic: the same sessions and work give the same answer, in
 * whatever order they come.
 */
export function match(sessions: readonly Candidate[], work: Work): Match {
  const held = sessions.map((candidate) => ({ candidate, missing: missingOf(candidate, work) }));
  const eligible = held.filter(({ missing }) => missing.length === 0).map(({ candidate }) => candidate);
  // After a fault of its own the next attempt goes elsewhere if there is an elsewhere; otherwise it stays, because its lane is warm.
  const others = eligible.filter(({ session }) => session !== work.avoidSession);
  const preferred = others.length > 0 ? others : eligible;

  const scored = held
    .map(({ candidate, missing }) => hold(candidate, missing, preferred.includes(candidate), work))
    .sort((a, b) => compare(a, b));
  const best = scored.find(({ eligible: able }) => able);
  const chosen = sessions.find(({ session }) => session === best?.session) ?? null;
  const selfReview = chosen !== null && work.purpose === 'review' && !independent(chosen, work);
  return { chosen, selfReview, sentence: sentenceOf(chosen, best, selfReview, sessions.length), candidates: scored };
}

function hold(candidate: Candidate, missing: readonly string[], preferred: boolean, work: Work): Held {
  const { session, name } = candidate;
  if (missing.length > 0) return { session, name, eligible: false, score: null, parts: {}, missing };
  if (!preferred) return { session, name, eligible: false, score: null, parts: {}, missing: ['The last attempt failed through a fault of its own; another session can take it.'] };
  const parts = partsOf(candidate, work);
  const score = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return { session, name, eligible: true, score: round(score), parts, missing };
}

/** Each part already multiplied by its weight, so that a page only has to add up. */
export function partsOf(candidate: Candidate, work: Work): Readonly<Record<WeightName, number>> {
  const shares: Readonly<Record<WeightName, number>> = {
    warmLane: candidate.session === work.laneSession ? 1 : 0,
    freeSlots: candidate.slots === 0 ? 0 : (candidate.slots - candidate.busy) / candidate.slots,
    skillSurplus: surplus(candidate, work),
    recentSuccess: candidate.recentSuccess ?? 0.5,
    independence: independenceOf(candidate, work),
    specialist: 1 / Math.max(1, candidate.purposes.length),
  };
  const weighted = Object.entries(shares).map(([name, share]) => [name, round(share * WEIGHTS[name as WeightName])]);
  return Object.fromEntries(weighted) as Readonly<Record<WeightName, number>>;
}

function surplus({ skills }: Candidate, work: Work): number {
  if (work.skills.length === 0) return 0;
  const levels = work.skills.map(({ slug, min }) => Math.min(2, Math.max(0, (skills[slug] ?? 0) - min)) / 2);
  return levels.reduce((sum, level) => sum + level, 0) / levels.length;
}

function independenceOf({ session, member }: Candidate, { purpose, author }: Work): number {
  if (purpose !== 'review' || author === null) return 0;
  if (member !== author.member) return 1;
  return session === author.session ? 0 : 0.5;
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** Best first. Ties go by name and then by id: any order would do, as long as it is always the same one. */
function compare(a: Held, b: Held): number {
  if (a.eligible !== b.eligible) return a.eligible ? -1 : 1;
  const byScore = (b.score ?? 0) - (a.score ?? 0);
  if (byScore !== 0) return byScore;
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.session < b.session ? -1 : 1;
}

function sentenceOf(chosen: Candidate | null, best: Held | undefined, selfReview: boolean, sessions: number): string {
  if (chosen === null) return sessions === 0 ? 'No machine is connected to this project.' : 'No connected machine can take it now.';
  const strongest = Object.entries(best?.parts ?? {}).sort(([, a], [, b]) => b - a)[0]?.[0] as WeightName | undefined;
  const label = selfReview ? ' It judges its own work: nobody else was there in time.' : '';
  return `${chosen.name} scored highest${strongest === undefined ? '' : `, mostly for ${REASON[strongest]}`}.${label}`;
}

const REASON: Readonly<Record<WeightName, string>> = {
  warmLane: 'having its lane',
  freeSlots: 'being free',
  skillSurplus: 'its skills',
  recentSuccess: 'its recent success',
  independence: 'not being the author',
  specialist: 'being made for this',
};
