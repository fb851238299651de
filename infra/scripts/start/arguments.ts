import { isAbsolute, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../rig/folders.js';

/** What `npm start` was asked for. */
export interface StartOptions {
  /** End when the plan has ended, with 0 only when it completed. */
  readonly once: boolean;
  readonly json: boolean;
  /** A repository of the user's own, and what to do in it. Absent: the sample. */
  readonly own: { readonly repo: string; readonly work: { readonly plan: string } | { readonly goal: string }; readonly agent: string } | undefined;
  readonly port: number;
  readonly dataDir: string;
  readonly home: string;
}

export const USAGE = `usage: npm start -- [--once] [--json] [--repo <path|url> (--plan <file> | --goal <text>) --agent <name>]

  --once            end when the plan has ended (exit 0 only when it completed); otherwise everything stays up until Ctrl-C
  --json            one JSON object per line: progress, and a summary as the last line
  --repo            work on your own repository instead of the sample: a path or a clone URL
  --plan, --goal    a plan file (YAML, JSON or Markdown), or a goal for which the agent writes the plan
  --agent           claude, codex, gemini, … ; "maestro doctor" lists what is installed

  MAESTRO_PORT (4680), MAESTRO_DATA_DIR and MAESTRO_HOME say where it listens and where it keeps things.
`;

/** @returns the options, or one sentence that says what is wrong with them */
export function parseStartArguments(argv: readonly string[], env: NodeJS.ProcessEnv): StartOptions | { readonly problem: string } | 'help' {
  const parsed = read(argv);
  if (typeof parsed === 'string') return { problem: parsed };
  const { values } = parsed;
  if (values.help === true) return 'help';
  const own = ownWork(values);
  if (typeof own === 'string') return { problem: own };
  const port = Number(env['MAESTRO_PORT'] ?? '4680');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return { problem: `MAESTRO_PORT is "${env['MAESTRO_PORT']}"; it must be a port from 0 to 65535.` };
  const dataDir = resolve(env['MAESTRO_DATA_DIR'] ?? join(ROOT, '.maestro'));
  const home = resolve(env['MAESTRO_HOME'] ?? join(dataDir, 'machine'));
  return { once: values.once === true, json: values.json === true, own, port, dataDir, home };
}

const OPTIONS = {
  once: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  repo: { type: 'string' },
  plan: { type: 'string' },
  goal: { type: 'string' },
  agent: { type: 'string' },
} as const;
type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

function read(argv: readonly string[]): { values: Values } | string {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: false });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function ownWork({ repo, plan, goal, agent }: Values): StartOptions['own'] | string {
  if (repo === undefined) return plan === undefined && goal === undefined && agent === undefined ? undefined : 'Say which repository with --repo <path|url>.';
  if (agent === undefined) return 'Say which agent works on your repository with --agent <name>, such as --agent claude.';
  if ((plan === undefined) === (goal === undefined)) return 'Give either --plan <file> or --goal <text>.';
  const work = plan === undefined ? { goal: goal ?? '' } : { plan: resolve(plan) };
  return { repo: /^[a-z+]+:\/\/|^[^/]+@[^/]+:/i.test(repo) ? repo : isAbsolute(repo) ? repo : resolve(repo), work, agent };
}
