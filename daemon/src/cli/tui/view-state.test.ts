import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { InkKey, Press } from './keys.js';
import { pressOf } from './keys.js';
import type { Shown, ViewState } from './view-state.js';
import { FIRST_VIEW, step } from './view-state.js';

const SHOWN: Shown = { rows: [{ id: 'own' }, { id: 'one' }, { id: 'two' }], focus: 'one', lines: 100, height: 10 };
const NO_KEY: InkKey = { upArrow: false, downArrow: false, leftArrow: false, rightArrow: false, pageUp: false, pageDown: false, home: false, end: false, return: false, escape: false, backspace: false, delete: false, tab: false, ctrl: false, meta: false };

const after = (...pressed: readonly Press[]): ViewState => pressed.reduce((state, each) => step(state, each, SHOWN).state, FIRST_VIEW);
const type = (text: string): Press => ({ kind: 'type', text, thenEnter: false });
const edit = (key: Extract<Press, { kind: 'edit' }>['key']): Press => ({ kind: 'edit', key });

describe('the line that is typed', () => {
  it('is edited where the cursor is', () => {
    expect(after(type('steer names'), edit('word_back'), type('them')).field).toEqual({ text: 'steer them', cursor: 10 });
    expect(after(type('ab'), edit('left'), type('x')).field).toEqual({ text: 'axb', cursor: 2 });
    expect(after(type('a🚢'), edit('left'), edit('right'), edit('backspace')).field).toEqual({ text: 'a', cursor: 1 });
    expect(after(type('abc'), edit('home'), edit('right'), edit('cut_right')).field).toEqual({ text: 'a', cursor: 1 });
    expect(after(edit('backspace'), edit('left'), edit('right'), edit('word_back')).field).toEqual({ text: '', cursor: 0 });
  });

  it('takes a paste of several lines as one, without what could act on a terminal', () => {
    expect(after(type('one\r\ntwo\u001b[2Jthree')).field.text).toBe('one two[2Jthree');
  });

  it('is handed in with Enter, and empty again', () => {
    expect(step(after(type('Stop.')), { kind: 'enter' }, SHOWN)).toEqual({ state: FIRST_VIEW, wish: { kind: 'submit', line: 'Stop.' } });
    expect(step(FIRST_VIEW, { kind: 'type', text: 'Stop.', thenEnter: true }, SHOWN).wish).toEqual({ kind: 'submit', line: 'Stop.' });
  });

  it('is what the end of input spares', () => {
    expect(step(after(type('x')), { kind: 'end_of_input' }, SHOWN).wish).toBeUndefined();
    expect(step(FIRST_VIEW, { kind: 'end_of_input' }, SHOWN).wish).toEqual({ kind: 'quit' });
  });

  test.prop([fc.array(fc.oneof(fc.string().map(type), fc.constantFrom('left', 'right', 'home', 'end', 'backspace', 'word_back', 'cut_right', 'clear').map((key) => edit(key as 'left'))))])('always has its cursor within it, and no control characters', (pressed) => {
    const { text, cursor } = after(...pressed).field;
    expect(cursor).toBeGreaterThanOrEqual(0);
    expect(cursor).toBeLessThanOrEqual(text.length);
    expect(text).not.toMatch(/[\u0000-\u001f\u007f]/);
  });
});

describe('the list and the transcript', () => {
  it('choose the neighbour, and end at the ends', () => {
    expect(after({ kind: 'choose', by: 1 }).chosen).toBe('two');
    expect(step(FIRST_VIEW, { kind: 'choose', by: 1 }, { ...SHOWN, focus: 'two' }).state.chosen).toBeUndefined();
    expect(step(FIRST_VIEW, { kind: 'choose', by: -1 }, { ...SHOWN, focus: 'own' }).state).toEqual(FIRST_VIEW);
  });

  it('scroll by pages that overlap, and follow again at the end', () => {
    expect(after({ kind: 'page', by: -1 }).top).toBe(81);
    expect(after({ kind: 'page', by: -1 }, { kind: 'page', by: 1 }).top).toBeUndefined();
    expect(after({ kind: 'jump', to: 'start' }).top).toBe(0);
    expect(after({ kind: 'jump', to: 'start' }, { kind: 'page', by: -1 }).top).toBe(0);
    expect(after({ kind: 'jump', to: 'start' }, { kind: 'jump', to: 'end' }).top).toBeUndefined();
  });

  it('show the newest of another one', () => {
    expect(after({ kind: 'page', by: -1 }, { kind: 'choose', by: 1 })).toMatchObject({ chosen: 'two', top: undefined });
  });
});

describe('keys', () => {
  it.each([
    ['', { return: true }, { kind: 'enter' }],
    ['', { pageUp: true }, { kind: 'page', by: -1 }],
    ['', { delete: true }, { kind: 'edit', key: 'backspace' }],
    ['c', { ctrl: true }, { kind: 'interrupt' }],
    ['z', { ctrl: true }, undefined],
    ['', { tab: true }, undefined],
    ['x', { meta: true }, undefined],
    ['q', {}, { kind: 'type', text: 'q', thenEnter: false }],
    ['Stop.\r', {}, { kind: 'type', text: 'Stop.', thenEnter: true }],
    ['one\rtwo\r', {}, { kind: 'type', text: 'one\rtwo\r', thenEnter: false }],
  ])('%j with %j', (input, key, pressed) => {
    expect(pressOf(input, { ...NO_KEY, ...key })).toEqual(pressed);
  });
});
