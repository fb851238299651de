/*
 * The one form in which a proposal's texts are kept, whatever format they came in, so that writing and reading them again gives
 * the same.
 */

/** Line ends are `\n`, lines carry no trailing blanks, and the text neither starts nor ends with empty lines. */
export function normalizeText(text: string): string {
  const lines = text.split(/\r\n|\n|\r/).map(withoutTrailingBlanks);
  let from = 0;
  let to = lines.length;
  while (from < to && lines[from] === '') from += 1;
  while (to > from && lines[to - 1] === '') to -= 1;
  return lines.slice(from, to).join('\n');
}

/** Titles and criteria are one line: line breaks become spaces. */
export function oneLine(text: string): string {
  return text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
}

/** Without regular expressions: `/[ \t]+$/` is quadratic in a line of blanks that ends in something else. */
function withoutTrailingBlanks(line: string): string {
  let end = line.length;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end -= 1;
  return line.slice(0, end);
}

/** Control characters (but tab and line ends) and lone surrogates: PostgreSQL refuses or changes them. */
export function unstorable(text: string): boolean {
  return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Cs}/u.test(text);
}
