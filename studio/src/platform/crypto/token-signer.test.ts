import { describe, expect, it } from 'vitest';
import type { PublicUrl } from '../http/public-url.js';
import { SecretKey } from './secret-key.js';
import { TokenKind, TokenSigner } from './token-signer.js';

const START = Date.parse('2026-01-01T00:00:00Z');
const MINUTE = 60_000;

async function setting() {
  const clock = { time: START, now: () => new Date(clock.time) };
  const signer = new TokenSigner(new SecretKey('a secret of this test'), { value: 'http://127.0.0.1:1' } as PublicUrl, clock);
  const { token } = await signer.sign(TokenKind.access, { subject: 'ada', expiresAt: new Date(START + 15 * MINUTE), claims: { grant: 'g' } });
  return { clock, signer, token };
}

describe('A token whose signature is remembered', () => {
  it('says the same every time', async () => {
    const { signer, token } = await setting();
    const first = await signer.verify(TokenKind.access, token);
    expect(first).toMatchObject({ subject: 'ada', claims: { grant: 'g' } });
    expect(await signer.verify(TokenKind.access, token)).toEqual(first);
  });

  it('runs out in the same moment as one that is seen for the first time', async () => {
    const { clock, signer, token } = await setting();
    await signer.verify(TokenKind.access, token);
    const stranger = new TokenSigner(new SecretKey('a secret of this test'), { value: 'http://127.0.0.1:1' } as PublicUrl, clock);
    for (const [seconds, isGood] of [[15 * 60, true], [15 * 60 + 29, true], [15 * 60 + 30, false], [3_600, false]] as const) {
      clock.time = START + seconds * 1_000;
      for (const each of [signer, stranger]) expect(await each.verify(TokenKind.access, token), `${seconds} s`).toEqual(isGood ? expect.objectContaining({ subject: 'ada' }) : 'expired');
      clock.time = START;
    }
  });

  it('is not taken for one of another kind, nor for one whose signature differs', async () => {
    const { signer, token } = await setting();
    await signer.verify(TokenKind.access, token);
    expect(await signer.verify(TokenKind.invite, token)).toBe('invalid');
    const [head, body, signature = ''] = token.split('.');
    // The first character: all of its bits are of the signature, which is not so of the last.
    const forged = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    expect(await signer.verify(TokenKind.access, `${head}.${body}.${forged}`)).toBe('invalid');
  });
});
