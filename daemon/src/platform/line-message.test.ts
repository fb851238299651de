import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage } from './line-message.js';

const read = (message: unknown) => readMessage(JSON.stringify(message));

describe('a line of the control socket', () => {
  it('is a request, a notification, an answer or a failure', () => {
    expect(read({ jsonrpc: '2.0', id: 1, method: 'status', params: {} })).toEqual({ id: 1, method: 'status', params: {} });
    expect(read({ method: 'news', params: [1] })).toEqual({ method: 'news', params: [1] });
    expect(read({ id: 2, result: null })).toEqual({ id: 2, result: null });
    expect(read({ id: 3, error: { code: -32_603, message: 'boom' } })).toEqual({ id: 3, error: { message: 'boom' } });
    const data = { code: 'no', sentence: 'Not now.', remedy: 'later' };
    expect(read({ id: 4, error: { code: -32_000, message: 'Not now.', data } })).toEqual({ id: 4, error: { message: 'Not now.', data } });
  });

  it.each([
    ['no object', [1]],
    ['nothing', null],
    ['an id that is no number', { id: '1', method: 'status' }],
    ['a method that is no text', { id: 1, method: 1 }],
    ['a failure that is none', { id: 1, error: 'boom' }],
    ['a failure without a code', { id: 1, error: { message: 'boom' } }],
    ['a failure without a message', { id: 1, error: { code: 1 } }],
    ['a refusal that is no object', { id: 1, error: { code: 1, message: '', data: null } }],
    ['a refusal without a remedy', { id: 1, error: { code: 1, message: '', data: { code: '', sentence: '' } } }],
  ])('is no message: %s', (_what, message) => {
    expect(read(message)).toBeUndefined();
  });

  it('may be anything', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
      const message = readMessage(line);
      expect(['number', 'undefined']).toContain(typeof message?.id);
      expect(['string', 'undefined']).toContain(typeof message?.method);
    }));
  });
});
