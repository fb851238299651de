/** Words that say nothing about what a piece of code is for. */
const STOP = new Set('a an and are as at be by can do does for from has have how i if in into is it its of on or so such that the their then there these this to was we were what when where which who will with you your me my our'.split(' '));

const LONGEST = 40;
const MOST = 2_000;

/**
 * The words of a text or of a name, as search compares them: `getUserByID` is `get user by id`, endings are cut, and words that stand in
 * every sentence are left out. The same for what is stored and for what is asked, and for both rankings.
 */
export function wordsOf(text: string): readonly string[] {
  const found: string[] = [];
  for (const match of text.normalize('NFKC').matchAll(/[\p{L}\p{N}]+/gu)) {
    for (const part of split(match[0])) {
      const word = part.toLowerCase().slice(0, LONGEST);
      if (word !== '' && !STOP.has(word)) found.push(stem(word));
      if (found.length === MOST) return found;
    }
  }
  return found;
}

/** Humps and digits end words: `HTTPServer2` is `HTTP Server 2`. */
function split(name: string): readonly string[] {
  return name
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/(\p{L})(\p{N})/gu, '$1 $2')
    .replace(/(\p{N})(\p{L})/gu, '$1 $2')
    .split(' ');
}

/**
 * Cuts the common endings of English words. Porter's stemmer was rejected: it is five times the code, and for names of code it changes
 * few results. What matters is that both sides are cut alike.
 */
function stem(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  const cut = word
    .replace(/(ss|us|is)$/, '$1\u0000')
    .replace(/ies$/, 'y')
    .replace(/(x|ch|sh|z)es$/, '$1')
    .replace(/s$/, '')
    .replace('\u0000', '');
  if (/(ing|ed)$/.test(cut) && /[aeiouy].*(ing|ed)$/.test(cut) && cut.length >= 5) return undoubled(cut.replace(/(ing|ed)$/, ''));
  const shorter = cut.replace(/(ization|isation)$/, 'ize').replace(/ations?$/, 'ate').replace(/(.{4})er$/, '$1').replace(/(.{3})or$/, '$1').replace(/(.{3})ment$/, '$1').replace(/(.{4})ion$/, '$1').replace(/(.{3})ly$/, '$1');
  return undoubled(shorter).replace(/(.{3})e$/, '$1');
}

function undoubled(word: string): string {
  const twice = /([bdfgmnprt])\1$/.test(word) ? word.slice(0, -1) : word;
  return twice.length > 3 ? twice.replace(/e$/, '') : twice;
}
