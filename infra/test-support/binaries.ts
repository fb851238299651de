import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian keeps the server programs of PostgreSQL out of the PATH, one folder for each major version. */
const DEBIAN_POSTGRES = '/usr/lib/postgresql';
const DEBIAN_NGINX = '/usr/sbin/nginx';

/** The folder with `initdb`, `postgres`, `psql` and their like; the newest version when there are several. */
export function findPostgresBin(): string | undefined {
  return [...debianPostgresBins(), ...pathFolders()].find((folder) => isProgram(join(folder, 'initdb')) && isProgram(join(folder, 'postgres')));
}

export function findRedisServer(): string | undefined {
  return findProgram('redis-server') ?? findProgram('valkey-server');
}

/** Debian keeps it in a folder that only root has in the PATH. */
export function findNginx(): string | undefined {
  return findProgram('nginx') ?? (isProgram(DEBIAN_NGINX) ? DEBIAN_NGINX : undefined);
}

/** The absolute path of a program in the PATH. */
export function findProgram(name: string): string | undefined {
  return pathFolders()
    .map((folder) => join(folder, name))
    .find(isProgram);
}

function debianPostgresBins(): string[] {
  try {
    const versions = readdirSync(DEBIAN_POSTGRES).toSorted((a, b) => Number.parseFloat(b) - Number.parseFloat(a));
    return versions.map((version) => join(DEBIAN_POSTGRES, version, 'bin'));
  } catch {
    return [];
  }
}

function pathFolders(): string[] {
  return (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
