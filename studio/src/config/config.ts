import type { z } from 'zod';
import type { Knob } from './knob.js';
import { KNOBS } from './knobs.js';

type ValueOf<K> = K extends Knob<infer T> ? T : never;

/** All settings, parsed. Injected where it is needed; nothing else reads the environment. */
export type ConfigValues = { readonly [K in keyof typeof KNOBS]: ValueOf<(typeof KNOBS)[K]> };

/** Injection token and type of the configuration. */
export abstract class Config {}
 
export interface Config extends ConfigValues {}

export interface ConfigProblem {
  readonly env: string;
  readonly message: string;
}

/**
 * Parses an environment. Never throws: gives the configuration, or every problem at once.
 *
 * An empty variable counts as not set, since that is how compose files and units leave one out.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): { readonly config: Config } | { readonly problems: readonly ConfigProblem[] } {
  const entries = Object.entries(KNOBS).map(([name, knob]) => {
    const raw = environment[knob.env];
    return { name, knob, parsed: (knob.schema as z.ZodType).safeParse(raw === '' ? undefined : raw) };
  });
  const problems = entries.flatMap(({ knob, parsed }) => (parsed.success ? [] : parsed.error.issues.map(({ message }) => ({ env: knob.env, message }))));
  if (problems.length > 0) return { problems };
  const config = Object.fromEntries(entries.map(({ name, parsed }) => [name, parsed.data])) as unknown as Config;
  const conflicts = conflictsIn(config);
  return conflicts.length > 0 ? { problems: conflicts } : { config };
}

/** What each variable allows by itself and does not allow together. */
function conflictsIn(config: ConfigValues): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (config.heartbeatSeconds * 3 > config.leaseSeconds) {
    problems.push({ env: KNOBS.heartbeatSeconds.env, message: `must be at most a third of ${KNOBS.leaseSeconds.env} (${config.leaseSeconds}), so that one lost renewal does not lose the run` });
  }
  if ((config.embeddingsUrl === undefined) !== (config.embeddingsModel === undefined)) {
    const [missing, given] = config.embeddingsUrl === undefined ? [KNOBS.embeddingsUrl, KNOBS.embeddingsModel] : [KNOBS.embeddingsModel, KNOBS.embeddingsUrl];
    problems.push({ env: missing.env, message: `must be set together with ${given.env}` });
  }
  return problems;
}

/** The configuration of this process. The only place that looks at the environment. */
export function readProcessConfig(): ReturnType<typeof readConfig> {
  return readConfig(process.env);
}
