/**
 * The seven kinds of HTML block of CommonMark 0.31 §4.6: how each starts, and what ends it (`undefined`: a blank line).
 * Exact, not approximate: a start seen where there is none would hide the opening of a fence behind it.
 */
export interface HtmlBlock {
  readonly end: RegExp | undefined;
}

const NAME = '[A-Za-z][A-Za-z0-9-]*';
const VALUE = `(?:[^"'=<>\`\\x00-\\x20]+|'[^']*'|"[^"]*")`;
const ATTRIBUTE = `(?:[ \\t]+[A-Za-z_:][A-Za-z0-9_.:-]*(?:[ \\t]*=[ \\t]*${VALUE})?)`;
const ALONE = new RegExp(`^(?:<${NAME}${ATTRIBUTE}*[ \\t]*/?>|</${NAME}[ \\t]*>)[ \\t]*$`);

const BLOCK_NAMES =
  'address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul';

const STARTS: readonly (readonly [start: RegExp, end: RegExp | undefined])[] = [
  [/^<(?:script|pre|style|textarea)(?:[ \t>]|$)/i, /<\/(?:script|pre|style|textarea)>/i],
  [/^<!--/, /-->/],
  [/^<\?/, /\?>/],
  [/^<![A-Za-z]/, />/],
  [/^<!\[CDATA\[/, /\]\]>/],
  [new RegExp(`^</?(?:${BLOCK_NAMES})(?:[ \\t]|/?>|$)`, 'i'), undefined],
];

/** The HTML block that starts with this text (its indentation taken off), if one does. A lone tag cannot interrupt a paragraph. */
export function htmlBlockStart(text: string, interruptsParagraph: boolean): HtmlBlock | undefined {
  if (!text.startsWith('<')) return undefined;
  for (const [start, end] of STARTS) if (start.test(text)) return { end };
  return !interruptsParagraph && ALONE.test(text) ? { end: undefined } : undefined;
}
