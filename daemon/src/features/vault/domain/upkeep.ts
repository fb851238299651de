/** What a vault has gathered since it was last packed. */
export interface VaultClutter {
  readonly looseObjects: number;
  readonly packs: number;
  readonly looseRefs: number;
}

/** git's own thresholds (`gc.auto`, `gc.autoPackLimit`): below them packing costs more than it saves. */
export const MOST_LOOSE_OBJECTS = 6_700;
export const MOST_PACKS = 50;
/** With 20,000 loose refs an import took 295 ms instead of 36; a tenth of a millisecond for each hundred is not worth a rewrite. */
export const MOST_LOOSE_REFS = 1_000;

/** Which parts of the upkeep are due. */
export function dueUpkeep({ looseObjects, packs, looseRefs }: VaultClutter): { readonly repack: boolean; readonly packRefs: boolean } {
  return { repack: looseObjects > MOST_LOOSE_OBJECTS || packs > MOST_PACKS, packRefs: looseRefs > MOST_LOOSE_REFS };
}
