import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A file of the daemon's own package.
 *
 * Found by the package's manifest: the same code runs as source in tests, compiled, and bundled into other folders, so that a path relative
 * to the module would be right in one of them only.
 *
 * @param path from the package's folder.
 * @returns the absolute path; the file need not be there.
 */
export function ownFile(path: string): string {
  return join(OWN_FOLDER, path);
}

const OWN_FOLDER = folderWithManifest(dirname(fileURLToPath(import.meta.url)));

function folderWithManifest(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error(`none of the folders above ${fileURLToPath(import.meta.url)} has a package.json: the installation is incomplete, install maestro again`);
  return folderWithManifest(above);
}
