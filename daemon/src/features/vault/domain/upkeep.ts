/** What a vault has gathered since it was last packed. */
export interface VaultClutter {
  readonly looseObjects: number;
  readonly packs: number;
  readonly looseRefs: number;
}

/** git's own thresholds (`gc.auto`, `gc.autoPackLimit`): below them packing costs more than it saves. */
export const MOST_LOOSE_OBJECTS = 6_700;
export const MOST_PACKS = 50;
/** Each git that asks for all refs opens every file: 150 took as long again as its start, 1,000 seven times as long. Packing them is one git. */
export const MOST_LOOSE_REFS = 100;

/** Which parts of the upkeep are due. */
export function dueUpkeep({ looseObjects, packs, looseRefs }: VaultClutter): { readonly repack: boolean; readonly packRefs: boolean } {
  return { repack: looseObjects > MOST_LOOSE_OBJECTS || packs > MOST_PACKS, packRefs: looseRefs > MOST_LOOSE_REFS };
}
