import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { readTyped } from './typed.js';

describe('a line that is typed on the screen', () => {
  it.each([
    ['', { kind: 'nothing' }],
    ['   ', { kind: 'nothing' }],
    ['Keep the public names.', { kind: 'steer', text: 'Keep the public names.', of: undefined }],
    ['steer Keep the names.', { kind: 'steer', text: 'Keep the names.', of: undefined }],
    ['steer "Keep the names."', { kind: 'steer', text: 'Keep the names.', of: undefined }],
    ["maestro steer 'Keep the names.'", { kind: 'steer', text: 'Keep the names.', of: undefined }],
    ['  maestro   steer   "Keep"  ', { kind: 'steer', text: 'Keep', of: undefined }],
    ['maestro steer --task SHOP-12 "Stop."', { kind: 'steer', text: 'Stop.', of: 'SHOP-12' }],
    ['steer --run=0123abcd Stop.', { kind: 'steer', text: 'Stop.', of: '0123abcd' }],
    ['clear-steering', { kind: 'clear_steering' }],
    ['maestro clear-steering', { kind: 'clear_steering' }],
    ['quit', { kind: 'quit' }],
    ['maestro quit', { kind: 'quit' }],
    // Not commands: they go on.
    ['quit using globals', { kind: 'steer', text: 'quit using globals', of: undefined }],
    ['clear-steering is a command', { kind: 'steer', text: 'clear-steering is a command', of: undefined }],
    ['steering matters', { kind: 'steer', text: 'steering matters', of: undefined }],
    ['maestros are people', { kind: 'steer', text: 'maestros are people', of: undefined }],
  ])('%j', (line, typed) => {
    expect(readTyped(line)).toEqual(typed);
  });

  it.each(['steer', 'maestro steer', 'steer ""', 'steer --task SHOP-12', 'maestro', 'maestro plan list', 'maestro quit now'])('%j is answered with what can be typed', (line) => {
    expect(readTyped(line)).toMatchObject({ kind: 'wrong', sentence: expect.stringContaining('steer') as string });
  });

  test.prop([fc.string()])('is never lost: whatever is no command is what the agents are told', (line) => {
    const typed = readTyped(line);
    if (typed.kind === 'steer' && !/^\s*(?:maestro|steer)\b/.test(line)) expect(typed).toEqual({ kind: 'steer', text: line.trim(), of: undefined });
    if (typed.kind === 'nothing') expect(line.trim()).toBe('');
  });
});
