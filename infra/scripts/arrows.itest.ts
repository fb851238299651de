import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TempFolder } from '../test-support/index.js';
import { makeTempFolder } from '../test-support/index.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A small repository. Each file that breaks a rule is named for the rule it breaks; the others break none. */
const FILES: Record<string, string> = {
  'node_modules/typeorm/package.json': '{ "name": "typeorm", "version": "1.0.0", "main": "index.js" }',
  'node_modules/typeorm/index.js': 'module.exports = {};',
  'node_modules/zod/package.json': '{ "name": "zod", "version": "4.0.0", "main": "index.js" }',
  'node_modules/zod/index.js': 'module.exports = {};',
  'node_modules/@opentelemetry/api/package.json': '{ "name": "@opentelemetry/api", "version": "1.0.0", "main": "index.js" }',
  'node_modules/@opentelemetry/api/index.js': 'module.exports = {};',
  'protocol/src/index.ts': `import 'zod'; export const word = 1;`,
  'protocol/src/protocol-is-a-leaf.ts': `import 'node:fs';`,
  'daemon/src/features/runs/index.ts': `export const runs = 1;`,
  'daemon/src/platform/process.ts': `import 'node:child_process';`,
  'daemon/src/platform/one-place-spawns.ts': `import 'node:child_process';`,
  'daemon/src/platform/tracing.ts': `import '@opentelemetry/api'; export const tracing = 1;`,
  'daemon/src/platform/one-file-knows-opentelemetry.ts': `import '@opentelemetry/api';`,
  'daemon/src/platform/opentelemetry-loads-late.ts': `import './tracing.js';`,
  'daemon/src/platform/loads-it-late.ts': `export const tracing = import('./tracing.js');`,
  'daemon/src/platform/no-runtime-cycle.ts': `import './no-runtime-cycle.back.js'; export const a = 1;`,
  'daemon/src/platform/no-runtime-cycle.back.ts': `import './no-runtime-cycle.js'; export const b = 1;`,
  'studio/src/apps-never-import-apps.ts': `import '../../daemon/src/features/runs/index.js';`,
  'studio/src/outsiders-use-index.ts': `import './features/plans/plans.service.js';`,
  'studio/src/platform/platform-knows-no-feature.ts': `import '../features/plans/index.js';`,
  'studio/src/platform/database/database.ts': `import 'typeorm';`,
  'studio/src/platform/database/repository-access.ts': `import 'typeorm'; export const rows = 1;`,
  'studio/src/features/plans/index.ts': `export { plans } from './plans.service.js';`,
  'studio/src/features/plans/plans.service.ts': `import './domain/plan.js'; import './plans.repository.js'; export const plans = 1;`,
  'studio/src/features/plans/plans.repository.ts': `import 'typeorm'; import '../../platform/database/repository-access.js'; export const repository = 1;`,
  'studio/src/features/plans/orm-only-in-repositories.ts': `import 'typeorm';`,
  'studio/src/features/plans/sql-only-in-repositories.ts': `import '../../platform/database/repository-access.js';`,
  'studio/src/features/plans/controllers-stay-thin.controller.ts': `import './plans.repository.js';`,
  'studio/src/features/plans/source-never-imports-tests.ts': `import './plans.test.js';`,
  'studio/src/features/plans/plans.test.ts': `import 'node:fs'; import './domain/plan.js'; export const t = 1;`,
  'studio/src/features/plans/domain/plan.ts': `import '../../../../../protocol/src/index.js'; export const plan = 1;`,
  'studio/src/features/plans/domain/domain-is-pure.ts': `import '../plans.repository.js';`,
  'studio/src/features/tasks/index.ts': `import '../plans/index.js';`,
  'studio/src/features/tasks/features-meet-at-index.ts': `import '../plans/plans.service.js';`,
};

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

describe('the arrows', () => {
  let folder: TempFolder;
  let violations: readonly Violation[];

  beforeAll(async () => {
    folder = await makeTempFolder('arrows');
    await cp(join(root, 'tsconfig.base.json'), join(folder.path, 'tsconfig.base.json'));
    for (const [path, text] of Object.entries(FILES)) {
      await mkdir(dirname(join(folder.path, path)), { recursive: true });
      await writeFile(join(folder.path, path), text);
    }
    violations = await cruise(folder.path);
  });
  afterAll(() => folder.remove());

  it('catch a planted break of every rule', async () => {
    const { default: config } = (await import(join(root, '.dependency-cruiser.cjs'))) as { default: { forbidden: { name: string }[] } };
    const caught = violations.filter((violation) => violation.rule.name === ruleOf(violation.from)).map((violation) => violation.rule.name);
    expect(new Set(caught)).toEqual(new Set(config.forbidden.map((rule) => rule.name)));
  });

  it('complain about nothing else', () => {
    expect(violations.filter((violation) => violation.rule.name !== ruleOf(violation.from))).toEqual([]);
  });
});

/** The file's name up to the first dot. */
function ruleOf(path: string): string {
  return path.split('/').at(-1)?.split('.')[0] ?? '';
}

async function cruise(cwd: string): Promise<readonly Violation[]> {
  const args = ['--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json', 'protocol/src', 'studio/src', 'daemon/src'];
  const output = await new Promise<string>((resolve) => {
    // It ends with the number of errors, which are what this test wants.
    execFile(join(root, 'node_modules', '.bin', 'depcruise'), args, { cwd, maxBuffer: 64e6 }, (_, stdout) => resolve(stdout));
  });
  return (JSON.parse(output) as { summary: { violations: Violation[] } }).summary.violations;
}
