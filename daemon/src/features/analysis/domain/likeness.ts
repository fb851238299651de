/**
 * How alike two pieces of code are, 0 to 1: the share of runs of five words that they have in common (Jaccard on shingles). Every name counts
 * as the same word, and so does every text: a copy with its names changed is still a copy.
 */
export function likeness(one: string, other: string): number {
  const [first, second] = [shingles(one), shingles(other)];
  if (first.size === 0 || second.size === 0) return 0;
  let shared = 0;
  for (const each of first) if (second.has(each)) shared += 1;
  return shared / (first.size + second.size - shared);
}

const RUN = 5;
/** Words of syntax stay themselves; every name becomes the same word, so that renaming does not hide a copy. */
const SYNTAX = new Set(
  'if else for while do switch case default break continue return throw try catch finally new delete typeof instanceof in of await async yield function class const let var def elif except raise with as pass lambda and or not is none None null undefined true false True False nil self this fn pub impl struct enum match mut ref use mod func go defer chan map range type interface package import from export static void int string bool float double public private protected'.split(' '),
);

export function shingles(code: string): ReadonlySet<string> {
  const words = code
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|^\s*#[^\n]*/gm, ' ')
    .replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, ' S ')
    .match(/[A-Za-z_$][\w$]*|\d+(?:\.\d+)?|[^\s\w]/g)
    ?.map((word) => (/^[A-Za-z_$]/.test(word) && !SYNTAX.has(word) && word !== 'S' ? 'N' : word)) ?? [];
  const found = new Set<string>();
  for (let index = 0; index + RUN <= words.length; index += 1) found.add(words.slice(index, index + RUN).join(' '));
  return found;
}
