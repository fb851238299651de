import { chmod, copyFile, link, mkdir, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newId, putFiles, shopWithEpic } from '../../test-support/git-fixture.js';
import { checkOut, makeFolder } from './lane-folder.js';
import { proveClean, stillProven } from './lane-proof.js';
import type { Proof } from './lane-proof.js';

type Plant = (files: string, index: string) => Promise<unknown>;

/** What may have been done to a spare lane after its proof, each of which has to be seen by the short look that a task waits for. */
const PLANTED: readonly (readonly [string, Plant])[] = [
  ['a repository in a tracked folder', (files) => putFiles(files, { 'src/.git/HEAD': 'ref: refs/heads/main\n' })],
  ['an ignored file', (files) => putFiles(files, { 'node_modules/x.js': 'x\n' })],
  ['an empty folder', (files) => mkdir(join(files, 'src/empty'))],
  ['a changed file', (files) => writeFile(join(files, 'src/tax.ts'), 'export const tax = 0.9;\n')],
  [
    'a file of the same size and age',
    async (files) => {
      const path = join(files, 'README.md');
      const { atime, mtime } = await stat(path);
      await writeFile(path, '# Shep\n');
      await utimes(path, atime, mtime);
    },
  ],
  [
    'another file in the place of one',
    async (files) => {
      await copyFile(join(files, 'README.md'), join(files, '../other'));
      await rename(join(files, '../other'), join(files, 'README.md'));
    },
  ],
  ['a missing file', (files) => rm(join(files, 'src/tax.ts'))],
  ['a second name for a file', (files) => link(join(files, 'src/tax.ts'), join(files, '../name'))],
  ['a set-user-id bit', (files) => chmod(join(files, 'src/tax.ts'), 0o4755)],
  ['rights that git does not store', (files) => chmod(join(files, 'src/tax.ts'), 0o666)],
  [
    'a link in place of a folder',
    async (files) => {
      await rename(join(files, 'src'), join(files, '../src'));
      await symlink('../src', join(files, 'src'));
    },
  ],
  ['another index', (_files, index) => writeFile(`${index}.new`, 'x').then(() => rename(`${index}.new`, index))],
];

describe('a proof that was made', () => {
  let shop: Awaited<ReturnType<typeof shopWithEpic>>;
  beforeAll(async () => {
    shop = await shopWithEpic();
  });
  afterAll(() => shop.scratch.remove());

  async function checkedOut() {
    const folder = join(shop.scratch.folder, newId());
    const [files, index] = [join(folder, 'files'), join(folder, 'index')];
    await makeFolder(files);
    await checkOut(shop.vault, files, index, shop.tip);
    return { files, index };
  }

  it('holds while nothing is touched, and for nothing that was', async () => {
    const spares = await Promise.all([['nothing', () => Promise.resolve()] as const, ...PLANTED].map(async ([what, plant]) => ({ what, plant, ...(await checkedOut()) })));
    const prove = async ({ files, index }: { files: string; index: string }): Promise<Proof> => {
      await shop.vault.run(['update-index', '-q', '--refresh'], { index, workTree: files });
      const proof = await proveClean(shop.vault, files, index, shop.tip);
      if ('wrong' in proof) throw new Error(proof.wrong);
      return proof;
    };
    // As spare lanes are: no proof is kept that is not a second younger than every file.
    const written = Date.now();
    await vi.waitUntil(() => Date.now() - written > 1_100, { timeout: 10_000 });
    for (const spare of spares) {
      const proof = await prove(spare);
      expect(await stillProven(shop.vault, spare.files, spare.index, proof), spare.what).toBe(true);
      await spare.plant(spare.files, spare.index);
      expect(await stillProven(shop.vault, spare.files, spare.index, proof), spare.what).toBe(spare.what === 'nothing');
    }
  }, 60_000);

  it('says how young it is: git tells times by whole seconds', async () => {
    const { files, index } = await checkedOut();
    const proof = await proveClean(shop.vault, files, index, shop.tip);
    if ('wrong' in proof) throw new Error(proof.wrong);
    expect(proof.youngest).toBeGreaterThanOrEqual(Math.max(...(await Promise.all(['README.md', 'src/tax.ts'].map(async (name) => (await stat(join(files, name))).ctimeMs)))));
  });
});
