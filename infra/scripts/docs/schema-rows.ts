import { code } from './markdown.js';

/** JSON Schema, as far as zod writes it and these pages read it. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly description?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly $ref?: string;
}

/** One field of a shape. `path` uses dots for members, `[]` for elements and `(kind=x)` for one variant of a union. */
export interface FieldRow {
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly fallback: string;
  readonly description: string;
}

/** Beyond this depth a shape is read in its own schema; a table that goes on is not read at all. */
const MAX_DEPTH = 4;
/** What zod writes for "any safe integer" says nothing to a reader. */
const SAFE_INTEGER = Number.MAX_SAFE_INTEGER;

/** The fields of an object schema, outermost first. A schema that is not an object is one row with an empty path. */
export function fieldRows(schema: Schema, path = '', depth = 0): FieldRow[] {
  const variants = unionOf(schema);
  if (variants !== undefined) return variants.flatMap((variant) => fieldRows(variant, `${path}${variantLabel(variant)}`, depth));
  if (schema.properties !== undefined) {
    return Object.entries(schema.properties).flatMap(([name, member]) => memberRows(schema, name, member, path, depth));
  }
  return path === '' ? [{ path: '', type: typeOf(schema), required: true, fallback: '', description: schema.description ?? '' }] : [];
}

function memberRows(owner: Schema, name: string, member: Schema, path: string, depth: number): FieldRow[] {
  const here = path === '' || path.endsWith(')') ? joinVariant(path, name) : `${path}.${name}`;
  const row: FieldRow = {
    path: here,
    type: typeOf(member),
    required: owner.required?.includes(name) === true && member.default === undefined,
    fallback: member.default === undefined ? '' : code(JSON.stringify(member.default)),
    description: member.description ?? '',
  };
  if (depth >= MAX_DEPTH) return [row];
  const inner = member.items === undefined ? member : member.items;
  const nested = isShape(inner) ? fieldRows(inner, member.items === undefined ? here : `${here}[]`, depth + 1) : [];
  return [row, ...nested];
}

function joinVariant(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function isShape(schema: Schema): boolean {
  return schema.properties !== undefined || unionOf(schema) !== undefined;
}

/** The variants of a union, when at least one is an object: other unions fit into one cell. */
function unionOf(schema: Schema): readonly Schema[] | undefined {
  const variants = (schema.oneOf ?? schema.anyOf)?.filter((variant) => variant.type !== 'null');
  return variants?.some((variant) => variant.properties !== undefined) === true ? variants.filter((variant) => variant.properties !== undefined) : undefined;
}

function variantLabel(variant: Schema): string {
  const discriminator = Object.entries(variant.properties ?? {}).find(([, member]) => member.const !== undefined);
  return discriminator === undefined ? '' : `(${discriminator[0]}=${String(discriminator[1].const)})`;
}

/** A type and its limits in a few words, such as "integer, 1 to 200" or "`a` or `b`". */
export function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return code(schema.$ref.split('/').at(-1) ?? schema.$ref);
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum !== undefined) return schema.enum.map((value) => code(String(value))).join(' or ');
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants !== undefined) return [...new Set(variants.map(typeOf))].join(' or ');
  if (schema.allOf !== undefined) return schema.allOf.map(typeOf).join(' and ');
  if (schema.items !== undefined) return `list of ${typeOf(schema.items)}${range(schema.minItems, schema.maxItems)}`;
  if (schema.type === 'object') return mapOf(schema);
  return [plainType(schema), limits(schema)].filter((part) => part !== '').join(', ');
}

function mapOf({ properties, additionalProperties }: Schema): string {
  return properties === undefined && typeof additionalProperties === 'object' ? `map to ${typeOf(additionalProperties)}` : 'object';
}

function plainType({ type, format }: Schema): string {
  if (format === 'date-time') return 'time (ISO 8601, UTC)';
  const name = Array.isArray(type) ? type.join(' or ') : String(type ?? 'any');
  return format === undefined ? name : `${name} (${format})`;
}

function limits(schema: Schema): string {
  const low = schema.minimum ?? (schema.exclusiveMinimum === undefined ? undefined : schema.exclusiveMinimum);
  const numbers = span(low === -SAFE_INTEGER ? undefined : low, schema.maximum === SAFE_INTEGER ? undefined : schema.maximum);
  const lengths = span(schema.minLength, schema.maxLength);
  return [numbers, lengths === '' ? '' : `${lengths} characters`].filter((part) => part !== '').join(', ');
}

function range(low: number | undefined, high: number | undefined): string {
  const text = span(low, high);
  return text === '' ? '' : ` (${text})`;
}

function span(low: number | undefined, high: number | undefined): string {
  if (low !== undefined && high !== undefined) return low === high ? String(low) : `${low} to ${high}`;
  if (high !== undefined) return `at most ${high}`;
  return low === undefined ? '' : `at least ${low}`;
}
