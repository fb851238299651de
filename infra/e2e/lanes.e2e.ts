import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEventItem } from '@maestro/protocol';
import { describe, expect } from 'vitest';
import { git } from '../rig/sample/repository.js';
import { DEEP, HIDDEN, NAMES, NESTED, plantPrograms, rounds } from './data/hostile-lanes.js';
import type { Purposes, Scene, ScenePlan } from './harness/index.js';
import { does, run, say, stage, when, write } from './harness/index.js';

describe('lanes that are hostile', () => {
  const { scenario, site } = stage();

  scenario('seven hostile lanes of one plan, and a lane after them', ['R-lane-programs', 'R-lane-redirected', 'R-lane-outside', 'R-lane-names', 'R-lane-nested', 'R-lane-hidden', 'R-lane-unreadable', 'R-lane-after'], async (scene) => {
    const desk = await site().machine();
    await scene.begin({ machines: [{ at: desk, args: ['--capacity', '7'] }] });
    const { ran, evil, outside, foreign, secret } = await surroundings(scene);
    const borrowed = `git rev-parse HEAD > '${scene.path('was')}'; echo '${foreign}/.git/objects' >> .git/objects/info/alternates; git reset -q --soft ${secret}; echo x > redirected.txt`;
    const redirected = `b=$(git branch --show-current); git -C '${foreign}' branch -f "$b" ${secret}; mv .git '${scene.path('away')}'; printf 'gitdir: %s\\n' '${foreign}/.git' > .git; echo x > redirected.txt`;
    const scripts: Readonly<Record<string, Purposes>> = {
      programs: { implement: does(run(plantPrograms(evil, scene.path('included'))), write('programs.txt', 'programs\n')) },
      redirected: {
        implement: [
          when({ attempt: 1 }, run(redirected)),
          when({ attempt: 2 }, run(`rm .git; mv '${scene.path('away')}' .git; ${borrowed}`)),
          when({ attempt: 3 }, run(`: > .git/objects/info/alternates.new; head -n 1 .git/objects/info/alternates > .git/objects/info/alternates.new; mv .git/objects/info/alternates.new .git/objects/info/alternates; git update-ref HEAD $(cat '${scene.path('was')}'); git read-tree HEAD; rm -f secret.txt`), write('redirected.txt', 'back\n')),
        ],
      },
      outside: { implement: does(run(`ln -s '${outside}' out; ln -s /etc/passwd passwd; mkdir -p gone && rmdir gone && ln -s '${outside}' gone`), write('outside.txt', 'outside\n')) },
      names: { implement: does(run(rounds(scene.path('names'), ...NAMES))) },
      nested: { implement: does(run(`RAN='${ran}'; ${rounds(scene.path('nested'), ...NESTED)}`)) },
      hidden: { implement: does(run(HIDDEN)) },
      unreadable: { implement: [when({ attempt: 1 }, run(DEEP)), when({ attempt: 2 }, run('rm -rf $(printf "%0200d" 0)'), write('unreadable.txt', 'read\n'))] },
    };
    const plan = await scene.activePlan(Object.fromEntries(Object.entries(scripts).map(([name, script]) => [name, { script }])));
    await plan.allReach('done');

    const epic = (await plan.tree()).epicBranch ?? '';
    const files = (await scene.origin.git('-c', 'core.quotePath=false', 'ls-tree', '-r', '--name-only', '-z', epic)).split('\0').filter((name) => name !== '').sort();
    expect(files).toEqual(['-rf', ':(exclude)x', 'Case.txt', 'README.md', 'gone', 'hidden.txt', 'nested.txt', 'out', 'outside.txt', 'passwd', 'programs.txt', 'programs/.gitattributes', 'programs/code.txt', 'redirected.txt', 'unreadable.txt', 'vendor/lib/a.c', `${'7'.padStart(240, '0')}`, '\u00e9.txt'].sort());
    expect(await scene.origin.file(epic, 'README.md')).toContain('changed');
    expect(await scene.origin.file(epic, 'redirected.txt')).toBe('back');
    expect(await scene.origin.file(epic, 'out'), 'the link itself, and nothing that it leads to').toBe(outside);
    // Each round was refused, and the last one taken.
    expect(await collections(scene, plan, 'names')).toEqual([NAMES.length]);
    expect(await collections(scene, plan, 'nested')).toEqual([NESTED.length]);
    expect(await collections(scene, plan, 'redirected')).toEqual([1, 1, 1]);
    expect(await collections(scene, plan, 'unreadable')).toEqual([1, 1]);

    expect(await readdir(outside)).toEqual(['keep.txt']);
    expect(await holds(scene.origin.bare, secret), 'somebody else’s commit went nowhere').toBe(false);
    for (const vault of await vaults(desk.home)) expect(await holds(vault, secret)).toBe(false);
    expect(existsSync(ran) ? await readFile(ran, 'utf8') : '', 'no program of a lane was run').toBe('');
    const lane = await laneOf(scene, plan, 'programs');
    await git(lane, ['status']).catch(() => undefined);
    expect(existsSync(ran), 'what was planted works: git in the lane runs it').toBe(true);

    await plan.releases();
    const next = await scene.activePlan({ after: { script: { implement: does(run('test -z "$(git status --porcelain --ignored)" && test -z "$(git config core.fsmonitor)" && test "$(ls -A .git/hooks)" = ""'), write('after.txt', 'after\n'), say('Clean.')) } } }, 'Afterwards');
    await next.reaches('after', 'done');
    expect((await next.runs('after', 'implement')).map(({ status }) => status)).toEqual(['succeeded']);
  });
});

