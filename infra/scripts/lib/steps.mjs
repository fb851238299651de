// @ts-check
// What `npm test` does, in order, as data.

/**
 * @typedef {import('./needs.mjs').NeedId} NeedId
 * @typedef {'check' | 'vitest' | 'script'} Kind  a command that passes or fails; a vitest project; a script that counts itself
 * @typedef {{
 *   name: string,
 *   kind: Kind,
 *   command: readonly string[],
 *   fast?: boolean,
 *   uses?: readonly NeedId[],
 *   requires?: readonly NeedId[],
 *   after?: 'types' | 'build',
 *   store?: 'pglite' | 'postgres',
 *   env?: Record<string, string>,
 *   onlyWhenAsked?: boolean,
 *   together?: boolean,
 * }} Step
 */

/**
 * `uses`: tests inside skip themselves without it. `requires`: the step cannot run at all without it.
 * `together`: it disturbs no neighbour that says the same, so they run side by side; the longest stand first.
 * `after`: it runs what that step compiles. `fast`: belongs to `npm run check`.
 *
 * @type {readonly Step[]}
 */
const STEPS = [
  { name: 'build', kind: 'check', command: ['turbo', 'run', 'build', '--continue=dependencies-successful', '--output-logs=errors-only'] },
  { name: 'types', kind: 'check', command: ['tsc', '-b'], fast: true },
  { name: 'lint', kind: 'check', command: ['eslint', '--max-warnings', '0', '.'], fast: true, together: true },
  { name: 'arrows', kind: 'check', command: ['npm', 'run', '--silent', 'arrows'], fast: true, together: true },
  { name: 'unused', kind: 'check', command: ['knip'], fast: true, together: true },
  { name: 'rules', kind: 'check', command: ['node', 'infra/dist/scripts/house-rules.js'], fast: true, together: true, after: 'types' },
  { name: 'docs', kind: 'check', command: ['node', 'infra/dist/scripts/docs.js', '--check'], fast: true, together: true, after: 'build' },
  { name: 'unit', kind: 'vitest', command: ['unit'], fast: true, together: true },
  { name: 'integration', kind: 'vitest', command: ['integration'], uses: ['postgres', 'redis', 'sandbox', 'terminal', 'processes'], after: 'build' },
  { name: 'e2e', kind: 'vitest', command: ['e2e'], store: 'pglite', env: { MAESTRO_E2E_STORE: 'embedded' }, uses: ['sandbox', 'terminal', 'processes'], after: 'build' },
  {
    name: 'e2e',
    kind: 'vitest',
    command: ['e2e'],
    store: 'postgres',
    env: { MAESTRO_E2E_STORE: 'postgres' },
    uses: ['proxy', 'sandbox', 'terminal', 'processes'],
    requires: ['postgres', 'redis'],
    after: 'build',
  },
  { name: 'browser', kind: 'vitest', command: ['browser'], env: { MAESTRO_E2E_STORE: 'embedded' }, uses: ['sandbox', 'processes'], requires: ['browser'], after: 'build' },
  { name: 'agents', kind: 'script', command: ['node', 'infra/scripts/test-agents.mjs'], after: 'build', onlyWhenAsked: true },
];

/** @param {Step} step @returns {string} the name that people see */
export function label(step) {
  return step.store === undefined ? step.name : `${step.name} on ${step.store}`;
}

/**
 * @typedef {{ only?: string[], fast?: boolean, agents?: boolean, db?: string }} Selection
 * @param {Selection} selection
 * @returns {Step[]}
 */
export function selectSteps({ only, fast = false, agents = false, db }) {
  const asked = STEPS.filter((step) => {
    if (db !== undefined && step.store !== undefined && step.store !== db) return false;
    if (only !== undefined) return only.includes(step.name);
    if (fast) return step.fast === true;
    return step.onlyWhenAsked !== true || agents;
  });
  // A step that runs compiled programs brings along the step that compiles them, whatever was asked.
  return STEPS.filter((step) => asked.includes(step) || asked.some((other) => other.after === step.name));
}

/**
 * @param {readonly string[]} args
 * @returns {Selection | { error: string }}
 */
export function parseArguments(args) {
  const selection = /** @type {Selection} */ ({});
  const names = [...new Set(STEPS.map((step) => step.name))];
  for (let i = 0; i < args.length; i++) {
    const [flag, inline] = (args[i] ?? '').split('=', 2);
    const value = () => inline ?? args[++i] ?? '';
    if (flag === '--fast') selection.fast = true;
    else if (flag === '--agents') selection.agents = true;
    else if (flag === '--db') selection.db = value();
    else if (flag === '--only') selection.only = value().split(',');
    else return { error: `unknown option ${args[i]}; there are --only <${names.join('|')}>, --db <pglite|postgres>, --fast and --agents` };
  }
  const unknown = selection.only?.find((name) => !names.includes(name));
  if (unknown !== undefined) return { error: `--only knows ${names.join(', ')}; not "${unknown}"` };
  if (selection.db !== undefined && !['pglite', 'postgres'].includes(selection.db)) return { error: `--db is pglite or postgres; not "${selection.db}"` };
  return selection;
}
