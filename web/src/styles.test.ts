/// <reference types="node" />
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

// Vitest answers an import of a style sheet with nothing, so it is read as the file it is.
const css = readFileSync(new URL('./styles.css', import.meta.url), 'utf8');

type Theme = 'light' | 'dark';
type Rgb = readonly [number, number, number];

/** Linear sRGB of a colour in OKLCH (CSS Color 4, section 10.2; the matrices are Björn Ottosson's). Hue in degrees. */
function linearRgb(l: number, c: number, h: number): Rgb {
  const [a, b] = [c * Math.cos((h * Math.PI) / 180), c * Math.sin((h * Math.PI) / 180)];
  const [long, medium, short] = [l + 0.3963377774 * a + 0.2158037573 * b, l - 0.1055613458 * a - 0.0638541728 * b, l - 0.0894841775 * a - 1.291485548 * b].map((each) => each ** 3) as [number, number, number];
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ];
}

/** The tokens as the style sheet has them: each a pair for light and dark. Colours that let others shine through are left out. */
function tokens(): ReadonlyMap<string, Readonly<Record<Theme, Rgb>>> {
  const found = new Map<string, Readonly<Record<Theme, Rgb>>>();
  for (const [, name = '', light = '', dark = ''] of css.matchAll(/--([\w-]+): light-dark\(oklch\(([\d. ]+)\), oklch\(([\d. ]+)\)\);/g)) {
    const read = (text: string): Rgb => linearRgb(...(text.split(' ').map(Number) as [number, number, number]));
    found.set(name, { light: read(light), dark: read(dark) });
  }
  return found;
}

const TOKENS = tokens();

/** WCAG 2.2, "contrast ratio". */
function contrast(one: string, other: string, theme: Theme): number {
  const luminance = (name: string): number => {
    const colour = TOKENS.get(name)?.[theme];
    if (colour === undefined) throw new Error(`there is no token --${name}`);
    const [r, g, b] = colour.map((part) => Math.min(1, Math.max(0, part))) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high = 0, low = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ['background', 'surface', 'raised'];

describe.each(['light', 'dark'] as const)('the colours in %s', (theme) => {
  it('knows its own sums: white on black is 21, and a grey lies between', () => {
    expect(linearRgb(1, 0, 0).map((part) => Math.round(part * 1_000) / 1_000)).toEqual([1, 1, 1]);
    expect(TOKENS.size).toBeGreaterThan(12);
  });

  it.each(GROUNDS)('have a contrast of 7 or more for text on %s', (ground) => {
    expect(contrast('text', ground, theme)).toBeGreaterThanOrEqual(7);
  });

  it.each(GROUNDS.flatMap((ground) => ['muted', 'accent', 'blocked'].map((name) => [name, ground] as const)))('have a contrast of 4.5 or more for %s, which is written in, on %s', (name, ground) => {
    expect(contrast(name, ground, theme)).toBeGreaterThanOrEqual(4.5);
  });

  it('have a contrast of 4.5 or more on the button that matters', () => {
    expect(contrast('on-accent', 'accent', theme)).toBeGreaterThanOrEqual(4.5);
  });

  // WCAG 2.2, 1.4.11: what has to be seen and is not text. A word stands beside each of them.
  it.each(['outline', 'quiet', 'progress', 'review', 'landing', 'done', 'blocked'].flatMap((name) => ['background', 'surface'].map((ground) => [name, ground] as const)))('have a contrast of 3 or more for %s, which is drawn, on %s', (name, ground) => {
    expect(contrast(name, ground, theme)).toBeGreaterThanOrEqual(3);
  });
});
