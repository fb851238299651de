/**
 * Every point at which a daemon can be told to die, in the one place where they are listed: between any two steps of a landing, of which
 * the push is the only one that others see, and between those of removing what nothing needs from a vault.
 */
export const FAILPOINTS = [
  /** The merged tree is known. */
  'landing:computed',
  /** The merge commit is made and checked, and nothing is written down of it. */
  'landing:committed',
  /** What is about to be pushed is on disk; the studio knows nothing of it. */
  'landing:recorded',
  /** The studio has granted the push. */
  'landing:granted',
  /** The remote has it, and nobody was told. */
  'landing:pushed',
  /** The studio has the outcome; what was written down is still there. */
  'landing:told',
  /** Beside the vault stands a copy of it, made of links. */
  'prune:copied',
  /** The copy has lost what nothing needs, and is whole. */
  'prune:decided',
  /** One file of what it was packed into is in the vault; reached once for each. */
  'prune:added',
  /** One file that it does without has gone from the vault; reached once for each. */
  'prune:removed',
] as const;
export type FailpointName = (typeof FAILPOINTS)[number];

/** The point, and at which time of being reached it fails. */
export interface Failpoint {
  readonly point: FailpointName;
  readonly times: number;
}

/** Reads `<point>:<n>`; `undefined` for what is no failpoint. */
export function parseFailpoint(text: string): Failpoint | undefined {
  const [, name, times] = /^(.+):([1-9]\d{0,5})$/.exec(text) ?? [];
  const point = FAILPOINTS.find((each) => each === name);
  return point === undefined ? undefined : { point, times: Number(times) };
}
