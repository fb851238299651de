import type { FoundSymbol } from '../domain/facts.js';

/** A node of a syntax tree, as far as grammars look at it. */
export interface SyntaxNode {
  readonly type: string;
  readonly text: string;
  readonly startIndex: number;
  readonly endIndex: number;
  readonly startPosition: { readonly row: number };
  readonly endPosition: { readonly row: number };
  readonly namedChildren: readonly (SyntaxNode | null)[];
  readonly previousNamedSibling: SyntaxNode | null;
  childForFieldName(name: string): SyntaxNode | null;
  descendantsOfType(types: string[]): readonly (SyntaxNode | null)[];
}

interface Declares {
  readonly form: FoundSymbol['form'];
  /** Default: the field `name`. */
  readonly name?: (node: SyntaxNode) => string | undefined;
  /** What it belongs to besides the type around it: a receiver. */
  readonly container?: (node: SyntaxNode) => string;
}

/** How a language writes down what is looked for. A language is a row of data; walking is done once, in `tree-sitter.ts`. */
export interface Grammar {
  /** The file in the package of grammars. */
  readonly wasm: string;
  readonly declares: Readonly<Record<string, Declares>>;
  /** Nodes that are entered without being declarations themselves. */
  readonly enters: ReadonlySet<string>;
  /** Types and namespaces that name what is in them. */
  readonly contains: Readonly<Record<string, (node: SyntaxNode) => string>>;
  readonly imports: Readonly<Record<string, (node: SyntaxNode) => readonly string[]>>;
  /** Imports stand inside functions too, in nodes that do not nest: looking for them everywhere takes time in proportion to the file. */
  readonly importsInside?: boolean;
  readonly namespace: Readonly<Record<string, (node: SyntaxNode) => string>>;
  readonly exported: (name: string, text: string, node: SyntaxNode) => boolean;
  /** Docstrings stand inside; comments above are the rule. */
  readonly docInside?: (node: SyntaxNode) => string | undefined;
  readonly runnable: RegExp;
}

