import type { SecretStore } from './secret-store.js';
import { SecretStoreKind, SecretsUnavailable } from './secret-store.js';

/** What is used of keytar. */
interface Keyring {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

const REMEDY = 'run `maestro auth --secret-store file` with MAESTRO_SECRET_KEY set, which keeps the tokens in an encrypted file';

/**
 * The keyring of the operating system: Keychain, Credential Manager, or the Secret Service. Loaded at first use only: where its native
 * part is missing (a server without libsecret), everything that needs no secret still works.
 *
 * @param service under which entries appear in the keyring's own viewer; differs for each `$MAESTRO_HOME`.
 */
export function keyringStore(service: string, load: () => Promise<Keyring> = loadKeytar): SecretStore {
  let loading: Promise<Keyring> | undefined;
  const use = async <T>(action: (keyring: Keyring) => Promise<T>): Promise<T> => {
    loading ??= load();
    try {
      return await action(await loading);
    } catch (error) {
      throw new SecretsUnavailable(sentence(error), REMEDY, { cause: error });
    }
  };
  return {
    kind: SecretStoreKind.keyring,
    get: (name) => use(async (keyring) => (await keyring.getPassword(service, name)) ?? undefined),
    set: (name, value) => use((keyring) => keyring.setPassword(service, name, value)),
    delete: (name) => use(async (keyring) => void (await keyring.deletePassword(service, name))),
  };
}

async function loadKeytar(): Promise<Keyring> {
  const module = await import('keytar');
  return module.default;
}

function sentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/native addon|cannot open shared object|libsecret/i.test(message)) return 'The keyring library of this system (libsecret) is not installed.';
  if (/dbus|D-Bus|secret.?service|autolaunch|org\.freedesktop/i.test(message)) return 'No keyring service is running in this session.';
  return `The keyring refused: ${message.split('\n', 1)[0]?.slice(0, 200) ?? ''}`;
}
