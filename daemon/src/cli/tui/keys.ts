import type { FieldKey } from './field.js';

/** What a key means on the screen. */
export type Press =
  | { readonly kind: 'type'; readonly text: string; readonly thenEnter: boolean }
  | { readonly kind: 'edit'; readonly key: FieldKey }
  | { readonly kind: 'enter' | 'interrupt' | 'end_of_input' | 'repaint' }
  /** Up and down in the list. */
  | { readonly kind: 'choose'; readonly by: 1 | -1 }
  /** In the transcript, in pages; `to` jumps. */
  | { readonly kind: 'page'; readonly by: 1 | -1 }
  | { readonly kind: 'jump'; readonly to: 'start' | 'end' };

/** What ink says about a key, as far as it matters here. */
export interface InkKey {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageUp: boolean;
  readonly pageDown: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly tab: boolean;
  readonly ctrl: boolean;
  readonly meta: boolean;
}

const CTRL: Readonly<Record<string, Press>> = {
  c: { kind: 'interrupt' },
  d: { kind: 'end_of_input' },
  l: { kind: 'repaint' },
  a: { kind: 'edit', key: 'home' },
  e: { kind: 'edit', key: 'end' },
  b: { kind: 'edit', key: 'left' },
  f: { kind: 'edit', key: 'right' },
  u: { kind: 'edit', key: 'clear' },
  k: { kind: 'edit', key: 'cut_right' },
  w: { kind: 'edit', key: 'word_back' },
  p: { kind: 'choose', by: -1 },
  n: { kind: 'choose', by: 1 },
};

const NAMED: readonly (readonly [keyof InkKey, Press])[] = [
  ['return', { kind: 'enter' }],
  ['upArrow', { kind: 'choose', by: -1 }],
  ['downArrow', { kind: 'choose', by: 1 }],
  ['leftArrow', { kind: 'edit', key: 'left' }],
  ['rightArrow', { kind: 'edit', key: 'right' }],
  ['pageUp', { kind: 'page', by: -1 }],
  ['pageDown', { kind: 'page', by: 1 }],
  ['home', { kind: 'jump', to: 'start' }],
  ['end', { kind: 'jump', to: 'end' }],
  ['escape', { kind: 'edit', key: 'clear' }],
  ['backspace', { kind: 'edit', key: 'backspace' }],
  // The key that is labelled Backspace sends what ink calls delete, on most terminals.
  ['delete', { kind: 'edit', key: 'backspace' }],
];

/** `undefined` for keys that mean nothing here. */
export function pressOf(input: string, key: InkKey): Press | undefined {
  if (key.ctrl) return CTRL[input];
  const named = NAMED.find(([name]) => key[name]);
  if (named !== undefined) return named[1];
  if (key.tab || key.meta || input === '') return undefined;
  // Over a slow line the words and the Enter after them come as one.
  const thenEnter = /[^\r\n][\r\n]$/.test(input) && !/[\r\n]./.test(input);
  return { kind: 'type', text: thenEnter ? input.slice(0, -1) : input, thenEnter };
}
