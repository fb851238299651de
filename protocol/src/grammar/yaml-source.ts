import { CST, Lexer, LineCounter, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { ParseIssue, ParseResult } from './parse-result.js';
import { quote } from './parse-result.js';
import { MAX_NESTING, positionsOf } from './source-node.js';
import type { SourceEntry, SourceNode } from './source-node.js';

/** Lexical tokens, spaces and line ends included. A full proposal of 500 tasks has about 36,000. */
const MAX_TOKENS = 60_000;
/** Columns of indentation, which bounds the nesting of blocks. */
const MAX_INDENT = 64;
/** The library quotes the text it does not like, however long. */
const MAX_MESSAGE = 300;
/** `- - -` and `? ? ?` and `a: b: c:` on one line nest without indentation. */
const MAX_MARKERS_PER_LINE = 8;

/**
 * A YAML 1.2 document as plain lists, maps and strings (the failsafe schema: `key: 1.10` stays "1.10" and `title: no` stays "no").
 * Anchors, aliases, tags, directives and further documents are refused: a proposal needs none, and each has been an attack.
 */
export function readYaml(text: string): ParseResult<SourceNode> {
  const refused = refuseBeforeParsing(text);
  if (refused.length > 0) return { ok: false, issues: refused };
  const counter = new LineCounter();
  const position = (offset: number) => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  try {
    // Repeated keys are looked for below: the library compares every key with every other.
    const document = parseDocument(text, { schema: 'failsafe', version: '1.2', strict: true, uniqueKeys: false, prettyErrors: false, lineCounter: counter });
    const problems = [...document.errors, ...document.warnings];
    if (problems.length > 0) return { ok: false, issues: problems.slice(0, 50).map((problem) => ({ ...position(problem.pos[0]), message: `YAML: ${problem.message.slice(0, MAX_MESSAGE)}` })) };
    const issues: ParseIssue[] = [];
    const value = toNode(document.contents, { position, issues });
    return issues.length > 0 ? { ok: false, issues } : { ok: true, value };
  } catch (error) {
    // The library promises to collect errors, yet a parser that may not throw does not rely on it.
    return { ok: false, issues: [{ line: 1, column: 1, message: `The YAML could not be read${error instanceof RangeError ? ': it is nested too deeply' : ''}.` }] };
  }
}

/**
 * Looks at the tokens before the library builds anything from them. It recurses as deep as the text says, and where that meets the
 * end of the stack while a regular expression is being compiled, V8 ends the process (seen with yaml 2.9.1): no `catch` helps.
 */
function refuseBeforeParsing(text: string): ParseIssue[] {
  const guard = new TokenGuard();
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    const message = guard.judge(token);
    if (message !== undefined) return [{ ...positionsOf(text)(offset), message }];
    // Control tokens (document start, scalar follows, flow end missing) stand for no characters of the text.
    if (!CONTROL.has(token)) offset += token.length;
  }
  return [];
}

const SCALAR_FOLLOWS = '\u001f';
const CONTROL: ReadonlySet<string> = new Set(['\u0002', '\u0018', SCALAR_FOLLOWS]);

class TokenGuard {
  #tokens = 0;
  #flow = 0;
  #markers = 0;
  #previous = '\n';

  /** What is wrong with this token at this place, if anything. */
  judge(token: string): string | undefined {
    const previous = this.#previous;
    this.#previous = token;
    this.#tokens += 1;
    if (this.#tokens > MAX_TOKENS) return 'This is too large to be read as a proposal.';
    // The text of a scalar, however it looks: it nests nothing.
    if (previous === SCALAR_FOLLOWS) return undefined;
    if (previous.endsWith('\n')) this.#markers = 0;
    const type = CST.tokenType(token);
    switch (type) {
      case 'anchor':
      case 'alias':
      case 'tag':
      case 'directive-line':
        return `${quote(token, 20)}: anchors, aliases, tags and directives are not allowed; write the value out.`;
      case 'flow-map-start':
      case 'flow-seq-start':
        this.#flow += 1;
        return this.#flow > MAX_NESTING ? `Values are nested more than ${MAX_NESTING} deep.` : undefined;
      case 'flow-map-end':
      case 'flow-seq-end':
        this.#flow -= 1;
        return undefined;
      case 'seq-item-ind':
      case 'explicit-key-ind':
      case 'map-value-ind':
        if (this.#flow <= 0) this.#markers += 1;
        return this.#markers > MAX_MARKERS_PER_LINE ? 'There are too many list or key markers on one line.' : undefined;
      case 'space':
        return previous.endsWith('\n') && token.length > MAX_INDENT ? `This is indented by more than ${MAX_INDENT} columns.` : undefined;
      default:
        return undefined;
    }
  }
}

interface NodeContext {
  readonly position: (offset: number) => { line: number; column: number };
  readonly issues: ParseIssue[];
}

function toNode(node: unknown, context: NodeContext, parentAt = { line: 1, column: 1 }): SourceNode {
  const at = hasRange(node) ? context.position(node.range[0]) : parentAt;
  if (isSeq(node)) return { kind: 'list', at, items: node.items.map((item) => toNode(item, context, at)) };
  if (isMap(node)) {
    const entries: SourceEntry[] = [];
    const seen = new Set<string>();
    for (const pair of node.items) {
      const keyAt = hasRange(pair.key) ? context.position(pair.key.range[0]) : at;
      const key = isScalar(pair.key) ? String(pair.key.value ?? '') : '';
      if (!isScalar(pair.key)) context.issues.push({ ...keyAt, message: 'A key must be plain text.' });
      else if (seen.has(key)) context.issues.push({ ...keyAt, message: `The key ${quote(key)} appears twice here.` });
      seen.add(key);
      entries.push({ key, keyAt, value: toNode(pair.value, context, keyAt) });
    }
    return { kind: 'map', at, entries };
  }
  if (!isScalar(node) || typeof node.value !== 'string') return { kind: 'scalar', at, value: null };
  // Nothing, `~` and `null` without quotes mean nothing, as everywhere in YAML, though the failsafe schema calls them text.
  const nothing = node.type === 'PLAIN' && /^(?:~|null)?$/.test(node.value);
  return { kind: 'scalar', at, value: nothing ? null : node.value };
}

function hasRange(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}
