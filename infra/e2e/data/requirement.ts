/** One thing that Maestro does for people, seen from outside. */
export interface Requirement {
  /** `R-…`, stable: scenarios cite it. */
  readonly id: string;
  readonly says: string;
  /** Rows of the state tables that it brings about; see `claims` in rows.ts. */
  readonly rows: readonly string[];
}

/** Rows that no scenario can bring about from outside, and why. */
export interface Excuse {
  readonly rows: readonly string[];
  readonly because: string;
}

export const need = (id: `R-${string}`, says: string, ...rows: readonly string[]): Requirement => ({ id, says, rows });
