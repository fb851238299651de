/** The whole environment of this process as plain values; the only other reader of `process.env` would be a second place to look for a setting. */
export function readEnvironment(): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined) values[name] = value;
  }
  return values;
}
