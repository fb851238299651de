import { SetMetadata } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import * as protocol from '@maestro/protocol';
import { z } from 'zod';

/**
 * What a route answers when it goes well. The description of the API is made from it, and the suites hold every answer against it, so that
 * it can neither lack a field nor keep one that is not sent. Rejected: taking it from the handler's type, which is gone when the program runs.
 */
export type RouteAnswer = { readonly kind: 'json'; readonly schema: z.ZodType } | { readonly kind: 'other'; readonly what: string; readonly status: number | undefined };

export const ROUTE_ANSWER = 'maestro:route-answer';

export function Answers(schema: z.ZodType): MethodDecorator {
  return SetMetadata(ROUTE_ANSWER, { kind: 'json', schema } satisfies RouteAnswer);
}

/** For what is not JSON, in words: nothing, a file, a redirect. `status` where the handler sets it by itself. */
export function AnswersOther(what: string, status?: number): MethodDecorator {
  return SetMetadata(ROUTE_ANSWER, { kind: 'other', what, status } satisfies RouteAnswer);
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const componentOf = (id: string): string => `#/components/schemas/${id}`;

/** The name under which every operation's handler is found again. */
export const operationId = (controller: string, method: string): string => `${controller}.${method}`;

/** Puts the answers into a document whose operations are named by {@link operationId}. Schemas that `protocol` exports become components. */
export function describeAnswers(app: INestApplication, document: OpenAPIObject): OpenAPIObject {
  const answers = answersOf(app);
  const { components, inline } = schemasOf(answers);
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = path[method];
      const answer = answers.get(operation?.operationId ?? '');
      if (operation === undefined || answer === undefined) continue;
      const [usual = '200'] = Object.keys(operation.responses);
      const status = answer.kind === 'other' ? String(answer.status ?? usual) : usual;
      if (status !== usual) delete operation.responses[usual];
      const schema = answer.kind === 'json' ? (inline.get(operation.operationId ?? '') ?? { $ref: componentOf(nameOf(answer.schema) ?? '') }) : undefined;
      operation.responses[status] = { description: answer.kind === 'json' ? '' : answer.what, ...(schema === undefined ? {} : { content: { 'application/json': { schema } } }) };
      operation.responses['default'] = { description: 'A refusal, with a stable `code`.', content: { 'application/problem+json': { schema: { $ref: componentOf('Problem') } } } };
    }
  }
  document.components = { ...document.components, schemas: { ...document.components?.schemas, ...components } };
  return document;
}

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

function schemasOf(answers: ReadonlyMap<string, RouteAnswer>): { readonly components: Schemas; readonly inline: ReadonlyMap<string, Schemas[string]> } {
  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of NAMES) registry.add(schema, { id });
  const unnamed = new Set<string>();
  for (const [id, answer] of answers) {
    if (answer.kind === 'other' || NAMES.has(answer.schema)) continue;
    registry.add(answer.schema, { id });
    unnamed.add(id);
  }
  // `any`: many that are registered are questions, whose transformations have no schema of what comes out; they lead nowhere and are left out.
  const { schemas } = z.toJSONSchema(registry, { target: 'openapi-3.0', io: 'output', uri: componentOf, unrepresentable: 'any' });
  const all = new Map(Object.entries(schemas).map(([id, { $id: _id, ...schema }]) => [id, schema as Schemas[string]]));
  const inline = new Map([...all].filter(([id]) => unnamed.has(id)));
  const used = reachable(all, ['Problem', ...unnamed, ...[...answers.values()].flatMap((answer) => (answer.kind === 'json' ? [nameOf(answer.schema) ?? ''] : []))]);
  return { components: Object.fromEntries([...all].filter(([id]) => used.has(id) && !unnamed.has(id))), inline };
}

/** Schemas that these lead to: `protocol` has many more that no route answers with. */
function reachable(all: ReadonlyMap<string, Schemas[string]>, from: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    const text = JSON.stringify(all.get(id) ?? {});
    for (const [, next = ''] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) open.push(next);
  }
  return found;
}

const NAMES: ReadonlyMap<z.ZodType, string> = new Map(Object.entries(protocol).flatMap(([name, value]) => (value instanceof z.ZodType ? [[value, name] as const] : [])));
const nameOf = (schema: z.ZodType): string | undefined => NAMES.get(schema);

function answersOf(app: INestApplication): ReadonlyMap<string, RouteAnswer> {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  return new Map(
    controllers.flatMap(({ metatype, name }) => {
      const prototype = (metatype?.prototype ?? {}) as Record<string, unknown>;
      return Object.getOwnPropertyNames(prototype).flatMap((method) => {
        const handler = prototype[method];
        const answer: unknown = typeof handler === 'function' ? Reflect.getMetadata(ROUTE_ANSWER, handler) : undefined;
        return answer === undefined ? [] : [[operationId(String(name), method), answer as RouteAnswer] as const];
      });
    }),
  );
}
