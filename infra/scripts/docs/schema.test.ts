import { describe, expect, it } from 'vitest';
import { docComments } from './doc-comments.js';
import type { Schema } from './schema-rows.js';
import { fieldRows, typeOf } from './schema-rows.js';

describe('types in a few words', () => {
  it.each<[Schema, string]>([
    [{ type: 'integer', minimum: 1, maximum: 200 }, 'integer, 1 to 200'],
    [{ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }, 'integer, at least 0'],
    [{ type: 'string', maxLength: 60 }, 'string, at most 60 characters'],
    [{ type: 'string', format: 'date-time', pattern: '^…$' }, 'time (ISO 8601, UTC)'],
    [{ enum: ['a', 'b'] }, '`a` or `b`'],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string or null'],
    [{ type: 'array', items: { type: 'number' }, maxItems: 3 }, 'list of number (at most 3)'],
    [{ type: 'object', additionalProperties: { type: 'boolean' } }, 'map to boolean'],
    [{ $ref: '#/components/schemas/Plan' }, '`Plan`'],
  ])('%j is "%s"', (schema, text) => {
    expect(typeOf(schema)).toBe(text);
  });
});

describe('the fields of a shape', () => {
  it('goes into members, elements and variants, and says what may be left out', () => {
    const variant = (kind: string, member: string): Schema => ({
      type: 'object',
      properties: { kind: { const: kind }, [member]: { type: 'string' } },
      required: ['kind', member],
    });
    const rows = fieldRows({
      type: 'object',
      required: ['name', 'size'],
      properties: {
        name: { type: 'string', description: 'shown to people' },
        size: { type: 'integer', default: 3 },
        tags: { type: 'array', items: { type: 'object', properties: { key: { type: 'string' } } } },
        source: { oneOf: [variant('url', 'url'), variant('path', 'path')] },
      },
    });
    expect(rows.map(({ path, required, fallback }) => [path, required, fallback])).toEqual([
      ['name', true, ''],
      ['size', false, '`3`'],
      ['tags', false, ''],
      ['tags[].key', false, ''],
      ['source', false, ''],
      ['source(kind=url).kind', true, ''],
      ['source(kind=url).url', true, ''],
      ['source(kind=path).kind', true, ''],
      ['source(kind=path).path', true, ''],
    ]);
  });
});

describe('docstrings of a schema', () => {
  const source = `
    const Inner = z.object({
      /** Whole
       *  cents. */
      price: z.number(),
    });
    export const Outer = z.strictObject({
      /** The name. */
      name: z.string().default('x'),
      bare: z.string(),
      /** What it costs. */
      cost: Inner.optional(),
      list: z.array(Inner).default([]),
    }).default({ name: 'not this' });`;

  it('follows members, names of the same file and lists', () => {
    expect([...docComments(source, 'Outer')]).toEqual([
      ['name', 'The name.'],
      ['cost', 'What it costs.'],
      ['cost.price', 'Whole cents.'],
      ['list.price', 'Whole cents.'],
    ]);
  });

  it('says so when the constant is not there', () => {
    expect(() => docComments(source, 'Gone')).toThrow('no top-level const Gone');
  });
});
