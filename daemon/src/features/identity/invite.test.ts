import { describe, expect, it } from 'vitest';
import { readInvite, studioAddress } from './invite.js';

const token = (payload: object) => `${[{ alg: 'EdDSA' }, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.c2ln`;

describe('readInvite', () => {
  it('finds the studio in the invite', () => {
    expect(readInvite(token({ iss: 'https://studio.example.org/' }))).toEqual({ ok: true, studio: 'https://studio.example.org' });
  });

  it.each(['', 'not a token', 'a.b.c', token({}), token({ iss: 7 }), token({ iss: 'file:///etc/passwd' })])('refuses %j', (text) => {
    expect(readInvite(text).ok).toBe(false);
  });
});

describe('studioAddress', () => {
  it('is the same for every way of writing it, and keeps no user', () => {
    expect(studioAddress('HTTPS://Studio.Example.org:443/')).toBe('https://studio.example.org');
    expect(studioAddress('http://127.0.0.1:4000')).toBe('http://127.0.0.1:4000');
    expect(studioAddress('https://ada:secret@studio.example.org/maestro/')).toBe('https://studio.example.org/maestro');
    expect(studioAddress('ws://studio.example.org')).toBeUndefined();
    expect(studioAddress('studio')).toBeUndefined();
  });
});
