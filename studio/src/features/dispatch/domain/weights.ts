/**
 * The score's parts and what each is worth at most, in one table. A part is a number from 0 to 1, multiplied by its weight; the score is
 * their sum. Published: the run stores every part of every candidate, and the page shows them.
 *
 * Warmth outweighs skill surplus, because a warm lane saves minutes on every attempt while a surplus above the required minimum helps a
 * little. Load comes before surplus, so that the one expert is not given everything.
 */
export const WEIGHTS = {
  /** The task's lane, with its dependencies installed, is on this machine. */
  warmLane: 30,
  /** Share of the session's slots that are free. */
  freeSlots: 25,
  /** Levels above the required minimum, averaged over the required skills; two levels count in full. */
  skillSurplus: 15,
  /** Share of its recent runs for this purpose that came to a good end; unknown counts as one half. */
  recentSuccess: 15,
  /** For a review: the judge is another member, or at least another machine, than the author. */
  independence: 10,
  /** Declares fewer purposes: specialists first, so that generalists stay free. */
  specialist: 5,
} as const satisfies Readonly<Record<string, number>>;

export type WeightName = keyof typeof WEIGHTS;
