import type { IncomingMessage } from 'node:http';
import type { Response } from 'express';
import type { PublicUrl } from './public-url.js';

/**
 * The browser's session cookie. Over HTTPS it has the `__Host-` prefix, which no subdomain and no plain-HTTP page can set. On plain HTTP
 * the port is part of its name: cookies ignore ports, and two studios on one machine would sign each other out.
 */
export class SessionCookie {
  constructor(private readonly publicUrl: PublicUrl) {}

  read(request: IncomingMessage): string | undefined {
    const prefix = `${this.name}=`;
    const pair = (request.headers.cookie ?? '').split(';').find((part) => part.trim().startsWith(prefix));
    return pair?.trim().slice(prefix.length);
  }

  set(response: Response, token: string, expiresAt: Date): void {
    response.cookie(this.name, token, { ...this.attributes, expires: expiresAt });
  }

  clear(response: Response): void {
    response.clearCookie(this.name, this.attributes);
  }

  private get name(): string {
    return this.publicUrl.isSecure ? '__Host-maestro' : `maestro_${new URL(this.publicUrl.value).port || '80'}`;
  }

  /** `Lax`: sent when a link leads here, not when another site posts here. */
  private get attributes() {
    return { httpOnly: true, sameSite: 'lax', secure: this.publicUrl.isSecure, path: '/' } as const;
  }
}
