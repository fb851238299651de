import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from '../../platform/git.js';

const OBJECT_NAME = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** Lets only full object names into an argument list, where a name could be an option or an expression. */
export function objectName(name: string): string {
  if (!OBJECT_NAME.test(name)) throw new Error(`not_an_object_name: ${JSON.stringify(name.slice(0, 80))}`);
  return name;
}

/** Where the vault remembers a branch of the remote. */
export function trackingRef(branch: string): string {
  return `refs/remotes/origin/${branch}`;
}

/** The vault's own refs, under names that only the daemon makes. */
export class VaultRefs {
  constructor(
    private readonly git: Git,
    private readonly gitDir: string,
    private readonly exclusively: (action: () => Promise<unknown>) => Promise<unknown>,
  ) {}

  /** The object a ref names, `null` if there is no such ref. */
  async read(ref: string): Promise<string | null> {
    return (await this.readLoose(ref)) ?? this.readByGit(ref);
  }

  /** Sets (`null`: deletes) a ref, whatever it was. */
  async write(ref: string, commit: string | null): Promise<void> {
    const args = commit === null ? ['update-ref', '--no-deref', '-d', ref] : ['update-ref', '--no-deref', ref, objectName(commit)];
    await this.exclusively(() => this.git.must({ gitDir: this.gitDir, args }));
  }

  /** Moves a ref from where it was (`null`: nowhere) and leaves it alone if it is somewhere else by now. */
  async advance(ref: string, before: string | null, commit: string): Promise<void> {
    const args = ['update-ref', '--no-deref', ref, objectName(commit), before === null ? '0'.repeat(commit.length) : objectName(before)];
    await this.exclusively(() => this.git.run({ gitDir: this.gitDir, args }));
  }

  /** A ref that was written since the refs were packed is a file of its own, which counts before the packed ones: reading it starts no git. */
  private async readLoose(ref: string): Promise<string | undefined> {
    if (ref.split('/').some((part) => part === '' || part === '.' || part === '..')) return undefined;
    const text = (await readFile(join(this.gitDir, ref), 'latin1').catch(() => '')).trimEnd();
    return OBJECT_NAME.test(text) ? text : undefined;
  }

  private async readByGit(ref: string): Promise<string | null> {
    const listing = (await this.git.must({ gitDir: this.gitDir, args: ['for-each-ref', '--format=%(objectname) %(refname)', ref] })).toString('utf8');
    const line = listing.split('\n').find((candidate) => candidate.endsWith(` ${ref}`));
    return line === undefined ? null : line.slice(0, line.indexOf(' '));
  }
}
