import { parseSync } from 'oxc-parser';
import type { Class, Comment, Declaration, Directive, Statement, VariableDeclarator } from 'oxc-parser';
import type { FileFacts, FoundSymbol } from '../domain/facts.js';
import { commentText, isBoilerplate, LineIndex, squeezed } from '../domain/source-text.js';

/** The part of the parser's tree that is looked at: declarations at the top of a file, in namespaces, and members of classes. */
type Node = Statement | Directive | Declaration;

const SIGNATURE = 300;
const DEEPEST_NAMESPACE = 4;

/**
 * JavaScript and TypeScript, with their imports and declarations.
 *
 * The parser descends by recursion and ends the process on input nested deeper than its stack (seen with 20,000 open brackets), so this
 * runs in a process of its own: see `parser-process.ts`.
 *
 * @param path tells dialects apart by its extension. @throws when the parser gives up; wrong syntax is no reason for it.
 */
export function parseScript(path: string, text: string): FileFacts {
  const source = scriptOf(path, text);
  const parsed = parseSync(dialect(path), source, { sourceType: 'unambiguous', astType: 'ts' });
  return new ScriptReader(path, source, parsed.program.body, parsed.comments, importsOf(parsed, source)).read();
}

/** Markup files hold script in a `<script>` element. All else becomes spaces, so that lines keep their numbers. */
function scriptOf(path: string, text: string): string {
  if (!/\.(vue|svelte)$/i.test(path)) return text;
  const script = /(<script\b[^>]*>)([\s\S]*?)<\/script>/gi;
  let kept = '';
  let last = 0;
  for (const match of text.matchAll(script)) {
    const start = match.index + (match[1]?.length ?? 0);
    const end = start + (match[2]?.length ?? 0);
    kept += text.slice(last, start).replace(/[^\n]/g, ' ') + text.slice(start, end);
    last = end;
  }
  return kept + text.slice(last).replace(/[^\n]/g, ' ');
}

/** Flow's and JSX's syntax stand in plain `.js` too. */
function dialect(path: string): string {
  if (/\.(js|mjs|cjs|jsx)$/i.test(path)) return 'file.jsx';
  if (/\.(vue|svelte)$/i.test(path)) return 'file.ts';
  return path.split('/').at(-1) ?? 'file.ts';
}

