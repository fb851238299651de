import { fieldTable } from './field-table.js';
import { code, codes, paragraphs } from './markdown.js';
import type { Schema } from './schema-rows.js';
import { fieldRows, typeOf } from './schema-rows.js';

/** What this page reads of an OpenRPC document. */
export interface OpenRpcDocument {
  readonly info: { readonly version: string };
  readonly methods: readonly OpenRpcMethod[];
}
interface OpenRpcMethod {
  readonly name: string;
  readonly description: string;
  readonly params: readonly { readonly name: string; readonly required: boolean; readonly schema: Schema }[];
  readonly result?: { readonly schema: Schema };
  readonly errors?: readonly { readonly code: number; readonly message: string; readonly data: { readonly code: string } }[];
  readonly 'x-maestro': { readonly direction: string; readonly kind: string; readonly mutating: boolean; readonly action: string };
}

const DIRECTIONS = [
  { direction: 'daemon-to-studio', title: 'Daemon to studio' },
  { direction: 'studio-to-daemon', title: 'Studio to daemon' },
];

export function jsonRpcPage(document: OpenRpcDocument): string {
  return paragraphs(
    `# JSON-RPC: daemon and studio`,
    `Protocol version ${document.info.version}. One WebSocket for each project carries both directions. A *request* is answered; a
*notification* is a hint that may be lost. A method that *changes state* carries an \`opId\` and has its effect once, however
often it is sent. The running studio serves the same as OpenRPC at \`/api/v1/openrpc.json\`.`,
    ...DIRECTIONS.map(({ direction, title }) => {
      const methods = document.methods.filter((method) => method['x-maestro'].direction === direction);
      return paragraphs(`## ${title}`, ...methods.map(methodSection));
    }),
  );
}

function methodSection(method: OpenRpcMethod): string {
  const { kind, mutating, action } = method['x-maestro'];
  return paragraphs(
    `### ${code(method.name)}`,
    method.description,
    `${kind === 'request' ? 'Request' : 'Notification'}${mutating ? ', changes state' : ''}; permission ${code(action)}.`,
    paramsOf(method),
    resultOf(method),
    errorsOf(method),
  );
}

function paramsOf(method: OpenRpcMethod): string {
  const rows = fieldRows({
    type: 'object',
    properties: Object.fromEntries(method.params.map((param) => [param.name, param.schema])),
    required: method.params.filter((param) => param.required).map((param) => param.name),
  });
  return rows.length === 0 ? 'No parameters.' : fieldTable('parameter', rows);
}

function resultOf(method: OpenRpcMethod): string {
  if (method.result === undefined) return '';
  const rows = fieldRows(method.result.schema).filter((row) => row.path !== '');
  return rows.length === 0 ? `Answer: ${typeOf(method.result.schema)}.` : fieldTable('answer', rows);
}

function errorsOf(method: OpenRpcMethod): string {
  const errors = method.errors ?? [];
  return errors.length === 0 ? '' : `Refusals: ${codes(errors.map((error) => error.data.code))}.`;
}
