/** The address under which people and machines reach the studio: links, invites and the issuer of tokens are made from it. */
export class PublicUrl {
  private url: string | undefined;

  /** @param configured without a trailing slash; `undefined` means "where it listens", which is known once it does. */
  constructor(configured: string | undefined) {
    this.url = configured;
  }

  /** Called once the port is open. */
  listensOn(port: number): void {
    this.url ??= `http://127.0.0.1:${port}`;
  }

  get value(): string {
    if (this.url === undefined) throw new Error('http.no_public_url: the studio does not listen yet');
    return this.url;
  }

  /** Whether it is known before listening that people come over HTTPS. */
  get isConfiguredSecure(): boolean {
    return this.url?.startsWith('https:') === true;
  }

  get isSecure(): boolean {
    return this.value.startsWith('https:');
  }
}
