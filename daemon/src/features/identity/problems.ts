import { Problem } from '@maestro/protocol';
import type { HttpAnswer } from '../../platform/http.js';
import type { SignInProblem } from './identity.types.js';

/** What an unwelcome answer says, in the studio's own words where it has some. */
export function problemOf(answer: HttpAnswer, otherwise: string): Extract<SignInProblem, { kind: 'refused' }> {
  const problem = Problem.safeParse(answer.body);
  const code = problem.success ? problem.data.code : `http_${answer.status}`;
  return {
    kind: 'refused',
    code,
    status: answer.status,
    sentence: problem.success ? problem.data.detail : `${otherwise} (HTTP ${answer.status})`,
    remedy: remedyFor(code, answer.status),
  };
}

function remedyFor(code: string, status: number): string {
  if (code === 'invite_used') return 'ask for a new invite: each works once';
  if (code === 'invite_expired') return 'ask for a new invite';
  if (status >= 500 || status === 429) return 'try again in a moment';
  return 'check that the invite was copied whole';
}
