import { execFile } from 'node:child_process';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect } from 'vitest';
import { append, approve, does, expectPrompt, reject, resolve, run, say, stage, when, write } from './harness/index.js';

/** Small, without dependencies, and its tests come with it and need nothing but Node. */
const PACKAGE = 'jsonpointer@2.0.0';

/** The package as it was published, from whatever registry npm is set up with. */
async function published(folder: string): Promise<Readonly<Record<string, string>>> {
  const exec = promisify(execFile);
  await mkdir(folder, { recursive: true });
  const { stdout } = await exec('npm', ['pack', PACKAGE, '--silent', '--pack-destination', folder], { cwd: folder });
  await exec('tar', ['-xzf', join(folder, stdout.trim())], { cwd: folder });
  const root = join(folder, 'package');
  const names = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(root, name), 'utf8')] as const)));
}

const HAS = "\nexports.has = function(obj, pointer) {\n  return get(obj, pointer) !== null;\n}\n";
const ESCAPE = "\nexports.escape = function(part) {\n  return part.replace(/~/g, '~0').replace(/\\//g, '~1');\n}\n";

describe('a repository that nobody here wrote', () => {
  const { scenario } = stage();

  scenario('three changes to a published package, judged by its own tests', ['R-foreign'], async (scene) => {
    const files = await published(scene.path('published'));
    const source = files['jsonpointer.js'] ?? '';
    expect(files, 'its own tests are part of it').toHaveProperty(['test.js']);
    await scene.begin({ files, policy: { validationCommands: [{ name: 'tests', command: ['sh', '-c', 'for each in test*.js; do node "$each" || exit 1; done'], timeoutSeconds: 60 }] } });
    const gate = scene.gate();
    const plan = await scene.activePlan({
      has: { script: { implement: does(append('jsonpointer.js', HAS), write('test-has.js', "require('assert')(require('./jsonpointer').has({ a: 1 }, '/a'));\n"), run('node test.js && node test-has.js')) } },
      escape: {
        script: {
          implement: [
            when({ repair: 1 }, resolve('jsonpointer.js', source + HAS + ESCAPE), run('node test.js')),
            when({ revision: 1 }, expectPrompt('a test'), write('test-escape.js', "require('assert').equal(require('./jsonpointer').escape('a/b~'), 'a~1b~0');\n")),
            when({}, append('jsonpointer.js', ESCAPE)),
          ],
          review: [{ when: { revision: 0 }, steps: [reject('It needs a test')] }, { when: { repair: 0 }, steps: [...gate.steps, approve] }, { steps: [run('node test.js && node test-escape.js'), approve] }],
        },
      },
      prototypes: {
        after: ['has'],
        script: {
          implement: [
            // The package's own test says what is wrong with the first try.
            when({ turn: 2 }, expectPrompt('AssertionError'), { replace: { path: 'jsonpointer.js', find: 'if(!part.hasOwnProperty(obj)) {', with: 'if(!Object.prototype.hasOwnProperty.call(obj, part)) {' } }, say('The other way round.')),
            when({}, { replace: { path: 'jsonpointer.js', find: 'if(!obj.hasOwnProperty(part)) {', with: 'if(!part.hasOwnProperty(obj)) {' } }, write('test-prototypes.js', "var bare = Object.create(null);\nbare.a = 1;\nrequire('assert').equal(require('./jsonpointer').get(bare, '/a'), 1);\n")),
          ],
        },
      },
    });
    await gate.reached();
    await plan.reaches('has', 'done');
    await gate.open();
    await plan.allReach('done');
    expect([await plan.task('escape'), await plan.task('prototypes')].map(({ revisions, repairs }) => ({ revisions, repairs }))).toEqual([{ revisions: 1, repairs: 1 }, { revisions: 0, repairs: 0 }]);
    await plan.releases();
    const result = (await scene.origin.git('show', 'main:jsonpointer.js')) + '\n';
    expect(result).toBe((source + HAS + ESCAPE).replace('if(!obj.hasOwnProperty(part)) {', 'if(!Object.prototype.hasOwnProperty.call(obj, part)) {'));
    expect((await scene.origin.git('ls-tree', '--name-only', 'main')).split('\n')).toEqual([...Object.keys(files), 'test-escape.js', 'test-has.js', 'test-prototypes.js'].sort());
  });
});
