import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CannotRun } from './bench.js';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A self-signed one for loopback, for the servers that a studio is measured against. @throws CannotRun without OpenSSL. */
export async function certificate(folder: string): Promise<Certificate> {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1', '-keyout', key, '-out', cert];
  try {
    await promisify(execFile)('openssl', args);
  } catch (error) {
    throw new CannotRun('OpenSSL is needed to make a certificate, and could not be run. On Debian: apt-get install openssl', { cause: error });
  }
  return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
}
