import { decodeJwt } from 'jose';

/** The studio that made an invite, from the invite itself. The studio checks the signature; here it is only an address. */
export type InviteReading = { readonly ok: true; readonly studio: string } | { readonly ok: false; readonly sentence: string };

const NOT_AN_INVITE = 'This is not an invite of a studio.';

export function readInvite(token: string): InviteReading {
  let issuer: unknown;
  try {
    issuer = decodeJwt(token).iss;
  } catch {
    return { ok: false, sentence: NOT_AN_INVITE };
  }
  const studio = typeof issuer === 'string' ? studioAddress(issuer) : undefined;
  return studio === undefined ? { ok: false, sentence: NOT_AN_INVITE } : { ok: true, studio };
}

/** An address as identities name it: http or https, no user, no trailing slash; absent when it is no such address. */
export function studioAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
