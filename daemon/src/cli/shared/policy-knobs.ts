import { Policy } from '@maestro/protocol';
import type { ProjectView } from '@maestro/protocol';
import type { UpdateProject } from '@maestro/protocol';
import { failure } from '../failure.js';
import { nearest } from '../nearest.js';

/** What of a project can be set besides its policy. */
const OWN = ['name', 'baseBranch'] as const;
export const KNOBS: readonly string[] = Object.keys(Policy.shape);

/** Every value of a policy under its dotted name, such as `budget.task.usd`. */
export function flatten(policy: Policy): readonly (readonly [string, string])[] {
  return Object.entries(policy).flatMap(([knob, value]) => flattened(knob, value));
}

function flattened(name: string, value: unknown): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[name, shown(value)]];
  const inner = Object.entries(value);
  return inner.length === 0 ? [[name, 'none']] : inner.flatMap(([key, each]) => flattened(`${name}.${key}`, each));
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : JSON.stringify(value);
  return String(value);
}

/**
 * The change that sets `name` to what `text` says. Of a knob with parts the one that is named is sent, whole, and the studio keeps the others;
 * `none` takes an optional part away. Values are checked by the policy's own schema, before the studio is asked.
 */
export function changeOf(name: string, text: string, project: Pick<ProjectView, 'policy'>): UpdateProject {
  if (name === 'name' || name === 'baseBranch') return { [name]: text };
  const [knob = '', ...parts] = name.split('.');
  if (!KNOBS.includes(knob)) {
    const known = [...OWN, ...KNOBS];
    throw failure('usage', `There is no "${name}" to set.`, nearest(knob, known) ?? `one of ${known.join(', ')}`);
  }
  const current = project.policy[knob as keyof Policy] as unknown;
  const wanted = parts.length === 0 ? valueOf(text) : withPart(structuredClone(current), parts, valueOf(text), name);
  const checked = Policy.shape[knob as keyof typeof Policy.shape].safeParse(wanted);
  if (checked.success) return { policy: { [knob]: sent(checked.data, parts[0]) } };
  const [issue] = checked.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? name : `${knob}.${issue.path.join('.')}`;
  throw failure('usage', `${where} cannot be ${text}: ${issue?.message ?? 'it is not valid'}.`, `maestro project show, which shows the values it has now`);
}

function sent(value: unknown, part: string | undefined): unknown {
  return part === undefined || !isRecord(value) ? value : { [part]: value[part] };
}

function withPart(whole: unknown, parts: readonly string[], value: unknown, name: string): unknown {
  let at = whole;
  for (const part of parts.slice(0, -1)) at = isRecord(at) && Object.hasOwn(at, part) ? at[part] : undefined;
  const last = parts.at(-1);
  if (!isRecord(at) || last === undefined) throw failure('usage', `There is no "${name}" to set.`, 'maestro project show, which lists every name');
  if (value === undefined) delete at[last];
  else at[last] = value;
  return whole;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON where it can be read as JSON, else text: `4`, `on_overlap` and `[{"name":…}]` all mean what they look like. */
function valueOf(text: string): unknown {
  if (text === 'none') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
