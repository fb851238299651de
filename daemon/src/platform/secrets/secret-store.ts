export const SecretStoreKind = { keyring: 'keyring', file: 'file' } as const;
export type SecretStoreKind = (typeof SecretStoreKind)[keyof typeof SecretStoreKind];

/** Keeps secrets of this machine's user. Names are such as `tokens:https://studio.example`. */
export interface SecretStore {
  readonly kind: SecretStoreKind;
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  delete(name: string): Promise<void>;
}

/** The store cannot be used. `sentence` says why, `remedy` what to do. Never silently replaced by a weaker store. */
export class SecretsUnavailable extends Error {
  override readonly name = 'SecretsUnavailable';
  constructor(
    readonly sentence: string,
    readonly remedy: string,
    options?: { cause?: unknown },
  ) {
    super(`secrets_unavailable: ${sentence}`, options);
  }
}
