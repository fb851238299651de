import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { RehearsalScript } from './script.js';

/** Reads a script file, YAML or JSON. A problem is one sentence that names the file and the place. */
export async function readScript(path: string): Promise<{ readonly script: RehearsalScript } | { readonly problem: string }> {
  let value: unknown;
  try {
    value = parse(await readFile(path, 'utf8'));
  } catch (error) {
    return { problem: `The rehearsal script ${path} could not be read: ${error instanceof Error ? error.message : String(error)}` };
  }
  const checked = RehearsalScript.safeParse(value);
  if (checked.success) return { script: checked.data };
  const issues = checked.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  return { problem: `The rehearsal script ${path} is not valid. ${issues.join('; ')}` };
}
