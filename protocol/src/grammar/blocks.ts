import { htmlBlockStart } from './html-blocks.js';
import type { HtmlBlock } from './html-blocks.js';
import { maskedLines } from './inline-mask.js';

/*
 * The block structure of CommonMark 0.31 (§4, §5, appendix "A parsing strategy"), by one pass over the lines. It answers one
 * question: which lines of a message did its author write as plain text, and which only show something (code, quotation, HTML)?
 *
 * Written here and not taken from `mdast-util-from-markdown`, because what is read is an agent's message inside the studio's event
 * loop, and that parser is quadratic: 64 kB of `1. ` took it 129 s, of `a\n-\n` 60 s, of `>a\nb\nb…` 30 s. It is the oracle of the
 * tests instead: no line is prose here that is not prose there.
 */

export type LineKind = 'prose' | 'code' | 'fence' | 'quote' | 'html' | 'blank' | 'other';

export interface Line {
  /** As it came, without its line ending. */
  readonly text: string;
  kind: LineKind;
}

/** A fenced code block that is not inside a quotation. */
export interface Fence {
  /** What follows the opening fence, trimmed: `json`, `yaml title=x`. */
  readonly info: string;
  /** The index, from 0, of the opening line. */
  readonly open: number;
  /** The index of the closing line; `undefined` when the text or its list item ends first. */
  close: number | undefined;
  /** The columns of indentation that belong to the fence and not to its content. */
  readonly indent: number;
}

export interface Blocks {
  readonly lines: readonly Line[];
  readonly fences: readonly Fence[];
}

type Container = { readonly kind: 'quote' } | { readonly kind: 'item'; readonly width: number; empty: boolean };
type Leaf =
  | { readonly kind: 'none' | 'indented' }
  | { readonly kind: 'paragraph'; readonly from: number; readonly lines: string[] }
  | { readonly kind: 'fence'; readonly marker: string; readonly fence: Fence | undefined }
  | { readonly kind: 'html'; readonly block: HtmlBlock };

/** From the first line that nests deeper, nothing is prose: nobody writes such a thing, and the work for each line stays bounded. */
const MAX_DEPTH = 24;
const NONE: Leaf = { kind: 'none' };

export function readBlocks(text: string): Blocks {
  return new BlockReader(text).read();
}

/** Splits at the line endings of CommonMark; U+2028 and the like are characters, not line endings. */
export function splitLines(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}

class BlockReader {
  readonly #lines: Line[];
  readonly #fences: Fence[] = [];
  #containers: Container[] = [];
  #leaf: Leaf = NONE;
  /** From here on nothing is prose: too deeply nested, or parsers differ on what this is. */
  #lost = false;

  constructor(text: string) {
    this.#lines = splitLines(text).map((line) => ({ text: line, kind: 'other' }));
  }