const nameField = (node: SyntaxNode): string => node.childForFieldName('name')?.text ?? '';
const child = (node: SyntaxNode, type: string): SyntaxNode | undefined => node.namedChildren.find((each) => each?.type === type) ?? undefined;
const unquoted = (text: string): string => text.replace(/^[<"'`]+|[>"'`]+$/g, '');

const python: Grammar = {
  wasm: 'tree-sitter-python.wasm',
  declares: {
    function_definition: { form: 'function' },
    class_definition: { form: 'class' },
    assignment: { form: 'constant', name: (node) => (/^[A-Z][A-Z0-9_]*$/.test(node.childForFieldName('left')?.text ?? '') ? node.childForFieldName('left')?.text : undefined) },
  },
  enters: new Set(['module', 'block', 'decorated_definition', 'expression_statement', 'if_statement', 'try_statement', 'else_clause', 'except_clause']),
  contains: { class_definition: nameField },
  importsInside: true,
  imports: {
    import_statement: (node) => node.namedChildren.flatMap((each) => (each === null ? [] : [each.type === 'aliased_import' ? nameField(each) : each.text])),
    import_from_statement: (node) => {
      const from = node.childForFieldName('module_name')?.text ?? '';
      const names = node.namedChildren.slice(1).flatMap((each) => (each === null || each.type === 'wildcard_import' ? [] : [each.type === 'aliased_import' ? nameField(each) : each.text]));
      // `from . import a` may name a module or a name of the package: the resolver tries both.
      return names.length === 0 ? [from] : names.map((name) => `${from}:${name}`);
    },
  },
  namespace: {},
  exported: (name) => !name.startsWith('_'),
  docInside: (node) => {
    const first = node.childForFieldName('body')?.namedChildren[0];
    const literal = first?.type === 'expression_statement' ? first.namedChildren[0] : first;
    return literal?.type === 'string' ? literal.text : undefined;
  },
  runnable: /^if\s+__name__\s*==\s*['"]__main__['"]/m,
};

const receiver = (node: SyntaxNode): string => /([A-Za-z_]\w*)\s*(?:\[[^\]]*\])?\s*\)$/.exec(node.childForFieldName('receiver')?.text ?? '')?.[1] ?? '';
const go: Grammar = {
  wasm: 'tree-sitter-go.wasm',
  declares: {
    function_declaration: { form: 'function' },
    method_declaration: { form: 'method', container: receiver },
    type_spec: { form: 'type' },
    type_alias: { form: 'type' },
    const_spec: { form: 'constant' },
  },
  enters: new Set(['source_file', 'type_declaration', 'const_declaration']),
  contains: {},
  imports: { import_spec: (node) => [unquoted(node.childForFieldName('path')?.text ?? '')] },
  namespace: { package_clause: (node) => child(node, 'package_identifier')?.text ?? '' },
  exported: (name) => /^\p{Lu}/u.test(name),
  runnable: /^package main\b[\s\S]*^func main\(\)/m,
};

const implemented = (node: SyntaxNode): string => (node.childForFieldName('type')?.text ?? '').replace(/<.*$/s, '');
const rust: Grammar = {
  wasm: 'tree-sitter-rust.wasm',
  declares: {
    function_item: { form: 'function' },
    function_signature_item: { form: 'method' },
    struct_item: { form: 'type' },
    enum_item: { form: 'type' },
    trait_item: { form: 'type' },
    type_item: { form: 'type' },
    union_item: { form: 'type' },
    const_item: { form: 'constant' },
    static_item: { form: 'constant' },
    macro_definition: { form: 'function' },
  },
  enters: new Set(['source_file', 'declaration_list']),
  contains: { impl_item: implemented, trait_item: nameField, mod_item: nameField },
  importsInside: true,
  imports: {
    use_declaration: (node) => [node.childForFieldName('argument')?.text.replace(/\s+/g, '') ?? ''],
    mod_item: (node) => (node.childForFieldName('body') === null ? [`mod:${nameField(node)}`] : []),
    extern_crate_declaration: (node) => [nameField(node)],
  },
  namespace: {},
  exported: (_name, text, node) => /^pub\b/.test(text) || node.type === 'macro_definition',
  runnable: /^(pub )?(async )?fn main\(\)/m,
};

const isPublic = (_name: string, text: string): boolean => /^(?:@[\w.]+(?:\([^)]*\))?\s*|\[[^\]]*\]\s*)*(?:public|protected)\b/.test(text);
const java: Grammar = {
  wasm: 'tree-sitter-java.wasm',
  declares: {
    class_declaration: { form: 'class' },
    interface_declaration: { form: 'type' },
    enum_declaration: { form: 'type' },
    record_declaration: { form: 'class' },
    annotation_type_declaration: { form: 'type' },
    method_declaration: { form: 'method' },
  },
  enters: new Set(['program', 'class_body', 'interface_body', 'enum_body', 'enum_body_declarations']),
  contains: { class_declaration: nameField, interface_declaration: nameField, enum_declaration: nameField, record_declaration: nameField },
  imports: { import_declaration: (node) => [node.text.replace(/^import\s+(static\s+)?|;\s*$/g, '').replace(/\s+/g, '')] },
  namespace: { package_declaration: (node) => node.text.replace(/^package\s+|;\s*$/g, '').trim() },
  exported: isPublic,
  runnable: /\bpublic\s+static\s+void\s+main\s*\(/,
};

/** C's declarators wrap the name in pointers, arrays and parameters. */
function declared(node: SyntaxNode): string | undefined {
  let at: SyntaxNode | null = node.childForFieldName('declarator');
  for (let depth = 0; at !== null && depth < 12; depth += 1) {
    if (['identifier', 'field_identifier', 'type_identifier', 'qualified_identifier', 'destructor_name', 'operator_name'].includes(at.type)) return at.text;
    at = at.childForFieldName('declarator') ?? at.namedChildren.find((each) => each !== null && /declarator|identifier/.test(each.type)) ?? null;
  }
  return undefined;
}
const hasBody = (node: SyntaxNode): string | undefined => (node.childForFieldName('body') === null ? undefined : nameField(node) || undefined);
const cpp: Grammar = {
  wasm: 'tree-sitter-cpp.wasm',
  declares: {
    function_definition: { form: 'function', name: declared },
    // A prototype: in headers it is all there is.
    declaration: { form: 'function', name: (node) => (/\)\s*(__attribute__.*|noexcept|const)?\s*;?$/s.test(node.text) && node.childForFieldName('declarator')?.type.includes('function') === true ? declared(node) : undefined) },
    class_specifier: { form: 'class', name: hasBody },
    struct_specifier: { form: 'type', name: hasBody },
    union_specifier: { form: 'type', name: hasBody },
    enum_specifier: { form: 'type', name: hasBody },
    type_definition: { form: 'type', name: declared },
    alias_declaration: { form: 'type' },
    preproc_function_def: { form: 'function' },
  },
  enters: new Set(['translation_unit', 'preproc_ifdef', 'preproc_if', 'preproc_else', 'preproc_elif', 'linkage_specification', 'declaration_list', 'namespace_definition', 'field_declaration_list', 'template_declaration']),
  contains: { class_specifier: nameField, struct_specifier: nameField, namespace_definition: nameField },
  imports: { preproc_include: (node) => [node.childForFieldName('path')?.text ?? ''] },
  namespace: {},
  exported: (_name, text) => !/^static\b/.test(text),
  runnable: /^\s*(?:int|void)\s+main\s*\(/m,
};

const csharp: Grammar = {
  wasm: 'tree-sitter-c-sharp.wasm',
  declares: {
    class_declaration: { form: 'class' },
    record_declaration: { form: 'class' },
    interface_declaration: { form: 'type' },
    struct_declaration: { form: 'type' },
    enum_declaration: { form: 'type' },
    delegate_declaration: { form: 'type' },
    method_declaration: { form: 'method' },
  },
  enters: new Set(['compilation_unit', 'namespace_declaration', 'file_scoped_namespace_declaration', 'declaration_list']),
  contains: { class_declaration: nameField, record_declaration: nameField, interface_declaration: nameField, struct_declaration: nameField },
  imports: { using_directive: (node) => [node.text.replace(/^(global\s+)?using\s+(static\s+)?|;\s*$/g, '').replace(/^\w+\s*=\s*/, '').trim()] },
  namespace: { namespace_declaration: nameField, file_scoped_namespace_declaration: nameField },
  exported: isPublic,
  runnable: /\bstatic\s+(?:async\s+)?(?:void|int|Task(?:<int>)?)\s+Main\s*\(/,
};

const php: Grammar = {
  wasm: 'tree-sitter-php.wasm',
  declares: {
    function_definition: { form: 'function' },
    class_declaration: { form: 'class' },
    interface_declaration: { form: 'type' },
    trait_declaration: { form: 'class' },
    enum_declaration: { form: 'type' },
    method_declaration: { form: 'method' },
  },
  enters: new Set(['program', 'declaration_list', 'namespace_definition', 'compound_statement', 'enum_declaration_list']),
  contains: { class_declaration: nameField, interface_declaration: nameField, trait_declaration: nameField },
  imports: {
    namespace_use_declaration: (node) => node.namedChildren.flatMap((each) => (each?.type === 'namespace_use_clause' ? [(each.namedChildren[0]?.text ?? '').replace(/^\\/, '')] : [])),
    expression_statement: (node) => [/^(?:require|include)(?:_once)?\b[^'"]*(?:__DIR__|dirname\(__FILE__\))?[^'"]*['"]([^'"]+)['"]/.exec(node.text)?.[1] ?? ''].map((found) => (found === '' ? '' : `./${found.replace(/^\.?\//, '')}`)),
  },
  namespace: { namespace_definition: nameField },
  exported: (name, text) => !/^(?:abstract |final |static )*(?:private|protected)\b/.test(text) && !name.startsWith('_'),
  runnable: /^#!.*\bphp\b/,
};

const ruby: Grammar = {
  wasm: 'tree-sitter-ruby.wasm',
  declares: { method: { form: 'method' }, singleton_method: { form: 'method' }, class: { form: 'class' }, module: { form: 'class' } },
  enters: new Set(['program', 'body_statement']),
  contains: { class: nameField, module: nameField },
  imports: {
    call: (node) => {
      const found = /^(require_relative|require|load)\s*\(?\s*['"]([^'"]+)['"]/.exec(node.text.slice(0, 400));
      return found === null ? [] : [found[1] === 'require_relative' ? `./${found[2] ?? ''}` : (found[2] ?? '')];
    },
  },
  namespace: {},
  exported: (name) => !name.startsWith('_'),
  runnable: /^(?:if\s+)?__FILE__\s*==\s*\$(?:0|PROGRAM_NAME)|^#!.*ruby/m,
};

const bash: Grammar = {
  wasm: 'tree-sitter-bash.wasm',
  declares: { function_definition: { form: 'function' } },
  enters: new Set(['program']),
  contains: {},
  imports: { command: (node) => [/^(?:source|\.)\s+["']?(?:\$\{?\w+\}?\/|\$\(dirname [^)]*\)\/)?([\w./-]+)/.exec(node.text.slice(0, 300))?.[1] ?? ''].map((found) => (found === '' ? '' : `./${found.replace(/^\.\//, '')}`)) },
  namespace: {},
  exported: (name) => !name.startsWith('_'),
  runnable: /^#!/,
};

/** By the language's name in `domain/languages.ts`. C is read as C++, which is nearly its superset; there is no grammar of it in the package. */
export const GRAMMARS: Readonly<Record<string, Grammar>> = { Python: python, Go: go, Rust: rust, Java: java, C: cpp, 'C++': cpp, 'C#': csharp, PHP: php, Ruby: ruby, Shell: bash };
