import type { ParseResult } from './parse-result.js';
import { quote } from './parse-result.js';
import { MAX_NESTING, MAX_VALUES, positionsOf } from './source-node.js';
import type { SourceEntry, SourceNode } from './source-node.js';

/**
 * Strict JSON (RFC 8259) with positions. `JSON.parse` tells an offset at most, in words that differ by engine, says nothing of
 * repeated members, and takes any depth and number of values. Stops at the first mistake: what follows one is guesswork in JSON.
 */
export function readJson(text: string): ParseResult<SourceNode> {
  const reader = new JsonReader(text);
  try {
    return { ok: true, value: reader.readAll() };
  } catch (error) {
    if (!(error instanceof JsonMistake)) throw error;
    return { ok: false, issues: [{ ...positionsOf(text)(error.offset), message: error.message }] };
  }
}

/** Leaves the recursion; never leaves this file. */
class JsonMistake extends Error {
  constructor(
    readonly offset: number,
    message: string,
  ) {
    super(message);
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\n\r]*/y;

class JsonReader {
  readonly #text: string;
  readonly #position: ReturnType<typeof positionsOf>;
  #offset = 0;
  #values = 0;

  constructor(text: string) {
    this.#text = text;
    this.#position = positionsOf(text);
  }

  readAll(): SourceNode {
    this.#skipSpace();
    const value = this.#readValue(1);
    if (this.#offset < this.#text.length) this.#fail('There is text behind the end of the JSON value; remove it.');
    return value;
  }

  #readValue(depth: number): SourceNode {
    this.#values += 1;
    if (this.#values > MAX_VALUES) this.#fail(`There are more than ${MAX_VALUES} values; this is too large to be read.`);
    if (depth > MAX_NESTING) this.#fail(`Values are nested more than ${MAX_NESTING} deep.`);
    const at = this.#position(this.#offset);
    const character = this.#text[this.#offset];
    if (character === '{') return { kind: 'map', at, entries: this.#readEntries(depth) };
    if (character === '[') return { kind: 'list', at, items: this.#readItems(depth) };
    if (character === '"') return { kind: 'scalar', at, value: this.#readString() };
    const word = this.#match(WORD);
    if (word !== undefined) return { kind: 'scalar', at, value: word === 'null' ? null : word === 'true' };
    const number = this.#match(NUMBER);
    if (number !== undefined) return { kind: 'scalar', at, value: Number(number) };
    return this.#fail(this.#offset >= this.#text.length ? 'The JSON ends too early.' : `Expected a JSON value, found ${quote(this.#text.slice(this.#offset, this.#offset + 12), 12)}.`);
  }

  #readEntries(depth: number): SourceEntry[] {
    const entries: SourceEntry[] = [];
    const seen = new Set<string>();
    this.#separated('{', '}', () => {
      const keyOffset = this.#offset;
      if (this.#text[keyOffset] !== '"') this.#fail('Expected a member name in double quotes.');
      const key = this.#readString();
      if (seen.has(key)) this.#fail(`The member ${quote(key)} appears twice in this object.`, keyOffset);
      seen.add(key);
      this.#skipSpace();
      if (this.#text[this.#offset] !== ':') this.#fail('Expected ":" behind the member name.');
      this.#offset += 1;
      this.#skipSpace();
      entries.push({ key, keyAt: this.#position(keyOffset), value: this.#readValue(depth + 1) });
    });
    return entries;
  }

  #readItems(depth: number): SourceNode[] {
    const items: SourceNode[] = [];
    this.#separated('[', ']', () => items.push(this.#readValue(depth + 1)));
    return items;
  }

  #separated(open: string, close: string, readOne: () => void): void {
    this.#offset += open.length;
    this.#skipSpace();
    if (this.#text[this.#offset] !== close) {
      for (;;) {
        readOne();
        this.#skipSpace();
        const character = this.#text[this.#offset];
        if (character === close) break;
        if (character !== ',') this.#fail(character === undefined ? `The JSON ends before "${close}".` : `Expected "," or "${close}".`);
        this.#offset += 1;
        this.#skipSpace();
      }
    }
    this.#offset += 1;
    this.#skipSpace();
  }

  #readString(): string {
    const literal = this.#match(STRING);
    if (literal === undefined) this.#fail('This string does not end, or holds a line break, a control character or an unknown escape.');
    return JSON.parse(literal) as string;
  }

  #skipSpace(): void {
    this.#match(SPACE);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#offset;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#offset += found.length;
    return found;
  }

  #fail(message: string, offset = this.#offset): never {
    throw new JsonMistake(offset, message);
  }
}
