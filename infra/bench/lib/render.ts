import type { Found, Growth } from './bench.js';
import { isReached } from './compare.js';
import type { Row } from './compare.js';
import { shortNumber } from './picture.js';
import { markdownTable } from '../report.js';

/** A bench's part of the report: its rows as a table, how its costs grow, and what has to be said beside them. */
export function sectionOf(title: string, { rows, growth = [], remarks = [] }: Found): string {
  const table = markdownTable(['metric', 'product', 'floor', 'ratio (of pairs)', 'to reach', ''], rows.map(cellsOf));
  return [`## ${title}`, ...(rows.length === 0 ? [] : [table]), ...growth.map(growthTable), ...remarks].join('\n\n');
}

function cellsOf(row: Row): readonly string[] {
  const { metric, unit, product, against, floor, ratio, spread, pairs, goal } = row;
  const spreadText = pairs === 1 ? '' : ` (${shortNumber(spread[0])} to ${shortNumber(spread[1])}, ${pairs} pairs)`;
  const reached = goal === undefined ? '' : isReached(row) ? 'reached' : '**missed**';
  return [metric, `${shortNumber(product)} ${unit}`, `${shortNumber(floor)} ${unit}: ${against}`, `${shortNumber(ratio)}${spreadText}`, goal === undefined ? '' : `${goal.kind} ${shortNumber(goal.ratio)}`, reached];
}

function growthTable({ title, of, unit, points }: Growth): string {
  return `${title}:\n\n${markdownTable([of, unit], points.map(({ size, cost }) => [size.toLocaleString('en'), shortNumber(cost)]))}`;
}
