import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits, safe in URLs, cookies and shells. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a token with enough randomness of its own: a slow hash would protect nothing more. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
