import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Language, Parser } from 'web-tree-sitter';
import type { FileFacts, FoundSymbol } from '../domain/facts.js';
import { commentText, docstringText, isBoilerplate, squeezed } from '../domain/source-text.js';
import { GRAMMARS } from './grammars.js';
import type { Grammar, SyntaxNode } from './grammars.js';

const SIGNATURE = 300;
/** Types in types in namespaces; deeper ones are nobody's reuse, and walking ends. */
const DEEPEST = 12;
/** Milliseconds for one file. A grammar can be quadratic on input made for it. */
const PATIENCE_MS = 5_000;

/** Parsers by grammar; loading one takes some 20 ms, so it is done once. */
export class TreeSitter {
  private readonly parsers = new Map<string, Promise<Parser>>();
  private started: Promise<void> | undefined;

  /** @throws when the parser gives up or takes too long; wrong syntax is no reason for it. */
  async parse(language: string, text: string): Promise<FileFacts> {
    const grammar = GRAMMARS[language];
    if (grammar === undefined) throw new Error(`no_grammar: ${language}`);
    const parser = await this.parserOf(grammar);
    const end = performance.now() + PATIENCE_MS;
    // The callback's answer stops the parser, although its type says that it gives none.
    const tree = parser.parse(text, null, { progressCallback: (() => performance.now() > end) as () => void });
    if (tree === null) {
      parser.reset();
      throw new Error('parser_gave_up');
    }
    try {
      return new TreeReader(grammar, text).read(tree.rootNode);
    } finally {
      tree.delete();
    }
  }

  private parserOf({ wasm }: Grammar): Promise<Parser> {
    const known = this.parsers.get(wasm) ?? this.load(wasm);
    this.parsers.set(wasm, known);
    return known;
  }

  private async load(wasm: string): Promise<Parser> {
    this.started ??= Parser.init();
    await this.started;
    const folder = dirname(createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm/package.json'));
    const parser = new Parser();
    parser.setLanguage(await Language.load(join(folder, 'wasm', wasm)));
    return parser;
  }
}

class TreeReader {
  private readonly symbols: FoundSymbol[] = [];
  private readonly imports = new Set<string>();
  private namespace = '';

  constructor(
    private readonly grammar: Grammar,
    private readonly text: string,
  ) {}

  read(root: SyntaxNode): FileFacts {
    this.walk(root, '', false, 0);
    if (this.grammar.importsInside === true) this.findImports(root);
    return {
      lines: root.endPosition.row + 1,
      imports: [...this.imports].filter((each) => each !== '' && each.length <= 300).slice(0, 2_000),
      namespace: this.namespace,
      symbols: this.symbols,
      doc: this.headDoc(root),
      runnable: this.grammar.runnable.test(this.text),
    };
  }

  private walk(node: SyntaxNode, container: string, ofType: boolean, depth: number): void {
    if (depth > DEEPEST) return;
    for (const each of node.namedChildren) {
      if (each === null) continue;
      const { declares, contains, enters, imports, namespace } = this.grammar;
      for (const specifier of imports[each.type]?.(each) ?? []) this.imports.add(specifier);
      this.namespace ||= namespace[each.type]?.(each) ?? '';
      const rule = declares[each.type];
      if (rule !== undefined) this.declare(each, rule, container, ofType);
      const named = contains[each.type];
      if (named !== undefined) this.inside(each, named(each) || container, depth);
      else if (enters.has(each.type) || isImportList(each.type)) this.walk(each, container, ofType, depth + 1);
    }
  }

  /** Also those inside functions: what is imported when it is called is depended on all the same. */
  private findImports(root: SyntaxNode): void {
    const { imports } = this.grammar;
    for (const node of root.descendantsOfType(Object.keys(imports))) for (const specifier of (node === null ? undefined : imports[node.type]?.(node)) ?? []) this.imports.add(specifier);
  }

