import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What a browser is given for a path. */
export type WebFile =
  /** A file of the build. Its name carries a hash of its content when it lies in `assets/`, so it never changes. */
  | { readonly kind: 'file'; readonly name: string; readonly encoding: 'gzip' | undefined; readonly forever: boolean }
  /** The browser app was never built. */
  | { readonly kind: 'not_built' }
  | { readonly kind: 'none' };

/** The app's own page; every address of the browser leads to it, and the app reads the address. */
const PAGE = 'index.html';

/** The built browser app on disk. Looked up at each request, so that a build shows at once and no restart is needed. */
export class WebFiles {
  constructor(
    /** Absolute path of the build's output. It need not exist. */
    readonly folder: string,
  ) {}

  async find(path: string, acceptsGzip: boolean): Promise<WebFile> {
    const name = fileNameOf(path);
    if (name === undefined) return { kind: 'none' };
    if (!(await this.has(name))) return name === PAGE ? { kind: 'not_built' } : { kind: 'none' };
    const encoding = acceptsGzip && (await this.has(`${name}.gz`)) ? 'gzip' : undefined;
    return { kind: 'file', name, encoding, forever: name.startsWith('assets/') };
  }

  private async has(name: string): Promise<boolean> {
    const found = await stat(join(this.folder, name)).catch(() => undefined);
    return found?.isFile() === true;
  }
}

/** Plain names only: what could climb out of the folder, or name a hidden file, is not the name of anything the build makes. */
const FILE = /^\/((?:[\w-][\w.-]*\/)*[\w-][\w.-]*\.\w+)$/;

/**
 * The file behind a path: its own when the last part has an extension, the app's page otherwise. `undefined` for what is never a page:
 * an unknown address of the API must stay an error, or a client that mistypes one gets HTML with status 200.
 */
export function fileNameOf(path: string): string | undefined {
  if (/^\/(?:api|ws)(?:\/|$)/.test(path)) return undefined;
  const last = path.slice(path.lastIndexOf('/') + 1);
  return last.includes('.') ? FILE.exec(path)?.[1] : PAGE;
}
