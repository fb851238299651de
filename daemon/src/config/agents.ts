import { readFile } from 'node:fs/promises';
import { parse } from 'smol-toml';
import { z } from 'zod';

/**
 * What a person says about agents in `config.toml`:
 *
 * ```toml
 * [agents.claude]
 * program = "/opt/claude/bin/claude"   # where a known agent's program is
 * pass_env = ["MY_GATEWAY_KEY"]        # variables that it may see besides the usual ones
 *
 * [agents.mine]
 * command = "/home/you/bin/my-agent"   # any program: prompt on standard input, answer on standard output
 * args = ["--once"]
 * ```
 */
const AgentEntry = z.strictObject({
  command: z.string().min(1).optional(),
  args: z.array(z.string()).max(64).default([]),
  program: z.string().min(1).optional(),
  pass_env: z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*\*?$/)).max(64).default([]),
});
const AgentsPart = z.looseObject({ agents: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens'), AgentEntry).default({}) });

export interface AgentSettings {
  readonly commands: readonly { readonly name: string; readonly command: string; readonly args: readonly string[] }[];
  readonly programs: Readonly<Record<string, string>>;
  readonly passEnv: Readonly<Record<string, readonly string[]>>;
}

export type AgentSettingsReading = { readonly ok: true; readonly value: AgentSettings } | { readonly ok: false; readonly sentence: string };

export async function readAgentSettings(configFile: string): Promise<AgentSettingsReading> {
  const text = await readFile(configFile, 'utf8').catch(() => '');
  let parsed;
  try {
    parsed = AgentsPart.safeParse(parse(text));
  } catch (error) {
    return { ok: false, sentence: `${configFile}: ${error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error)}` };
  }
  if (!parsed.success) return { ok: false, sentence: `${configFile}: ${parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}` };
  const entries = Object.entries(parsed.data.agents);
  return {
    ok: true,
    value: {
      commands: entries.flatMap(([name, { command, args }]) => (command === undefined ? [] : [{ name, command, args }])),
      programs: Object.fromEntries(entries.flatMap(([name, { program }]) => (program === undefined ? [] : [[name, program]]))),
      passEnv: Object.fromEntries(entries.map(([name, { pass_env: names }]) => [name, names])),
    },
  };
}
