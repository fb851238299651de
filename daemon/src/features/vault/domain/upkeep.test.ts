import { describe, expect, it } from 'vitest';
import { MOST_LOOSE_OBJECTS, MOST_LOOSE_REFS, MOST_PACKS, dueUpkeep } from './upkeep.js';

describe('the upkeep of a vault', () => {
  it.each([
    [{ looseObjects: 0, packs: 0, looseRefs: 0 }, false, false],
    [{ looseObjects: MOST_LOOSE_OBJECTS, packs: MOST_PACKS, looseRefs: MOST_LOOSE_REFS }, false, false],
    [{ looseObjects: MOST_LOOSE_OBJECTS + 1, packs: 0, looseRefs: 0 }, true, false],
    [{ looseObjects: 0, packs: MOST_PACKS + 1, looseRefs: 0 }, true, false],
    [{ looseObjects: 0, packs: 0, looseRefs: MOST_LOOSE_REFS + 1 }, false, true],
  ])('with %o is due: repack %s, refs %s', (clutter, repack, packRefs) => {
    expect(dueUpkeep(clutter)).toEqual({ repack, packRefs });
  });
});
