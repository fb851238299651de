import type { Knob } from './knob.js';
import { KNOBS } from './knobs.js';

/** One line of the configuration reference. */
export interface KnobReference {
  readonly env: string;
  readonly unit: string;
  readonly default: string;
  readonly doc: string;
}

/** The configuration reference as data; the documentation is generated from it. */
export function configReference(): readonly KnobReference[] {
  return Object.values<Knob<unknown>>(KNOBS).map(({ env, unit, doc, schema, defaultText }) => ({ env, unit, doc, default: defaultText ?? shown(schema.parse(undefined)) }));
}

function shown(value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return 'none';
  return String(value);
}
