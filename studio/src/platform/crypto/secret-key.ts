import { createPrivateKey, createPublicKey, hkdfSync, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The installation's one secret, from which every key is derived (HKDF-SHA-256, RFC 5869): studios that share it accept each other's
 * tokens, and nothing else needs to be kept or rotated.
 */
export class SecretKey {
  constructor(private readonly secret: string) {}

  /** 32 bytes for one purpose; keys of different purposes tell nothing about each other. */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.secret, '', `maestro/${purpose}`, 32));
  }

  /** An Ed25519 pair whose seed is derived, so that every studio of the installation has the same one. */
  signingKeys(purpose: string): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
    // PKCS #8 around the seed, as RFC 8410, section 7 has it; Node takes no bare seed.
    const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), this.derive(purpose)]);
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    return { privateKey, publicKey: createPublicKey(privateKey) };
  }
}

/** The configured secret, or the one of the data directory, which is made at the first start and readable by its owner only. */
export async function loadSecretKey(configured: string | undefined, dataDir: string): Promise<SecretKey> {
  if (configured !== undefined) return new SecretKey(configured);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'secret.key');
  try {
    // `wx` fails if it exists: two first starts cannot overwrite each other's.
    await writeFile(path, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    await chmod(path, 0o600);
  }
  return new SecretKey((await readFile(path, 'utf8')).trim());
}
