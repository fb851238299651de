import type { Field } from './field.js';
import { EMPTY_FIELD, press, typeIn } from './field.js';
import type { Press } from './keys.js';
import { scroll } from './transcript.js';

/** What the person at the screen has done to it. */
export interface ViewState {
  /** The row that was chosen; `undefined`: nobody has chosen, and whoever is at work is shown. */
  readonly chosen: string | undefined;
  /** First line of the transcript; `undefined` follows the end. */
  readonly top: number | undefined;
  readonly field: Field;
}

/** What is on the screen, which keys are about. */
export interface Shown {
  readonly rows: readonly { readonly id: string }[];
  readonly focus: string | undefined;
  /** Lines of the transcript, and how many of them have room. */
  readonly lines: number;
  readonly height: number;
}

/** What a key asks for beyond the screen. */
export type Wish = { readonly kind: 'submit'; readonly line: string } | { readonly kind: 'interrupt' | 'quit' | 'repaint' };

export const FIRST_VIEW: ViewState = { chosen: undefined, top: undefined, field: EMPTY_FIELD };

export function step(state: ViewState, pressed: Press, shown: Shown): { readonly state: ViewState; readonly wish?: Wish } {
  switch (pressed.kind) {
    case 'type': {
      const next = { ...state, field: typeIn(state.field, pressed.text) };
      return pressed.thenEnter ? submit(next) : { state: next };
    }
    case 'edit':
      return { state: { ...state, field: press(state.field, pressed.key) } };
    case 'enter':
      return submit(state);
    case 'choose':
      return { state: choose(state, pressed.by, shown) };
    case 'page':
      // A line stays in sight, so that the eye finds its place again.
      return { state: { ...state, top: scroll(shown.lines, shown.height, state.top, pressed.by * Math.max(1, shown.height - 1)) } };
    case 'jump':
      return { state: { ...state, top: pressed.to === 'end' ? undefined : scroll(shown.lines, shown.height, 0, 0) } };
    case 'end_of_input':
      return state.field.text === '' ? { state, wish: { kind: 'quit' } } : { state };
    case 'interrupt':
    case 'repaint':
      return { state, wish: { kind: pressed.kind } };
  }
}

function submit(state: ViewState): { readonly state: ViewState; readonly wish: Wish } {
  return { state: { ...state, field: EMPTY_FIELD }, wish: { kind: 'submit', line: state.field.text } };
}

function choose(state: ViewState, by: 1 | -1, { rows, focus }: Shown): ViewState {
  const at = rows.findIndex(({ id }) => id === focus);
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
  return next === undefined || next.id === focus ? state : { ...state, chosen: next.id, top: undefined };
}
