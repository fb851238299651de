import { docComments } from './doc-comments.js';
import { code, paragraphs, table } from './markdown.js';
import type { Schema } from './schema-rows.js';
import { fieldRows } from './schema-rows.js';

/** @param source the text of `protocol/src/policy.ts`, for its docstrings. */
export function policyPage(schema: Schema, source: string): string {
  const comments = docComments(source, 'Policy');
  const rows = fieldRows(schema).map((row) => [code(row.path), row.type, row.fallback, comments.get(row.path.replaceAll('[]', '')) ?? row.description]);
  return paragraphs(
    '# The policy of a project',
    `Every limit and rule that a project can set, in \`policy\` of \`POST /workspaces/{id}/projects\` and \`PATCH /projects/{id}\`, and on the
project's page. What is left out has its default; in a change it stays as it is. A setting that is named is replaced whole, but of \`budget\`
and \`concurrency\` only the parts that are named. A run carries the part of the policy that it needs, so a change never reaches
into work that is under way.`,
    table(['setting', 'type and limits', 'default', 'meaning'], rows),
  );
}
