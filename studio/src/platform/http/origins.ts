/**
 * Where the studio's own pages come from. Everything else that a browser sends an `Origin` for is foreign: refused on requests that
 * change something and on every WebSocket upgrade.
 */
export class Origins {
  private readonly allowed = new Set<string>();

  /** @param publicUrls the studio's address and any others an operator named. */
  constructor(publicUrls: readonly string[]) {
    for (const url of publicUrls) this.add(url);
  }

  /** A loopback address has three spellings, and people type each of them. */
  add(url: string): void {
    const { protocol, hostname, port, origin } = new URL(url);
    this.allowed.add(origin);
    if (!LOOPBACK.includes(hostname)) return;
    for (const name of LOOPBACK) this.allowed.add(new URL(`${protocol}//${name}${port === '' ? '' : `:${port}`}`).origin);
  }

  /** `null` is the origin of sandboxed and file pages; it is nobody's. */
  allows(origin: string): boolean {
    return origin !== 'null' && this.allowed.has(origin);
  }
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
