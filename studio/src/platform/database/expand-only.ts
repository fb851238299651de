/**
 * Old and new studios share a database while an upgrade rolls out, and the old one must be able to start again. So a migration only adds
 * what those before it do not notice (expand). What takes something away (contract) goes into a later migration, once no studio that
 * knows it is running, and such a file says so in its first line.
 */
const CONTRACT = /^-- contract: \S/;

/** Whether the file says of itself that studios of before cannot work with what it leaves. */
export function declaresContract(sql: string): boolean {
  return CONTRACT.test(sql);
}

const NAME = String.raw`(?:if (?:not )?exists )?(?:only )?"?([a-z_][a-z0-9_]*)"?`;
const MADE = new RegExp(`^create (?:unlogged )?table ${NAME}`);
const ALTERED = new RegExp(`^alter table ${NAME} (.*)$`);
const INDEXED = new RegExp(`^create unique index (?:concurrently )?${NAME} on ${NAME}`);

/** What older studios neither see nor trip over. */
const HARMLESS = [/^create (?:table|unlogged table|index|extension|sequence|or replace view|view|function) /, /^comment on /, /^insert into /, /^update /, /^drop index /, /^set local /];

/** Changes of a table that existed before, as its older writers and readers see them. */
const HARMLESS_ACTIONS = [/^alter (?:column )?\S+ drop not null$/, /^alter (?:column )?\S+ set default /, /^drop constraint /, /^validate constraint /];

/**
 * The statements of a migration that could break a studio which does not know it, as they stand in the file. What is not understood counts
 * as one: a rule that lets unknown statements pass protects from nothing.
 */
export function breakingStatements(sql: string): readonly string[] {
  const statements = statementsOf(sql);
  const made = new Set(statements.flatMap((statement) => MADE.exec(statement)?.[1] ?? []));
  return statements.filter((statement) => {
    const indexed = INDEXED.exec(statement)?.[2];
    if (indexed !== undefined) return !made.has(indexed);
    const [, table = '', actions] = ALTERED.exec(statement) ?? [];
    if (actions === undefined) return !HARMLESS.some((pattern) => pattern.test(statement));
    return !made.has(table) && actionsOf(actions).some((action, _, all) => isBreaking(action, all));
  });
}

function isBreaking(action: string, all: readonly string[]): boolean {
  const added = /^add (?:column )?(?!constraint\b|check\b|unique\b|primary\b|foreign\b|exclude\b)(?:if not exists )?\S+ (.*)$/.exec(action)?.[1];
  if (added !== undefined) return /\b(?:unique|primary key)\b/.test(added) || (/\bnot null\b/.test(added) && !/\bdefault\b|\bgenerated\b/.test(added));
  // A check that takes the place of one with the same name: how a closed set of words is widened.
  const replaced = /^add constraint (\S+) check\b/.exec(action)?.[1];
  if (replaced !== undefined) return !all.some((other) => new RegExp(`^drop constraint (?:if exists )?${replaced}$`).test(other));
  return !HARMLESS_ACTIONS.some((pattern) => pattern.test(action));
}

/** One line each, in lower case, without comments. Quoted text may hold anything, also semicolons. */
function statementsOf(sql: string): readonly string[] {
  const pieces = sql.match(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|\$([a-z_]*)\$[\s\S]*?\$\1\$|;|[^;'$/-]+|[\s\S]/g) ?? [];
  const statements = [''];
  for (const piece of pieces) {
    if (piece === ';') statements.push('');
    else if (!piece.startsWith('--') && !piece.startsWith('/*')) statements[statements.length - 1] += piece;
    else statements[statements.length - 1] += ' ';
  }
  return statements.map((statement) => statement.replaceAll(/\s+/g, ' ').trim().toLowerCase()).filter((statement) => statement !== '');
}

/** The actions of one ALTER TABLE: separated by the commas that stand in no parenthesis. */
function actionsOf(text: string): readonly string[] {
  const actions = [''];
  let depth = 0;
  for (const piece of text.match(/'(?:[^']|'')*'|[(),]|[^'(),]+/g) ?? []) {
    if (piece === '(') depth += 1;
    if (piece === ')') depth -= 1;
    if (piece === ',' && depth === 0) actions.push('');
    else actions[actions.length - 1] += piece;
  }
  return actions.map((action) => action.trim());
}
