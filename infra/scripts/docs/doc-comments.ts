import ts from 'typescript';

/**
 * The docstrings of a zod object's members, by path (`budget.task.usd`), read from the source.
 *
 * A schema at run time has types, limits and defaults, but no docstrings. Writing each sentence a second time as
 * `.describe()` was rejected: the editor shows docstrings, and two texts drift apart.
 *
 * @param name a top-level `const` of that source, whose value holds the object literal
 */
export function docComments(source: string, name: string): ReadonlyMap<string, string> {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.ES2023, true);
  const constants = new Map<string, ts.Expression>();
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name: id, initializer } of statement.declarationList.declarations) {
      if (ts.isIdentifier(id) && initializer !== undefined) constants.set(id.text, initializer);
    }
  }
  const root = constants.get(name);
  if (root === undefined) throw new Error(`the source has no top-level const ${name}`);
  const comments = new Map<string, string>();
  collect(root, '', constants, comments);
  return comments;
}

function collect(expression: ts.Expression, path: string, constants: ReadonlyMap<string, ts.Expression>, comments: Map<string, string>): void {
  const literal = objectLiteralOf(expression, constants);
  for (const member of literal?.properties ?? []) {
    if (!ts.isPropertyAssignment(member) && !ts.isShorthandPropertyAssignment(member)) continue;
    const here = path === '' ? member.name.getText() : `${path}.${member.name.getText()}`;
    const text = ts.getJSDocCommentsAndTags(member).map(textOf).join(' ').trim();
    if (text !== '') comments.set(here, text);
    if (ts.isPropertyAssignment(member)) collect(member.initializer, here, constants, comments);
  }
}

/** The object literal that a schema expression is built on: through calls (`z.strictObject({…}).default(…)`) and names of the same file. */
function objectLiteralOf(expression: ts.Expression, constants: ReadonlyMap<string, ts.Expression>): ts.ObjectLiteralExpression | undefined {
  if (ts.isObjectLiteralExpression(expression)) return expression;
  if (ts.isIdentifier(expression)) {
    const value = constants.get(expression.text);
    return value === undefined ? undefined : objectLiteralOf(value, constants);
  }
  if (ts.isPropertyAccessExpression(expression)) return objectLiteralOf(expression.expression, constants);
  if (!ts.isCallExpression(expression)) return undefined;
  // `z.object({…})` and `z.array(Named)` hold it as an argument; `.default({…})` must not be taken for it.
  const callee = expression.expression;
  const method = ts.isPropertyAccessExpression(callee) ? callee.name.text : '';
  if (['object', 'strictObject', 'looseObject', 'array'].includes(method)) {
    const [argument] = expression.arguments;
    return argument === undefined ? undefined : objectLiteralOf(argument, constants);
  }
  return objectLiteralOf(callee, constants);
}

function textOf(node: ts.JSDoc | ts.JSDocTag): string {
  return ts.getTextOfJSDocComment(node.comment)?.replaceAll(/\s+/g, ' ') ?? '';
}
