import { shellWord } from './git-env.js';
import { runProcess } from './process.js';

/**
 * Bubblewrap around the half of a fetch that reads a lane. A lane can point at other repositories of this machine (a `.git` file,
 * `commondir`, alternates, a linked object), and git would follow; in here those other repositories do not exist.
 */
export class GitSandbox {
  private constructor(private readonly program: string) {}

  /** `null` where bubblewrap is missing or may not make namespaces: found out by trying, because being installed proves nothing. */
  static async find(options: { path: string; cwd: string; program?: string }): Promise<GitSandbox | null> {
    const program = options.program ?? 'bwrap';
    try {
      const [, ...args] = [program, ...SYSTEM_VIEW, '--', 'git', '--version'];
      const result = await runProcess({ command: program, args, cwd: options.cwd, env: { PATH: options.path, LC_ALL: 'C' }, timeoutMs: 10_000 });
      return result.code === 0 && result.stdout.toString('utf8').startsWith('git version') ? new GitSandbox(program) : null;
    } catch {
      return null;
    }
  }

  /** A shell command for `--upload-pack` that sees the system's programs and, read-only, the folders given. */
  uploadPack(readable: readonly string[]): string {
    const words = [this.program, ...SYSTEM_VIEW, ...readable.flatMap((folder) => ['--ro-bind', folder, folder]), '--', 'git', 'upload-pack', '--strict'];
    return words.map(shellWord).join(' ');
  }
}

/** `--strict`: only the folder named, not one found near it. */
export const PLAIN_UPLOAD_PACK = 'git upload-pack --strict';

const SYSTEM_VIEW: readonly string[] = [
  '--unshare-all',
  '--die-with-parent',
  ...['/usr', '/bin', '/sbin', '/lib', '/lib64', '/opt', '/nix', '/etc/ld.so.cache'].flatMap((folder) => ['--ro-bind-try', folder, folder]),
  '--proc',
  '/proc',
  '--dev',
  '/dev',
  '--tmpfs',
  '/tmp',
];
