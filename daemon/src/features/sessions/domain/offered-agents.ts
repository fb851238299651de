/** Agents that are there on every machine and never meant unless somebody names them: a script, and a person. */
const ONLY_BY_NAME: ReadonlySet<string> = new Set(['rehearsal', 'manual']);

interface Detected {
  readonly name: string;
  readonly installed: boolean;
  readonly version?: string;
  readonly problem?: string;
}

export interface OfferedAgent {
  readonly name: string;
  readonly version?: string;
  /** Runs at once with it on this machine. */
  readonly slots?: number;
}

export type OfferedAgents =
  | { readonly ok: true; readonly offers: readonly OfferedAgent[] }
  | { readonly ok: false; readonly sentence: string };

/** The agents that a session offers: those named, or all that are installed. A name that does not work is an error, not left out in silence. */
export function offeredAgents(detected: readonly Detected[], named: readonly string[], slots: Readonly<Record<string, number>>): OfferedAgents {
  for (const name of named) {
    const found = detected.find((agent) => agent.name === name);
    if (found === undefined) return { ok: false, sentence: `There is no agent "${name}". Known: ${detected.map((agent) => agent.name).join(', ')}.` };
    if (!found.installed || found.problem !== undefined) return { ok: false, sentence: `The agent "${name}" cannot be used: ${found.problem ?? 'it is not installed here.'}` };
  }
  const chosen = detected.filter((agent) => (named.length > 0 ? named.includes(agent.name) : agent.installed && agent.problem === undefined && !ONLY_BY_NAME.has(agent.name)));
  return { ok: true, offers: chosen.map(({ name, version }) => ({ name, ...(version === undefined ? {} : { version: version.slice(0, 80) }), ...(slots[name] === undefined ? {} : { slots: slots[name] }) })) };
}