/** What lies around the lanes: a program that tells when it runs, a folder that is nobody's business, and somebody else's repository. */
async function surroundings(scene: Scene) {
  const [ran, evil, outside, foreign] = [scene.path('ran'), scene.path('evil.sh'), scene.path('private'), scene.path('foreign')];
  await writeFile(evil, `#!/bin/sh\necho "$0 $*" >> '${ran}'\nexit 1\n`);
  await chmod(evil, 0o755);
  await mkdir(outside);
  await writeFile(join(outside, 'keep.txt'), 'keep\n');
  await git(scene.path(''), ['clone', '-q', scene.origin.bare, foreign]);
  await writeFile(join(foreign, 'secret.txt'), 'the private content\n');
  await git(foreign, ['add', '-A']);
  await git(foreign, ['-c', 'user.name=Eve', '-c', 'user.email=eve@example.com', 'commit', '-q', '-m', 'private']);
  const secret = await git(foreign, ['rev-parse', 'HEAD']);
  await git(foreign, ['checkout', '-q', '--detach']);
  return { ran, evil, outside, foreign, secret };
}

/** How often each of the task's runs handed its lane in. */
async function collections(scene: Scene, plan: ScenePlan, name: string): Promise<readonly number[]> {
  const counts: number[] = [];
  for (const { id } of await plan.runs(name, 'implement')) {
    const { data } = await scene.api.get<{ data: RunEventItem[] }>(`/runs/${id}/events?limit=500`);
    counts.push(data.filter(({ kind, payload }) => kind === 'phase' && payload['phase'] === 'collect').length);
  }
  return counts;
}

const holds = (repository: string, commit: string): Promise<boolean> => git(repository, ['--git-dir=.', 'cat-file', '-e', commit]).then(() => true, () => false);

async function vaults(home: string): Promise<readonly string[]> {
  const found = (await readdir(home, { recursive: true })).filter((path) => path.endsWith('vault.git'));
  expect(found.length).toBeGreaterThan(0);
  return found.map((path) => join(home, path));
}

async function laneOf(scene: Scene, plan: ScenePlan, name: string): Promise<string> {
  const { machine } = await scene.site.machine();
  const { lanes } = JSON.parse((await machine.maestro(['lane', 'list', '--json'])).stdout) as { lanes: { taskId: string; path: string }[] };
  return lanes.find(({ taskId }) => taskId === plan.taskId(name))?.path ?? 'none';
}
