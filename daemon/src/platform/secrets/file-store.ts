import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeFileDurably } from '../atomic-file.js';
import { withFileLock } from '../file-lock.js';
import type { SecretStore } from './secret-store.js';
import { SecretStoreKind, SecretsUnavailable } from './secret-store.js';

/**
 * scrypt with N = 2^15, r = 8, p = 1: 32 MiB and about 100 ms here (OWASP password storage cheat sheet, 2023, allows it from N = 2^15 with
 * p = 3; the key is asked to be long, and a file per user is not a password database).
 */
const SCRYPT = { N: 1 << 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const;
const SHORTEST_KEY = 16;

const Envelope = z.strictObject({ v: z.literal(1), salt: z.base64(), nonce: z.base64(), tag: z.base64(), data: z.base64() });
const Entries = z.record(z.string(), z.string());

export interface FileStoreOptions {
  readonly path: string;
  readonly lockPath: string;
  /** `MAESTRO_SECRET_KEY`, or a passphrase that was asked for. */
  readonly key: () => Promise<string | undefined>;
}

/** All secrets in one file, encrypted with AES-256-GCM under a key derived by scrypt. Used only when somebody asked for it. */
export function fileStore(options: FileStoreOptions): SecretStore {
  const box = new SecretBox(options);
  const change = (edit: (entries: Record<string, string>) => void) =>
    withFileLock(options.lockPath, async () => {
      const entries = await box.read();
      edit(entries);
      await box.write(entries);
    });
  return {
    kind: SecretStoreKind.file,
    get: async (name) => (await box.read())[name],
    set: (name, value) =>
      change((entries) => {
        entries[name] = value;
      }),
    delete: (name) =>
      change((entries) => {
        delete entries[name];
      }),
  };
}

class SecretBox {
  /** Derived keys by salt: deriving one is slow on purpose. */
  private readonly keys = new Map<string, Promise<Buffer>>();

  constructor(private readonly options: FileStoreOptions) {}

  async read(): Promise<Record<string, string>> {
    const text = await readFile(this.options.path, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return {};
    const parsed = Envelope.safeParse(jsonOf(text));
    if (!parsed.success) throw new SecretsUnavailable(`${this.options.path} is not a secret file of Maestro.`, 'move it away, then run `maestro auth` again');
    const { salt, nonce, tag, data } = parsed.data;
    const decipher = createDecipheriv('aes-256-gcm', await this.keyFor(salt), Buffer.from(nonce, 'base64'));
    decipher.setAuthTag(Buffer.from(tag, 'base64'));
    try {
      const plain = Buffer.concat([decipher.update(Buffer.from(data, 'base64')), decipher.final()]).toString('utf8');
      return Entries.parse(JSON.parse(plain));
    } catch (error) {
      throw new SecretsUnavailable('The secret file does not open with this key.', 'set MAESTRO_SECRET_KEY to the key it was made with, or move the file away and run `maestro auth` again', { cause: error });
    }
  }

  async write(entries: Record<string, string>): Promise<void> {
    const salt = randomBytes(16).toString('base64');
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', await this.keyFor(salt), nonce);
    const data = Buffer.concat([cipher.update(JSON.stringify(entries), 'utf8'), cipher.final()]);
    const envelope = { v: 1, salt, nonce: nonce.toString('base64'), tag: cipher.getAuthTag().toString('base64'), data: data.toString('base64') };
    await writeFileDurably(this.options.path, `${JSON.stringify(envelope)}\n`);
  }

  private keyFor(salt: string): Promise<Buffer> {
    const known = this.keys.get(salt);
    if (known !== undefined) return known;
    const made = this.derive(salt);
    this.keys.set(salt, made);
    return made;
  }

  private async derive(salt: string): Promise<Buffer> {
    const key = await this.options.key();
    if (key === undefined) throw new SecretsUnavailable('The secrets are in an encrypted file, and its key is not set.', 'set MAESTRO_SECRET_KEY to the key of the file');
    if (key.length < SHORTEST_KEY) throw new SecretsUnavailable(`The key of the secret file is shorter than ${SHORTEST_KEY} characters.`, 'set MAESTRO_SECRET_KEY to a longer one, such as the output of `openssl rand -hex 32`');
    return new Promise((resolve, reject) => {
      scrypt(key, Buffer.from(salt, 'base64'), 32, SCRYPT, (error, derived) => (error === null ? resolve(derived) : reject(error)));
    });
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
