import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTIONS, PERMISSIONS, ROLES, type Action } from './permissions.js';
import { EVENT_KINDS } from './events.js';
import * as door from './index.js';
import { registry } from './methods/index.js';
import { WIRE_ERRORS } from './rpc/index.js';

/*
 * What the two ends may rely on, as one page beside this file. A change of it may need a new protocol version, a new page of the
 * reference or a word to those who wrote a client, so it never happens by the way.
 */
const HOW = 'The surface of the protocol changed. If that is meant, accept it with `npx vitest run --project unit protocol/src/surface.test.ts --update` and commit surface.md; if it breaks a peer, raise PROTOCOL_VERSION too.';

const EXPORT = /^export (type )?\{ ([^}]+) \} from '[^']+';$/;

/** The names that `index.ts` lists, by whether they exist when the program runs. */
function exportedNames(): { readonly values: string[]; readonly types: string[] } {
  const lines = readFileSync(new URL('./index.ts', import.meta.url), 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('//'));
  const found = { values: [] as string[], types: [] as string[] };
  for (const line of lines) {
    const [, type, names] = EXPORT.exec(line) ?? [];
    if (names === undefined) throw new Error(`index.ts has a line that is no list of exports: ${line}`);
    for (const name of names.split(', ')) found[type === undefined ? 'values' : 'types'].push(name.replace(/^.* as /, ''));
  }
  return { values: found.values.sort(), types: found.types.sort() };
}

const list = (names: readonly string[]): string => names.map((name) => `- ${name}`).join('\n');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

function surface(): string {
  const { values, types } = exportedNames();
  const methods = [...registry.methods].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    '# The surface of the protocol',
    'Written by `surface.test.ts`; that test says how to accept a change.',
    '## Methods',
    table(
      ['method', 'direction', 'kind', 'action', 'mutating', 'errors'],
      methods.map((method) => [method.name, method.direction, method.kind, method.action, method.mutating ? 'yes' : 'no', method.kind === 'request' ? method.errors.join(', ') : '']),
    ),
    '## Wire errors',
    table(['code', 'number', 'message'], Object.entries(WIRE_ERRORS).map(([code, { number, message }]) => [code, String(number), message])),
    '## Kinds of events',
    list([...EVENT_KINDS].sort()),
    '## Permissions',
    table(['action', ...ROLES], (Object.keys(ACTIONS) as Action[]).map((action) => [action, ...ROLES.map((role) => (PERMISSIONS[role].has(action) ? 'yes' : ''))])),
    '## Exported values',
    list(values),
    '## Exported types',
    list(types),
    '',
  ].join('\n\n');
}

describe('the surface of the protocol', () => {
  it('lists in its door what the module exports', () => {
    expect(exportedNames().values).toEqual(Object.keys(door).sort());
  });

  it('is the one that was agreed', async () => {
    await expect(surface(), HOW).toMatchFileSnapshot('./surface.md');
  });
});
