import { describe, expect, it } from 'vitest';
import { NO_FACTS } from './facts.js';
import type { FoundSymbol } from './facts.js';
import { nearRepeats, newSymbols } from './near-repeats.js';

const symbol = (name: string, line: number, endLine: number, more: Partial<FoundSymbol> = {}): FoundSymbol => ({ form: 'function', name, container: '', signature: '', doc: '', line, endLine, exported: true, markup: false, ...more });
const SUM = `export function totalOf(cart) {
  let total = 0;
  for (const item of cart.items) {
    if (item.removed) continue;
    total += item.price * item.quantity;
  }
  return Math.round(total * 100) / 100;
}`;
const COPY = SUM.replaceAll('totalOf', 'sumBasket').replaceAll('cart', 'basket').replaceAll('total', 'sum').replaceAll('item', 'entry').replaceAll('price', 'cost');
const OTHER = `export async function load(path) {
  const text = await readFile(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(\`\${path} is no JSON\`);
  }
}`;
const added = (name: string, code: string) => ({ path: 'new.js', symbol: symbol(name, 3, 10), code });
const known = (name: string, code: string) => ({ path: 'old.js', name, line: 7, code });

describe('new symbols of a file', () => {
  const text = `${SUM}\n${OTHER}\nconst one = 1;\nfunction small() { return 1; }\n`;
  const facts = { ...NO_FACTS, symbols: [symbol('totalOf', 1, 8), symbol('load', 9, 16), symbol('one', 17, 17, { form: 'constant' }), symbol('small', 18, 18)] };
  it('are those it did not have before, long enough to be compared', () => {
    expect(newSymbols('a.js', text, facts, undefined).map((each) => each.symbol.name)).toEqual(['totalOf', 'load']);
    expect(newSymbols('a.js', text, facts, { ...NO_FACTS, symbols: [symbol('load', 1, 5)] }).map((each) => [each.symbol.name, each.code])).toEqual([['totalOf', SUM]]);
    expect(newSymbols('a.js', text, facts, { ...NO_FACTS, symbols: [symbol('load', 1, 5, { container: 'Store' })] })).toHaveLength(2);
  });
});

describe('a near repeat', () => {
  it('is a copy, its names changed or not; other work is none', () => {
    expect(nearRepeats([{ added: added('sumBasket', COPY), known: [known('load', OTHER), known('totalOf', SUM)] }])).toEqual([
      { path: 'new.js', line: 3, name: 'sumBasket', of: { path: 'old.js', line: 7, name: 'totalOf' }, likeness: expect.closeTo(1, 1) as number },
    ]);
    expect(nearRepeats([{ added: added('load', OTHER), known: [known('totalOf', SUM)] }])).toEqual([]);
  });

  it('needs less likeness where the name is the same, however it is written', () => {
    const half = `${SUM.split('\n').slice(0, 6).join('\n')}\n  log('done', new Date(), process.pid);\n  while (queue.length > 0) queue.pop();\n  return { sum, at: Date.now() };\n}`;
    const alike = (name: string) => nearRepeats([{ added: added(name, half), known: [known('totalOf', SUM)] }]);
    expect(alike('other')).toEqual([]);
    expect(alike('total_of')).toHaveLength(1);
  });

  it('comes with the most alike first', () => {
    const found = nearRepeats([{ added: added('sumBasket', COPY.replace('Math.round(sum * 100) / 100', 'sum')), known: [known('totalOf', SUM)] }, { added: added('load2', OTHER), known: [known('load', OTHER)] }]);
    expect(found.map(({ name }) => name)).toEqual(['load2', 'sumBasket']);
  });
});