  read(): Blocks {
    for (const [index, line] of this.#lines.entries()) line.kind = this.#readLine(index, expandTabs(line.text));
    this.#endLeaf();
    return { lines: this.#lines, fences: this.#fences };
  }

  #readLine(index: number, line: string): LineKind {
    if (this.#lost) return isBlank(line) ? 'blank' : 'other';
    const busy = this.#leaf.kind !== 'none';
    const { matched, rest } = this.#matchContainers(line);
    const all = matched === this.#containers.length;
    if (all) {
      const kind = this.#continueLeaf(index, rest);
      if (kind !== undefined) return kind;
    }
    const blank = isBlank(rest);
    if (blank) {
      this.#closeTo(matched);
      this.#endLeaf();
      return 'blank';
    }
    // Only a paragraph reaches, lazily, into containers that the line does not repeat.
    if (!all && this.#leaf.kind !== 'paragraph') this.#closeTo(matched);
    return this.#startBlocks(index, rest, { matched, all, busy });
  }

  /** How many of the open containers this line belongs to, and what is left of it inside them. */
  #matchContainers(line: string): { matched: number; rest: string } {
    let rest = line;
    let matched = 0;
    for (const container of this.#containers) {
      const indent = indentOf(rest);
      if (container.kind === 'quote') {
        if (indent > 3 || rest[indent] !== '>') break;
        rest = afterQuoteMarker(rest, indent);
      } else if (indent === rest.length) {
        if (container.empty) break;
      } else if (indent >= container.width) {
        rest = rest.slice(container.width);
        container.empty = false;
      } else break;
      matched += 1;
    }
    return { matched, rest };
  }

  /** For a line inside an open fence, HTML block or indented block. `undefined`: the line has to be looked at for itself. */
  #continueLeaf(index: number, rest: string): LineKind | undefined {
    const leaf = this.#leaf;
    if (leaf.kind === 'fence') {
      const closing = /^ {0,3}(`{3,}|~{3,}) *$/.exec(rest)?.[1];
      if (closing === undefined || closing[0] !== leaf.marker[0] || closing.length < leaf.marker.length) return 'code';
      if (leaf.fence !== undefined) leaf.fence.close = index;
      this.#leaf = NONE;
      return 'fence';
    }
    if (leaf.kind === 'html') {
      const { end } = leaf.block;
      if (end === undefined ? isBlank(rest) : end.test(rest)) this.#leaf = NONE;
      return isBlank(rest) ? 'blank' : 'html';
    }
    if (leaf.kind === 'indented') {
      if (isBlank(rest)) return 'blank';
      if (indentOf(rest) >= 4) return 'code';
      this.#leaf = NONE;
    }
    return undefined;
  }

  /** Opens what the line opens; what then remains continues a paragraph or starts one. */
  #startBlocks(index: number, line: string, { matched, all, busy }: { readonly matched: number; readonly all: boolean; readonly busy: boolean }): LineKind {
    let rest = line;
    // The paragraph that this line would continue: its own, or (lazily) one in containers the line does not repeat.
    let paragraph = this.#leaf.kind === 'paragraph' ? this.#leaf : undefined;
    let inParagraph = all && paragraph !== undefined;
    let opened = false;
    const open = () => {
      if (!opened) this.#closeTo(matched);
      this.#endLeaf();
      opened = true;
      paragraph = undefined;
      inParagraph = false;
    };
    for (;;) {
      const indent = indentOf(rest);
      if (indent === rest.length) {
        // A list marker or `>` with nothing behind it.
        return this.#inQuote() ? 'quote' : 'other';
      }
      if (indent >= 4) {
        if (paragraph !== undefined) break;
        open();
        this.#leaf = { kind: 'indented' };
        return this.#inQuote() ? 'quote' : 'code';
      }
      const text = rest.slice(indent);
      if (this.#containers.length >= MAX_DEPTH) {
        this.#lost = true;
        return 'other';
      }
      if (text.startsWith('>')) {
        open();
        this.#containers.push({ kind: 'quote' });
        rest = afterQuoteMarker(rest, indent);
        continue;
      }
      const kind = this.#startLeaf(index, text, line.length - rest.length + indent, { interrupts: paragraph !== undefined, own: inParagraph }, open);
      if (kind !== undefined) return this.#inQuote() ? 'quote' : kind;
      const item = listItem(text, inParagraph);
      if (item === undefined) break;
      // An item that could not interrupt a paragraph, on a line that ends one from outside: parsers differ on what it is.
      if (busy && listItem(text, true) === undefined) this.#lost = true;
      open();
      this.#containers.push({ kind: 'item', width: indent + item.width, empty: item.empty });
      rest = item.empty ? '' : rest.slice(indent + item.width);
    }
    return this.#addText(index, rest.trimStart());
  }

  /** A block that holds no other blocks and is known by its first line. */
  #startLeaf(
    index: number,
    text: string,
    indent: number,
    paragraph: { readonly interrupts: boolean; readonly own: boolean },
    open: () => void,
  ): LineKind | undefined {
    if (/^#{1,6}(?: |$)/.test(text)) {
      open();
      return 'other';
    }
    const fence = /^(`{3,})([^`]*)$|^(~{3,})(.*)$/s.exec(text);
    if (fence !== null) {
      open();
      const entry: Fence = { info: (fence[2] ?? fence[4] ?? '').trim(), open: index, close: undefined, indent };
      if (!this.#inQuote()) this.#fences.push(entry);
      this.#leaf = { kind: 'fence', marker: fence[1] ?? fence[3] ?? '', fence: entry };
      return 'fence';
    }
    const block = htmlBlockStart(text, paragraph.interrupts && paragraph.own);
    if (block !== undefined) {
      // A lone tag that might lazily continue a paragraph: CommonMark's own parser takes it for text, others for HTML.
      if (paragraph.interrupts && htmlBlockStart(text, true) === undefined) this.#lost = true;
      open();
      this.#leaf = block.end?.test(text) === true ? NONE : { kind: 'html', block };
      return 'html';
    }
    if (paragraph.own && /^(?:=+|-+) *$/.test(text)) {
      this.#endLeaf();
      return 'other';
    }
    if (/^(?:(?:\* *){3,}|(?:_ *){3,}|(?:- *){3,})$/.test(text)) {
      open();
      return 'other';
    }
    return undefined;
  }

  #addText(index: number, text: string): LineKind {
    if (this.#leaf.kind === 'paragraph') this.#leaf.lines.push(text);
    else this.#leaf = { kind: 'paragraph', from: index, lines: [text] };
    return this.#inQuote() ? 'quote' : 'prose';
  }

  #closeTo(count: number): void {
    if (count === this.#containers.length) return;
    this.#endLeaf();
    this.#containers.length = count;
  }

  #endLeaf(): void {
    const leaf = this.#leaf;
    this.#leaf = NONE;
    if (leaf.kind !== 'paragraph') return;
    for (const index of maskedLines(leaf.lines)) {
      const line = this.#lines[leaf.from + index];
      if (line?.kind === 'prose') line.kind = 'code';
    }
  }

  #inQuote(): boolean {
    return this.#containers.some((container) => container.kind === 'quote');
  }
}

function indentOf(text: string): number {
  let indent = 0;
  while (text[indent] === ' ') indent += 1;
  return indent;
}

/** Of spaces only, tabs having been expanded: a no-break space or form feed is text (CommonMark 0.31 §2.1). */
function isBlank(text: string): boolean {
  return indentOf(text) === text.length;
}

function afterQuoteMarker(text: string, indent: number): string {
  return text.slice(text[indent + 1] === ' ' ? indent + 2 : indent + 1);
}

/** Tabs stop every four columns, counted in the whole line. */
function expandTabs(line: string): string {
  if (!line.includes('\t')) return line;
  let expanded = '';
  for (const part of line.split(/(\t)/)) expanded += part === '\t' ? ' '.repeat(4 - (expanded.length % 4)) : part;
  return expanded;
}

/** A list marker at the start of the text: how wide marker and gap are, and whether the rest is empty. */
function listItem(text: string, interruptsParagraph: boolean): { width: number; empty: boolean } | undefined {
  const marker = /^(?:[-+*]|(\d{1,9})[.)])(?= |$)/.exec(text);
  if (marker === null) return undefined;
  const rest = text.slice(marker[0].length);
  const empty = isBlank(rest);
  if (interruptsParagraph && (empty || (marker[1] !== undefined && Number(marker[1]) !== 1))) return undefined;
  const gap = indentOf(rest);
  return { width: marker[0].length + (empty || gap > 4 ? 1 : gap), empty };
}
