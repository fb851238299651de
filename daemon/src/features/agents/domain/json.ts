/** Reading JSON whose shape nobody promised: every function gives `undefined` instead of throwing. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** The object that a line holds, or `undefined` if it is anything else. */
export function parseObject(line: string): JsonObject | undefined {
  try {
    return asObject(JSON.parse(line));
  } catch {
    return undefined;
  }
}

export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

export function objectAt(value: JsonObject | undefined, key: string): JsonObject | undefined {
  return asObject(own(value, key));
}

export function textAt(value: JsonObject | undefined, key: string): string | undefined {
  const found = own(value, key);
  return typeof found === 'string' ? found : undefined;
}

/** A finite number, or `undefined`. */
export function numberAt(value: JsonObject | undefined, key: string): number | undefined {
  const found = own(value, key);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

/** A count as the wire wants it: whole and not negative; anything else is 0. */
export function countAt(value: JsonObject | undefined, key: string): number {
  return Math.max(0, Math.trunc(numberAt(value, key) ?? 0));
}

export function listAt(value: JsonObject | undefined, key: string): readonly unknown[] {
  const found = own(value, key);
  return Array.isArray(found) ? found : [];
}

function own(value: JsonObject | undefined, key: string): unknown {
  return value !== undefined && Object.hasOwn(value, key) ? value[key] : undefined;
}
