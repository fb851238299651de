import { StandardSchemaValidationPipe } from '@nestjs/common';
import { refuse } from '@maestro/protocol';
import { RefusalError } from './refusal-error.js';

const MAX_ISSUES = 20;
const MAX_TEXT = 300;

/** One thing wrong with a request: where, as `phases[0].title`, and what. */
interface FieldIssue {
  readonly path: string;
  readonly message: string;
}

type Issue = Readonly<{ message: string; path?: readonly (PropertyKey | Readonly<{ key: PropertyKey }>)[] | undefined }>;

/**
 * The global pipe. A parameter says its schema, `@Body({ schema: CreateWorkspace }) body: CreateWorkspace`, and the handler gets the parsed
 * value: unknown members dropped, defaults filled in. What does not fit is refused with 400 `invalid_request` and every field at once.
 */
export function validationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) =>
      new RefusalError(refuse('invalid', 'invalid_request', sentenceOf(issues), { issues: issues.slice(0, MAX_ISSUES).map(fieldIssue) }).refusal),
  });
}

function sentenceOf(issues: readonly Issue[]): string {
  const [first] = issues.map(fieldIssue);
  if (first === undefined) return 'The request does not fit its schema.';
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return `${first.path === '' ? 'The request' : first.path}: ${first.message}${more}`;
}

/** Bounded, since both path and message can grow with what was sent. */
function fieldIssue(issue: Issue): FieldIssue {
  return { path: pathOf(issue).slice(0, MAX_TEXT), message: issue.message.slice(0, MAX_TEXT) };
}

function pathOf(issue: Issue): string {
  return (issue.path ?? [])
    .map((part) => (typeof part === 'object' ? part.key : part))
    .reduce<string>((path, key) => (typeof key === 'number' ? `${path}[${key}]` : path === '' ? String(key) : `${path}.${String(key)}`), '');
}
