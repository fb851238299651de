import { z } from 'zod';
import type { Method } from './define-method.js';
import { WIRE_ERRORS } from './errors.js';
import type { MethodRegistry } from './registry.js';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };
type JsonObject = { readonly [key: string]: Json | undefined };

export interface OpenRpcInfo {
  readonly title: string;
  /** The protocol version, `major.minor`. */
  readonly version: string;
  readonly description?: string;
}

/**
 * The registry as an OpenRPC 1.3 document (https://spec.open-rpc.org). Method params are described by name, one entry per member;
 * what OpenRPC has no word for (direction, mutation, permission) is in `x-maestro`.
 * Throws when a schema cannot be shown as JSON Schema (a transform, a `z.date()`): such a schema cannot be on the wire either.
 */
export function toOpenRpc(registry: MethodRegistry, info: OpenRpcInfo): JsonObject {
  return {
    openrpc: '1.3.2',
    info: { title: info.title, version: info.version, ...(info.description === undefined ? {} : { description: info.description }) },
    methods: [...registry.methods].sort((a, b) => (a.name < b.name ? -1 : 1)).map(toMethodObject),
  };
}

function toMethodObject(method: Method): JsonObject {
  const schema = jsonSchema(method.params, method.name, 'input');
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const params = Object.entries(properties).map(([name, property]) => ({ name, required: required.includes(name), schema: property }));
  return {
    name: method.name,
    description: method.doc,
    tags: [{ name: method.direction }],
    paramStructure: 'by-name',
    // OpenRPC asks for required params first; the order inside each group stays the schema's.
    params: [...params.filter((param) => param.required), ...params.filter((param) => !param.required)],
    ...(method.kind === 'request' ? answerOf(method) : {}),
    'x-maestro': { direction: method.direction, kind: method.kind, mutating: method.mutating, action: method.action },
  };
}

function answerOf(method: Extract<Method, { kind: 'request' }>): JsonObject {
  return {
    result: { name: 'result', schema: jsonSchema(method.result, method.name, 'output') },
    errors: method.errors.map((code) => ({ code: WIRE_ERRORS[code].number, message: WIRE_ERRORS[code].message, data: { code } })),
  };
}

function jsonSchema(schema: z.ZodType, method: string, io: 'input' | 'output'): JsonObject {
  try {
    // Draft 7 is what OpenRPC's meta-schema builds on. Reused schemas are written out, because `$defs` would be per member.
    const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io, reused: 'inline' });
    return JSON.parse(JSON.stringify(rest)) as JsonObject;
  } catch (cause) {
    throw new Error(`Method ${method}: its schema cannot be shown as JSON Schema, so it cannot be on the wire.`, { cause });
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
