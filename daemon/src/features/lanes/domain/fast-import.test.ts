import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commitHeader, quotedPath } from './fast-import.js';

describe('quotedPath', () => {
  it('can be read back, and holds nothing that ends a command', () => {
    const anyBytes = fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)), minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(anyBytes, (path) => {
        const quoted = quotedPath(path);
        expect(quoted).toMatch(/^"[\x20-\x7e]*"$/);
        const read = quoted.slice(1, -1).replace(/\\(\d{3}|.)/g, (_, code: string) => (code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : code));
        expect(read).toBe(path);
      }),
    );
  });
});

describe('commitHeader', () => {
  it('counts bytes and keeps names inside of their brackets', () => {
    const header = commitHeader({ ref: 'refs/x', parent: 'p', author: { name: 'A <evil>\n', email: 'a@b>\nfrom x' }, at: 1, message: 'ü\n' });
    expect(header).toBe('commit refs/x\ncommitter A evil <a@bfrom x> 1 +0000\ndata 3\nü\n\nfrom p\n');
  });
});
