import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { formatIssues } from '../rpc/issues.js';
import { registry } from './index.js';

/*
 * One message of each method as it stands on the wire, beside params that must be refused and where. A schema that is narrowed by
 * accident stops accepting the message; one that is widened by accident stops refusing. Files, not literals: they are read by people
 * who write another daemon, and they must not be checked by the compiler of this one.
 */
const Golden = z.strictObject({
  params: z.unknown(),
  /** Of requests only. */
  result: z.unknown().optional(),
  invalid: z.array(z.strictObject({ why: z.string().min(1), path: z.string(), params: z.unknown() })).min(1),
});

const folder = new URL('./golden/', import.meta.url);
const fileOf = (method: string): string => `${method.replace('/', '-')}.json`;
const golden = (method: string) => Golden.parse(JSON.parse(readFileSync(new URL(fileOf(method), folder), 'utf8')));

/** What the receiver sees of what the sender's schema gave out. */
const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

it('there is one message of every method, and of nothing else', () => {
  expect(readdirSync(folder).sort()).toEqual(registry.methods.map(({ name }) => fileOf(name)).sort());
});

describe.each(registry.methods.map((method) => [method.name, method] as const))('%s', (name, method) => {
  it('takes its params, and gives them on unchanged', () => {
    const { params } = golden(name);
    const sent = overTheWire(method.params.parse(params));
    expect(sent).toEqual(params);
    expect(overTheWire(method.params.parse(sent))).toEqual(params);
  });

  it(method.kind === 'request' ? 'takes its result, and gives it on unchanged' : 'is not answered', () => {
    const message = golden(name);
    if (method.kind === 'request') expect(overTheWire(method.result.parse(message.result))).toEqual(message.result);
    else expect(message).not.toHaveProperty('result');
  });

  it.each(golden(name).invalid)('refuses $why', ({ path, params }) => {
    const parsed = method.params.safeParse(params);
    expect(parsed.success).toBe(false);
    expect(parsed.success ? [] : formatIssues(parsed.error).map((issue) => issue.path)).toContain(path);
  });
});
