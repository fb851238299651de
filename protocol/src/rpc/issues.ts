import type { z } from 'zod';
import type { WireIssue } from './errors.js';

const MAX_ISSUES = 20;
const MAX_PATH = 300;
const MAX_MESSAGE = 300;

/** Zod's issues for the wire: bounded in number and length, since both grow with what the sender sent. */
export function formatIssues(error: z.ZodError): WireIssue[] {
  return error.issues.slice(0, MAX_ISSUES).map((issue) => ({
    path: formatPath(issue.path).slice(0, MAX_PATH),
    message: issue.message.slice(0, MAX_MESSAGE),
  }));
}

/** `['runs', 0, 'epoch']` reads `runs[0].epoch`; the whole value is the empty path. */
export function formatPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? String(part) : `.${String(part)}`;
  }
  return text;
}
