import { code, paragraphs, table } from './markdown.js';
import { fieldTable } from './field-table.js';
import type { Schema } from './schema-rows.js';
import { fieldRows, typeOf } from './schema-rows.js';

/** What this page reads of an OpenAPI 3 document. */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}
interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly description?: string; readonly schema?: Schema }[];
  readonly requestBody?: { readonly content?: Content };
  readonly responses?: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>;
}
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
interface Endpoint {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const INTRODUCTION = `# HTTP

Everything is JSON under \`/api/v1\`. Times are ISO 8601 in UTC, ids are UUIDs. Lists take \`cursor\` and \`limit\` (at most 200)
and answer \`data\` and \`nextCursor\`. A \`POST\` accepts \`Idempotency-Key\` and then has its effect once. A refusal is
\`application/problem+json\` (RFC 9457) with a stable \`code\`. Scripts and daemons send \`Authorization: Bearer\`; browsers use a cookie.
The running studio serves the same as OpenAPI at \`/api/v1/openapi.json\`, and to read at \`/api/docs\`.`;

export function httpPage(document: OpenApiDocument): string {
  const endpoints = endpointsOf(document);
  const tags = [...new Set(endpoints.map(tagOf))].toSorted();
  const shapes = Object.entries(document.components?.schemas ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return paragraphs(
    INTRODUCTION,
    ...tags.map((tag) => paragraphs(`## ${tag}`, ...endpoints.filter((endpoint) => tagOf(endpoint) === tag).map(endpointSection))),
    shapes.length === 0 ? '' : paragraphs('## Shapes', ...shapes.map(([name, schema]) => paragraphs(`### ${name}`, shapeTable(schema)))),
  );
}

function endpointsOf(document: OpenApiDocument): Endpoint[] {
  return Object.entries(document.paths)
    .flatMap(([path, operations]) => METHODS.flatMap((method) => (operations[method] === undefined ? [] : [{ method, path, operation: operations[method] }])))
    .toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : METHODS.indexOf(a.method) - METHODS.indexOf(b.method)));
}

function tagOf({ path, operation }: Endpoint): string {
  return operation.tags?.[0] ?? path.split('/').find((part) => part !== '' && !/^(?:api|v\d+)$/.test(part)) ?? 'others';
}

function endpointSection({ method, path, operation }: Endpoint): string {
  return paragraphs(
    `### ${code(`${method.toUpperCase()} ${path}`)}`,
    [operation.summary, operation.description].filter((text) => text !== undefined && text !== '').join('. '),
    parameterTable(operation),
    bodyOf('Body', operation.requestBody?.content),
    // How every refusal looks is said once, above.
    ...Object.entries(operation.responses ?? {}).filter(([status]) => status !== 'default').map(([status, response]) => answerOf(status, response)),
  );
}

function parameterTable({ parameters = [] }: Operation): string {
  return table(
    ['parameter', 'in', 'type', ''],
    parameters.map(({ name, in: place, required, description, schema }) => [
      code(name),
      place,
      typeOf(schema ?? {}),
      [required === true ? '' : 'optional', description ?? ''].filter((text) => text !== '').join('; '),
    ]),
  );
}

function answerOf(status: string, response: { readonly description?: string; readonly content?: Content }): string {
  const schema = schemaOf(response.content);
  const title = `Answers ${[status, response.description ?? ''].filter((part) => part !== '').join(': ')}`;
  return schema === undefined ? `${title}.` : bodyOf(title, response.content);
}

function bodyOf(title: string, content: Content | undefined): string {
  const schema = schemaOf(content);
  if (schema === undefined) return '';
  if (schema.$ref !== undefined) return `${title}: ${shapeLink(schema.$ref)}.`;
  const rows = fieldRows(schema).filter((row) => row.path !== '');
  return rows.length === 0 ? `${title}: ${typeOf(schema)}.` : paragraphs(`${title}:`, fieldTable('field', rows));
}

function shapeLink(reference: string): string {
  const name = reference.split('/').at(-1) ?? reference;
  return `[${name}](#${name.toLowerCase()})`;
}

function schemaOf(content: Content | undefined): Schema | undefined {
  return Object.values(content ?? {})[0]?.schema;
}

function shapeTable(schema: Schema): string {
  const rows = fieldRows(schema).filter((row) => row.path !== '');
  return rows.length === 0 ? typeOf(schema) : fieldTable('field', rows);
}
