import type { Growth } from './bench.js';
import { isReached } from './compare.js';
import type { Row } from './compare.js';

const WIDTH = 860;
const ROW_HEIGHT = 26;
const LEFT = 330;
const RIGHT = 70;
const TOP = 48;
const PLOT_HEIGHT = 260;

/**
 * A report as one SVG: for each goal a bar that says how far from it the ratio is (1 is the goal, to the right is better), and the
 * growth lines under them on logarithmic axes. Text and shapes only, so that it can be diffed.
 */
export function pictureOf(rows: readonly Row[], growth: readonly Growth[]): string {
  const goals = rows.filter(({ goal }) => goal !== undefined);
  const barsHeight = TOP + goals.length * ROW_HEIGHT + 30;
  const plots = growth.map((each, place) => plotOf(each, barsHeight + place * PLOT_HEIGHT));
  const height = barsHeight + growth.length * PLOT_HEIGHT;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(16, 24, 'Ratios against their goals', 'font-size="15" font-weight="600"'),
    text(LEFT, 40, 'bar: how many times better (right) or worse (left) than the goal, in powers of two', 'fill="#57606a"'),
    ...goals.map((row, place) => barOf(row, TOP + place * ROW_HEIGHT)),
    ...plots,
    '</svg>',
    '',
  ].join('\n');
}

/** How many times better than its goal a ratio is; 1 is the goal itself, less is worse. */
export function margin({ goal, ratio }: Pick<Row, 'goal' | 'ratio'>): number {
  if (goal === undefined) return 1;
  return goal.kind === 'at most' ? goal.ratio / ratio : ratio / goal.ratio;
}

const MOST_POWERS = 6;

function barOf(row: Row, y: number): string {
  const middle = LEFT + (WIDTH - LEFT - RIGHT) / 2;
  const unit = (WIDTH - LEFT - RIGHT) / 2 / MOST_POWERS;
  const powers = Math.max(-MOST_POWERS, Math.min(MOST_POWERS, Math.log2(margin(row))));
  const length = Math.max(2, Math.abs(powers) * unit);
  const x = powers < 0 ? middle - length : middle;
  return [
    text(16, y + 17, row.metric, 'fill="#1f2328"'),
    `<line x1="${middle}" y1="${y}" x2="${middle}" y2="${y + ROW_HEIGHT}" stroke="#8c959f"/>`,
    `<rect x="${round(x)}" y="${y + 5}" width="${round(length)}" height="${ROW_HEIGHT - 10}" rx="2" fill="${isReached(row) ? '#1a7f37' : '#bc4c00'}"/>`,
    text(WIDTH - RIGHT + 8, y + 17, `${shortNumber(row.ratio)}×`, 'fill="#1f2328"'),
  ].join('\n');
}

function plotOf({ title, of, unit, points }: Growth, top: number): string {
  const [x0, x1, y0, y1] = [90, WIDTH - RIGHT, top + PLOT_HEIGHT - 48, top + 52];
  const powers = points.map(({ size }) => Math.log10(size));
  const [low, high] = [Math.min(...powers), Math.max(...powers)];
  const x = (size: number) => round(x0 + ((Math.log10(size) - low) / Math.max(high - low, 1e-9)) * (x1 - x0));
  // From nothing up, so that what does not grow looks flat.
  const dearest = Math.max(...points.map(({ cost }) => cost), 1e-9);
  const y = (cost: number) => round(y0 - (cost / dearest) * (y0 - y1));
  const line = points.map(({ size, cost }) => `${x(size)},${y(cost)}`).join(' ');
  return [
    text(16, top + 20, `${title}: ${unit} by ${of}`, 'font-size="14" font-weight="600"'),
    `<line x1="${x0}" y1="${y0}" x2="${x1}" y2="${y0}" stroke="#d0d7de"/>`,
    `<polyline points="${line}" fill="none" stroke="#0969da" stroke-width="2"/>`,
    ...points.flatMap(({ size, cost }) => [
      `<circle cx="${x(size)}" cy="${y(cost)}" r="3.5" fill="#0969da"/>`,
      text(x(size), y0 + 18, size.toLocaleString('en'), 'text-anchor="middle" fill="#57606a"'),
      text(x(size), y(cost) - 9, shortNumber(cost), 'text-anchor="middle" fill="#1f2328"'),
    ]),
  ].join('\n');
}

export function shortNumber(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1_000) return Math.round(value).toLocaleString('en');
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : size >= 0.1 ? value.toFixed(2) : value.toPrecision(2);
}

const round = (value: number): number => Math.round(value * 10) / 10;

function text(x: number, y: number, words: string, more = ''): string {
  const safe = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<text x="${x}" y="${y}" ${more}>${safe}</text>`;
}