function importsOf(parsed: ReturnType<typeof parseSync>, source: string): readonly string[] {
  const { staticImports, staticExports, dynamicImports } = parsed.module;
  const found = new Set<string>();
  for (const { moduleRequest } of staticImports) found.add(moduleRequest.value);
  for (const { entries } of staticExports) for (const { moduleRequest } of entries) if (moduleRequest !== null) found.add(moduleRequest.value);
  for (const { moduleRequest } of dynamicImports) {
    const literal = /^(['"`])([^'"`$]+)\1$/.exec(source.slice(moduleRequest.start, moduleRequest.end));
    if (literal?.[2] !== undefined) found.add(literal[2]);
  }
  // Walking all of the tree for `require` would cost more than parsing it; what stands in comments is left out.
  for (const match of withoutComments(source, parsed.comments).matchAll(/\b(?:require|import)\s*(?:\.resolve\s*)?\(\s*(['"])([^'"\n]+)\1\s*\)/g)) if (match[2] !== undefined) found.add(match[2]);
  for (const match of withoutComments(source, parsed.comments).matchAll(/\bimport\s+\w+\s*=\s*require\(\s*(['"])([^'"\n]+)\1/g)) if (match[2] !== undefined) found.add(match[2]);
  return [...found].slice(0, 2_000);
}

function withoutComments(source: string, comments: readonly Comment[]): string {
  let kept = '';
  let last = 0;
  for (const { start, end } of comments) {
    kept += source.slice(last, start);
    last = end;
  }
  return kept + source.slice(last);
}

class ScriptReader {
  private readonly index: LineIndex;
  private readonly symbols: FoundSymbol[] = [];
  /** Names that are exported apart from their declaration: `export { a }`, `module.exports = { a }`. */
  private readonly exportedLater = new Set<string>();
  private readonly mayHaveMarkup: boolean;

  constructor(
    path: string,
    private readonly source: string,
    private readonly body: readonly Node[],
    private readonly comments: readonly Comment[],
    private readonly imports: readonly string[],
  ) {
    this.index = new LineIndex(source);
    this.mayHaveMarkup = /\.(tsx|jsx|js)$/i.test(path);
  }

  read(): FileFacts {
    for (const node of this.body) this.statement(node, '', false, 0);
    return {
      lines: this.index.lines,
      imports: this.imports,
      namespace: '',
      symbols: this.symbols.map((symbol) => (symbol.container === '' && this.exportedLater.has(symbol.name) ? { ...symbol, exported: true } : symbol)),
      doc: this.headDoc(),
      runnable: this.source.startsWith('#!') || /\brequire\.main\s*===?\s*module\b/.test(this.source),
    };
  }

  private statement(node: Node, container: string, exported: boolean, start: number, depth = 0): void {
    const from = exported ? start : node.start;
    switch (node.type) {
      case 'ExportNamedDeclaration':
        for (const { local } of node.specifiers) if ('name' in local) this.exportedLater.add(local.name);
        if (node.declaration !== null) this.statement(node.declaration, container, true, node.start, depth);
        return;
      case 'ExportDefaultDeclaration':
        return this.defaultExport(node, container);
      case 'FunctionDeclaration':
      case 'TSDeclareFunction':
        return this.add('function', node.id?.name ?? '', container, from, node.end, node.body?.start ?? node.end, exported);
      case 'ClassDeclaration':
        return this.classOf(node, node.id?.name ?? '', container, from, exported);
      case 'VariableDeclaration':
        for (const each of node.declarations) this.variable(each, container, from, exported);
        return;
      case 'TSInterfaceDeclaration':
      case 'TSTypeAliasDeclaration':
      case 'TSEnumDeclaration':
        return this.add('type', node.id.name, container, from, node.end, node.end, exported);
      case 'TSModuleDeclaration': {
        const name = 'name' in node.id ? node.id.name : '';
        if (depth < DEEPEST_NAMESPACE && node.body?.type === 'TSModuleBlock') for (const each of node.body.body) this.statement(each, name, false, 0, depth + 1);
        return;
      }
      case 'ExpressionStatement':
        return this.assignment(node, container);
      default:
        return;
    }
  }

  private defaultExport(node: Extract<Node, { type: 'ExportDefaultDeclaration' }>, container: string): void {
    const { declaration } = node;
    if (declaration.type === 'Identifier') this.exportedLater.add(declaration.name);
    else if (declaration.type === 'FunctionDeclaration') this.add('function', declaration.id?.name ?? 'default', container, node.start, node.end, declaration.body?.start ?? node.end, true);
    else if (declaration.type === 'ClassDeclaration') this.classOf(declaration, declaration.id?.name ?? 'default', container, node.start, true);
    else if (declaration.type === 'ArrowFunctionExpression') this.add('function', 'default', container, node.start, node.end, declaration.body.start, true);
  }

  private variable({ id, init, end }: VariableDeclarator, container: string, start: number, exported: boolean): void {
    if (id.type !== 'Identifier' || init === null) return;
    const { value, wrapped } = unwrapped(init);
    if (value.type === 'ArrowFunctionExpression' || value.type === 'FunctionExpression') this.add('function', id.name, container, start, end, value.body?.start ?? end, exported);
    else if (value.type === 'ClassExpression') this.classOf(value, id.name, container, start, exported);
    // A local value is nobody's reuse; an exported one, or one that is spelled as a constant, may be.
    else if (exported || wrapped || /^[A-Z][A-Z0-9_]+$/.test(id.name)) this.add('constant', id.name, container, start, end, end, exported);
  }

  private classOf(node: Class, name: string, container: string, start: number, exported: boolean): void {
    this.add('class', name, container, start, node.end, node.body.start, exported);
    for (const member of node.body.body) {
      if (member.type !== 'MethodDefinition' && member.type !== 'TSAbstractMethodDefinition') continue;
      if (member.key.type !== 'Identifier' || member.kind === 'constructor') continue;
      const hidden = member.accessibility === 'private' || member.key.name.startsWith('_');
      this.add('method', member.key.name, name, member.start, member.end, member.value.body?.start ?? member.end, exported && !hidden);
    }
  }

  /** CommonJS: `exports.a = function () {}`, `module.exports = …`, `A.prototype.b = function () {}`. */
  private assignment(node: Extract<Node, { type: 'ExpressionStatement' }>, container: string): void {
    const { expression } = node;
    if (expression.type !== 'AssignmentExpression' || expression.left.type !== 'MemberExpression') return;
    const target = /^([\w$.]+)\.([\w$]+)$/.exec(this.source.slice(expression.left.start, expression.left.end).replace(/\s+/g, ''));
    if (target === null) return;
    const [, owner = '', name = ''] = target;
    const value = expression.right;
    if (owner === 'module' && name === 'exports') {
      if (value.type === 'Identifier') this.exportedLater.add(value.name);
      else if (value.type === 'ObjectExpression') this.exportedObject(value);
      else if (value.type === 'FunctionExpression' || value.type === 'ArrowFunctionExpression') this.add('function', ('id' in value ? value.id?.name : undefined) ?? 'default', container, node.start, node.end, value.body?.start ?? node.end, true);
      else if (value.type === 'ClassExpression') this.classOf(value, value.id?.name ?? 'default', container, node.start, true);
      return;
    }
    const isExport = owner === 'exports' || owner === 'module.exports';
    if (value.type === 'Identifier' && isExport) this.exportedLater.add(value.name);
    else if (value.type === 'FunctionExpression' || value.type === 'ArrowFunctionExpression') {
      const ofClass = owner.endsWith('.prototype') ? owner.slice(0, -'.prototype'.length) : owner;
      if (isExport) this.add('function', name, container, node.start, node.end, value.body?.start ?? node.end, true);
      else if (/^[\w$]+$/.test(ofClass)) this.add('method', name, ofClass, node.start, node.end, value.body?.start ?? node.end, !name.startsWith('_'));
    }
  }

  private exportedObject(value: { readonly properties: readonly { readonly type: string }[] }): void {
    for (const property of value.properties as readonly { readonly type: string; readonly key?: { readonly type: string; readonly name?: string }; readonly value?: { readonly type: string; readonly name?: string } }[]) {
      if (property.type === 'Property' && property.value?.type === 'Identifier' && property.value.name !== undefined) this.exportedLater.add(property.value.name);
    }
  }

  private add(form: FoundSymbol['form'], name: string, container: string, start: number, end: number, bodyStart: number, exported: boolean): void {
    const markup = this.mayHaveMarkup && (form === 'function' || form === 'class' || form === 'constant') && /<([A-Za-z][\w.]*[\s/>]|>)/.test(this.source.slice(bodyStart === end ? start : bodyStart, end));
    const signature = squeezed(this.source.slice(start, bodyStart), SIGNATURE).replace(/\s*(=>)?\s*\{?$/, '');
    this.symbols.push({ form, name, container, signature, doc: this.docBefore(start), line: this.index.lineOf(start), endLine: this.index.lineOf(Math.max(start, end - 1)), exported, markup });
  }

  /** The comment that ends right above, with nothing but space between. */
  private docBefore(start: number): string {
    let low = 0;
    let high = this.comments.length - 1;
    let found: Comment | undefined;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const comment = this.comments[middle];
      if (comment === undefined) break;
      if (comment.end <= start) {
        found = comment;
        low = middle + 1;
      } else high = middle - 1;
    }
    if (found === undefined) return '';
    // Old libraries leave a line free below a documentation comment; below any other it means that the comment is about something else.
    const between = found.type === 'Block' && found.value.startsWith('*') ? /^\s*$/ : /^[ \t]*\r?\n?[ \t]*$/;
    if (!between.test(this.source.slice(found.end, start))) return '';
    if (found.type === 'Block') return isBoilerplate(found.value) ? '' : commentText(`/*${found.value}*/`);
    return this.lineComments(this.comments.indexOf(found));
  }

  /** A run of `//` lines, upwards from the last. */
  private lineComments(last: number): string {
    let first = last;
    while (first > 0) {
      const [above, below] = [this.comments[first - 1], this.comments[first]];
      if (above?.type !== 'Line' || below === undefined || !/^[ \t]*\r?\n[ \t]*$/.test(this.source.slice(above.end, below.start))) break;
      first -= 1;
    }
    const text = this.comments.slice(first, last + 1).map(({ value }) => value.trim()).join('\n');
    return isBoilerplate(text) ? '' : text;
  }

  /** The first comment that says something, if it stands above all code and does not belong to the first declaration. */
  private headDoc(): string {
    const code = this.body[0]?.start ?? this.source.length;
    for (const comment of this.comments) {
      if (comment.start > code) return '';
      const text = commentText(comment.type === 'Block' ? `/*${comment.value}*/` : comment.value);
      const first = this.symbols[0];
      if (text.length > 10 && !isBoilerplate(comment.value) && first?.doc !== text) return text;
    }
    return '';
  }
}

/** `memo(() => …)`, `forwardRef(function …)`, `x as T`: the function inside is what is declared. */
function unwrapped(init: NonNullable<VariableDeclarator['init']>): { readonly value: NonNullable<VariableDeclarator['init']>; readonly wrapped: boolean } {
  let value = init;
  for (let depth = 0; depth < 4; depth += 1) {
    if (value.type === 'TSAsExpression' || value.type === 'TSSatisfiesExpression' || value.type === 'ParenthesizedExpression') value = value.expression;
    else if (value.type === 'CallExpression') {
      const [first] = value.arguments;
      if (first?.type !== 'ArrowFunctionExpression' && first?.type !== 'FunctionExpression') break;
      value = first;
      return { value, wrapped: true };
    } else break;
  }
  return { value, wrapped: false };
}