  private inside(node: SyntaxNode, container: string, depth: number): void {
    const body = node.childForFieldName('body');
    if (body !== null) this.walk(body, container, node.type !== 'mod_item' && node.type !== 'namespace_definition', depth + 1);
  }

  private declare(node: SyntaxNode, rule: Grammar['declares'][string], around: string, ofType: boolean): void {
    const name = rule.name === undefined ? (node.childForFieldName('name')?.text ?? '') : (rule.name(node) ?? '');
    if (name === '' || name.length > 200) return;
    const text = this.text.slice(node.startIndex, Math.min(node.endIndex, node.startIndex + 4_000));
    const body = node.childForFieldName('body');
    const container = rule.container?.(node) ?? around;
    this.symbols.push({
      form: rule.form === 'function' && ofType ? 'method' : rule.form,
      name,
      container,
      signature: squeezed(body === null || rule.form === 'type' || rule.form === 'constant' ? text : this.text.slice(node.startIndex, body.startIndex), SIGNATURE).replace(/\s*[:{]$/, ''),
      doc: this.docOf(node),
      line: node.startPosition.row + 1,
      endLine: node.endPosition.row + 1,
      exported: this.grammar.exported(name, text, node),
      markup: false,
    });
  }

  private docOf(node: SyntaxNode): string {
    const inside = this.grammar.docInside?.(node);
    if (inside !== undefined) return docstringText(inside);
    const lines: string[] = [];
    let below = node;
    let above = outer(node).previousNamedSibling;
    while (above !== null && (isComment(above) || isAttribute(above)) && lines.length < 60) {
      // A blank line between means that the comment is about something else.
      const gap = (lines.length === 0 && !isAttribute(above) ? outer(below) : below).startPosition.row - endRow(above);
      if (gap > 1) break;
      if (isComment(above)) lines.unshift(commentText(above.text));
      below = above;
      above = above.previousNamedSibling;
    }
    const text = lines.join('\n').trim();
    return isBoilerplate(text) ? '' : text;
  }

  private headDoc(root: SyntaxNode): string {
    const first = root.namedChildren[0];
    if (this.grammar.docInside !== undefined) {
      const code = root.namedChildren.find((each) => each !== null && !isComment(each));
      const literal = code?.type === 'expression_statement' ? code.namedChildren[0] : code;
      return literal?.type === 'string' ? docstringText(literal.text) : '';
    }
    const lines: string[] = [];
    let last: SyntaxNode | undefined;
    for (const each of root.namedChildren) {
      if (each === null || !isComment(each)) break;
      if (last !== undefined && each.startPosition.row - endRow(last) > 1) {
        if (!isBoilerplate(lines.join('\n')) && lines.join('').length > 10) break;
        lines.length = 0;
      }
      lines.push(commentText(each.text));
      last = each;
    }
    const text = lines.join('\n').trim();
    if (first === undefined || first === null || isBoilerplate(text) || text.length <= 10) return '';
    return this.symbols[0]?.doc === text ? '' : text;
  }
}

const isComment = ({ type }: SyntaxNode): boolean => type.includes('comment');
const isAttribute = ({ type }: SyntaxNode): boolean => type === 'attribute_item' || type === 'inner_attribute_item';
const isImportList = (type: string): boolean => type === 'import_declaration' || type === 'import_spec_list';
/** Some grammars count the line end to a comment. */
const endRow = (node: SyntaxNode): number => node.endPosition.row - (node.text.endsWith('\n') ? 1 : 0);

/** The node that a comment stands above: the declaration around a lone `type_spec`, or a decorated one. */
function outer(node: SyntaxNode): SyntaxNode {
  const { parent } = node as SyntaxNode & { readonly parent?: SyntaxNode | null };
  const wraps = parent !== undefined && parent !== null && ['decorated_definition', 'type_declaration', 'const_declaration', 'template_declaration', 'export_statement'].includes(parent.type);
  return wraps && parent.namedChildren[0]?.startIndex === node.startIndex ? parent : node;
}
