const MAX = 10;

/**
 * Keys to try for a project whose maker named none, best first: the start of its name in capitals, then the same with a number.
 * What the name lacks is made up for: a name without a Latin letter gives `PROJ`, one letter is doubled to the two that a key needs.
 *
 * @returns without end; a caller takes the first that is free.
 */
export function* keyCandidates(name: string): Generator<string, never> {
  const plain = name.normalize('NFD').toUpperCase().replace(/[^A-Z0-9 _-]/g, '').trim();
  const words = plain.split(/[ _-]+/).map((word) => word.replace(/^[0-9]+/, '')).filter((word) => word !== '');
  // "Shop front end" is SHOP, not SHOPFRONTE: a key stands before every number that people say aloud.
  const [first = 'PROJ'] = words;
  const stem = first.length === 1 ? `${first}${first}` : first.slice(0, MAX);
  yield stem;
  for (let number = 2; ; number += 1) {
    const suffix = String(number);
    yield `${stem.slice(0, MAX - suffix.length)}${suffix}`;
  }
}
