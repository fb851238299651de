import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The root of the checkout that this script is part of, wherever it was compiled to. */
export function repositoryRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'turbo.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no turbo.json above ${import.meta.dirname}: this is not a checkout of Maestro`);
    folder = parent;
  }
  return folder;
}
