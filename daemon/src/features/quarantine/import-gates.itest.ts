import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProcess } from '../../platform/process.js';
import type { Lane } from '../lanes/index.js';
import { SHOP_FILES, agentGit, newId, newLane, openMachine, putFiles, shopWithEpic } from '../../test-support/git-fixture.js';
import type { ImportRefusalCode } from './quarantine.types.js';

type Shop = Awaited<ReturnType<typeof shopWithEpic>>;

/** Writes an object the way an agent could, past every check of its own git. */
const object = (lane: Lane, type: string, content: string | Uint8Array) => agentGit(lane, ['hash-object', '-t', type, '-w', '--stdin', '--literally'], { stdin: content });

interface TreeEntry {
  readonly mode: string;
  readonly name: string;
  readonly id: string;
}

async function tree(lane: Lane, entries: readonly TreeEntry[]): Promise<string> {
  const parts = entries.flatMap(({ mode, name, id }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
  return object(lane, 'tree', Buffer.concat(parts));
}

async function commitTree(lane: Lane, treeId: string, message = 'crafted'): Promise<void> {
  const commit = await agentGit(lane, ['commit-tree', treeId, '-p', 'HEAD', '-m', message]);
  await writeFile(join(lane.path, `.git/refs/heads/${lane.branch}`), `${commit}\n`);
}

/** A tree with one odd entry beside the real files. */
async function commitOddEntry(lane: Lane, entry: Omit<TreeEntry, 'id'> & { id?: string }): Promise<void> {
  const id = entry.id ?? (await object(lane, 'blob', 'odd\n'));
  const listing = await agentGit(lane, ['ls-tree', 'HEAD']);
  const entries = listing.split('\n').map((line) => {
    const [, mode = '', type = '', oid = '', name = ''] = /^(\d+) (\w+) (\w+)\t(.*)$/.exec(line) ?? [];
    return { mode: type === 'tree' ? '40000' : mode, name, id: oid };
  });
  const sorted = [...entries, { ...entry, id }].sort((one, other) => Buffer.compare(Buffer.from(sortName(one)), Buffer.from(sortName(other))));
  await commitTree(lane, await tree(lane, sorted));
}

const sortName = (entry: TreeEntry) => (entry.mode === '40000' ? `${entry.name}/` : entry.name);

describe('the gates of an import', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await shopWithEpic({ ...SHOP_FILES, 'assets/.gitattributes': '*.psd filter=lfs diff=lfs merge=lfs -text\n' });
  });
  afterAll(() => shop.scratch.remove());

  const collect = (lane: Lane) => shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-1', message: 'crafted' });

  const planted: readonly (readonly [string, ImportRefusalCode, (lane: Lane) => Promise<void>])[] = [
    ['a branch that is a file', 'not_a_commit', async (lane) => writeFile(join(lane.path, `.git/refs/heads/${lane.branch}`), `${await object(lane, 'blob', 'x')}\n`)],
    ['a branch that is a tree', 'not_a_commit', async (lane) => writeFile(join(lane.path, `.git/refs/heads/${lane.branch}`), `${await agentGit(lane, ['rev-parse', 'HEAD^{tree}'])}\n`)],
    [
      'a branch that is an annotated tag',
      'not_a_commit',
      async (lane) => {
        await agentGit(lane, ['tag', '-a', '-m', 'x', 'v1']);
        await writeFile(join(lane.path, `.git/refs/heads/${lane.branch}`), `${await agentGit(lane, ['rev-parse', 'v1'])}\n`);
      },
    ],
    ['a missing branch', 'lane_unreadable', async (lane) => { await agentGit(lane, ['checkout', '-q', '--detach']); await agentGit(lane, ['branch', '-q', '-D', lane.branch]); }],
    [
      'a shallow file that names the head',
      'lane_unreadable',
      async (lane) => {
        await putFiles(lane.path, { 'x.txt': 'x\n' });
        await agentGit(lane, ['add', '-A']);
        await agentGit(lane, ['commit', '-q', '-m', 'x']);
        await writeFile(join(lane.path, '.git/shallow'), `${await agentGit(lane, ['rev-parse', 'HEAD'])}\n`);
      },
    ],
    ['a history of its own', 'unrelated_history', async (lane) => { await agentGit(lane, ['checkout', '-q', '--orphan', 'fresh']); await agentGit(lane, ['commit', '-q', '-m', 'fresh']); await agentGit(lane, ['branch', '-q', '-M', lane.branch]); }],
    [
      'a repository of another object format',
      'lane_unreadable',
      async (lane) => {
        await rm(join(lane.path, '.git'), { recursive: true });
        await agentGit(lane, ['init', '-q', '--object-format=sha256', '-b', lane.branch]);
        await agentGit(lane, ['commit', '-q', '--allow-empty', '-m', 'sha256']);
        await mkdir(join(lane.path, '.git/objects/info'), { recursive: true });
      },
    ],
    ['a hidden branch', 'lane_unreadable', async (lane) => { await agentGit(lane, ['config', 'uploadpack.hideRefs', 'refs/heads']); }],
    ['a file with a mode nobody has', 'objects_refused', (lane) => commitOddEntry(lane, { mode: '100777', name: 'open.sh' })],
    ['a folder named .git', 'objects_refused', (lane) => commitOddEntry(lane, { mode: '100644', name: '.git' })],
    ['a folder that reads .git to another system', 'objects_refused', (lane) => commitOddEntry(lane, { mode: '100644', name: 'git~1' })],
    ['.git with a zero-width character', 'objects_refused', (lane) => commitOddEntry(lane, { mode: '100644', name: '.g\u200cit' })],
    ['a folder named ..', 'objects_refused', (lane) => commitOddEntry(lane, { mode: '100644', name: '..' })],
    ['a name with a slash', 'objects_refused', (lane) => commitOddEntry(lane, { mode: '100644', name: 'a/b' })],
    ['the same name twice', 'objects_refused', (lane) => commitOddEntry(lane, { mode: '100644', name: 'README.md' })],
    ['attributes by a link', 'objects_refused', async (lane) => commitOddEntry(lane, { mode: '120000', name: '.gitattributes', id: await object(lane, 'blob', '/etc/passwd') })],
    ['an escape sequence in a name', 'forbidden_path', (lane) => commitOddEntry(lane, { mode: '100644', name: 'a\u001b]52;c;eA==\u0007b' })],
    ['a line end in a name', 'forbidden_path', (lane) => commitOddEntry(lane, { mode: '100644', name: 'a\nb' })],
    ['a name that writes from right to left', 'forbidden_path', (lane) => commitOddEntry(lane, { mode: '100644', name: 'x\u202egnp.exe' })],
    ['a name of 4 KB', 'forbidden_path', (lane) => commitOddEntry(lane, { mode: '100644', name: 'n'.repeat(4_096) })],
    ['a name that differs by case alone', 'forbidden_path', (lane) => commitOddEntry(lane, { mode: '100644', name: 'readme.MD' })],
    ['a name that differs by its Unicode form alone', 'forbidden_path', (lane) => putFiles(lane.path, { 'src/\u00e9.ts': 'one\n', 'src/e\u0301.ts': 'other\n' })],
    ['an escape sequence in a message', 'forbidden_text', async (lane) => commitTree(lane, await agentGit(lane, ['rev-parse', 'HEAD^{tree}']), 'look\u001b]52;c;eA==\u0007')],
    ['a submodule', 'submodule_change', async (lane) => { await putFiles(lane.path, { '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = https://x.test/x\n' }); }],
    ['a link to a commit without a submodule', 'nested_repository', async (lane) => commitOddEntry(lane, { mode: '160000', name: 'vendored', id: await agentGit(lane, ['rev-parse', 'HEAD']) })],
    [
      'a repository inside of the lane',
      'nested_repository',
      async (lane) => {
        await putFiles(lane.path, { 'vendor/lib/a.c': 'int a;\n' });
        const nested = { path: join(lane.path, 'vendor/lib') };
        await agentGit(nested, ['init', '-q']);
        await agentGit(nested, ['add', '-A']);
        await agentGit(nested, ['commit', '-q', '-m', 'nested']);
      },
    ],
    ['an empty repository inside of the lane', 'nested_repository', async (lane) => { await mkdir(join(lane.path, 'vendor/new'), { recursive: true }); await agentGit({ path: join(lane.path, 'vendor/new') }, ['init', '-q']); }],
    ['content where Git LFS wants a pointer', 'lfs_content', (lane) => putFiles(lane.path, { 'assets/logo.psd': 'raw bytes\n' })],
    ['a folder whose path is too long to open', 'unreadable_files', (lane) => deepFolder(lane)],
  ];

  it.each(planted)('refuse %s (%s)', async (_name, code, plant) => {
    const lane = await newLane(shop, shop.tip);
    await plant(lane);
    const collected = await collect(lane);
    expect(collected).toMatchObject({ ok: false, refusal: { code } });
    expect(collected.ok ? '' : collected.refusal.sentence).toMatch(/\.$/);
    expect((await shop.lanes.find(lane.taskId))?.state).toBe('in_use');
  });

  it('let through what is merely unusual', async () => {
    const lane = await newLane(shop, shop.tip);
    await putFiles(lane.path, {
      'assets/logo.psd': 'version https://git-lfs.github.com/spec/v1\noid sha256:0000\nsize 3\n',
      'name with spaces & "quotes" über 👩‍👧.txt': 'x\n',
      '-rf': 'x\n',
      ':(exclude)src': 'x\n',
      'node_modules/vendored/.git/HEAD': 'ref: refs/heads/main\n',
    });
    await symlink('/etc/passwd', join(lane.path, 'link'));
    const collected = await collect(lane);
    if (!collected.ok) throw new Error(collected.refusal.sentence);
    const diff = await shop.vault.diff({ base: collected.value.base, head: collected.value.head, maxBytes: 10_000 });
    expect(diff.files.map((file) => `${file.newMode} ${file.path}`)).toEqual([
      '100644 -rf',
      '100644 :(exclude)src',
      '100644 assets/logo.psd',
      '120000 link',
      '100644 name with spaces & "quotes" über 👩‍👧.txt',
    ]);
  });

  it('judge by the one merge base, and refuse a crosswise history', async () => {
    const { vault } = shop;
    const side = await newLane(shop, shop.tip);
    await putFiles(side.path, { 'side.txt': 's\n' });
    await agentGit(side, ['add', '-A']);
    await agentGit(side, ['commit', '-q', '-m', 'side']);
    const one = await agentGit(side, ['rev-parse', 'HEAD']);
    const other = await agentGit(side, ['commit-tree', `${shop.tip}^{tree}`, '-p', shop.tip, '-m', 'other']);
    const left = await agentGit(side, ['commit-tree', `${one}^{tree}`, '-p', one, '-p', other, '-m', 'left']);
    const right = await agentGit(side, ['commit-tree', `${one}^{tree}`, '-p', other, '-p', one, '-m', 'right']);
    await agentGit(side, ['push', '-q', shop.remote, `${left}:refs/heads/epic/crossed`]);
    await vault.fetch(['epic/crossed']);
    const lane = await shop.lanes.prepare({ taskId: newId(), branch: 'maestro/crossed', upstream: 'epic/crossed', identity: side.identity, start: { kind: 'epic', tip: left } });
    if (!lane.ok) throw new Error(lane.refusal.sentence);
    // The lane does not borrow what only its sibling has.
    await agentGit(side, ['push', '-q', join(lane.value.lane.path, '.git'), `${right}:refs/heads/side`]);
    await agentGit(lane.value.lane, ['reset', '-q', '--hard', right]);
    expect(await collect(lane.value.lane)).toMatchObject({ ok: false, refusal: { code: 'multiple_merge_bases' } });
  });

  it('bound sizes, counts and the time a tree bomb takes', async () => {
    const small = await openMachine(join(shop.scratch.folder, 'small'), shop.remote, { policy: { maxFileBytes: 100_000, maxTotalBytes: 150_000, maxTreeEntries: 5_000, maxNewObjects: 50 } });
    await small.vault.fetch(['epic/shop-x1y2z3']);
    const expectCode = async (code: ImportRefusalCode, plant: (lane: Lane) => Promise<void>) => {
      const lane = await newLane(small, shop.tip);
      await plant(lane);
      expect(await small.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-1', message: 'x' })).toMatchObject({ ok: false, refusal: { code } });
    };
    await expectCode('too_large', (lane) => putFiles(lane.path, { 'big.bin': new Uint8Array(120_000) }));
    await expectCode('too_large', (lane) => putFiles(lane.path, { 'a.bin': new Uint8Array(90_000), 'b.bin': new Uint8Array(90_001) }));
    await expectCode('too_large', (lane) => putFiles(lane.path, Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`many/${index}.txt`, `${index}\n`]))));
    // Noise does not compress: the pack itself is over the limit and git is ended while it receives it.
    await expectCode('too_large', async (lane) => {
      await putFiles(lane.path, { 'noise.bin': noise(2_000_000) });
      await agentGit(lane, ['add', '-A']);
      await agentGit(lane, ['commit', '-q', '-m', 'noise']);
    });
    // Ten trees of ten entries each, one in the other: 10^10 files from some hundred bytes.
    await expectCode('too_many_files', async (lane) => {
      let entry: TreeEntry = { mode: '100644', name: 'f', id: await object(lane, 'blob', 'x\n') };
      for (let level = 0; level < 10; level += 1) {
        const below = entry;
        const id = await tree(lane, Array.from({ length: 10 }, (_, index) => ({ ...below, name: `d${index}` })));
        entry = { mode: '40000', name: 'bomb', id };
      }
      await commitOddEntry(lane, entry);
    });
  });
});

function noise(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = 1;
  for (let index = 0; index < length; index += 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    bytes[index] = state >> 16;
  }
  return bytes;
}

/** A folder that can be entered only step by step: its whole path is longer than the system takes. */
async function deepFolder(lane: Lane): Promise<void> {
  const script = `for (let step = 0; step < 24; step += 1) { fs.mkdirSync('d'.repeat(200)); process.chdir('d'.repeat(200)); } fs.writeFileSync('file', 'x');`;
  const made = await runProcess({ command: process.execPath, args: ['-e', script], cwd: lane.path, env: {} });
  if (made.code !== 0) throw new Error(made.stderr.toString('utf8'));
}
