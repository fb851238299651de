import { readFile } from 'node:fs/promises';
import { parse } from 'smol-toml';
import { z } from 'zod';

/**
 * What a person says about agents, and about how much this machine takes, in `config.toml`:
 *
 * ```toml
 * [machine]
 * at_once = 4                          # runs at once, over all projects and teams
 *
 * [agents.claude]
 * program = "/opt/claude/bin/claude"   # where a known agent's program is
 * pass_env = ["MY_GATEWAY_KEY"]        # variables that it may see besides the usual ones
 * at_once = 2                          # runs at once with this agent, over all projects and teams
 *
 * [agents.mine]
 * command = "/home/you/bin/my-agent"   # any program: prompt on standard input, answer on standard output
 * args = ["--once"]
 * ```
 */
const AtOnce = z.number().int().min(0).max(64).optional();
const AgentEntry = z.strictObject({
  at_once: AtOnce,
  command: z.string().min(1).optional(),
  args: z.array(z.string()).max(64).default([]),
  program: z.string().min(1).optional(),
  pass_env: z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*\*?$/)).max(64).default([]),
});
const AgentsPart = z.looseObject({
  machine: z.strictObject({ at_once: AtOnce }).default({}),
  agents: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens'), AgentEntry).default({}),
});

/** Runs at once on this machine, over all its sessions; what is absent has no limit. */
export interface MachineSlots {
  readonly machine: number | undefined;
  readonly agents: Readonly<Record<string, number>>;
}

export interface AgentSettings {
  readonly commands: readonly { readonly name: string; readonly command: string; readonly args: readonly string[] }[];
  readonly programs: Readonly<Record<string, string>>;
  readonly passEnv: Readonly<Record<string, readonly string[]>>;
  readonly slots: MachineSlots;
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
      slots: { machine: parsed.data.machine.at_once, agents: Object.fromEntries(entries.flatMap(([name, { at_once: slots }]) => (slots === undefined ? [] : [[name, slots]]))) },
      passEnv: Object.fromEntries(entries.map(([name, { pass_env: names }]) => [name, names])),
    },
  };
}
