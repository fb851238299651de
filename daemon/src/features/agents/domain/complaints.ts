import { FailureClass } from '@maestro/protocol';
import type { AgentEnd } from './events.js';
import { shorten } from './events.js';
import { limitEnds, saysLimitReached } from './quota.js';

/** What is needed to read times in an agent's complaint: see `limitEnds`. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** IANA time zone of the machine. */
  readonly zone: string;
}

const NOT_SIGNED_IN =
  /not (?:logged|signed) in|please (?:run )?\/?log ?in|(?:invalid|incorrect|missing|expired)[^.]{0,20}(?:api[ _-]?key|x-api-key|token|credentials)|authentication[_ ](?:failed|error|required)|unauthorized|\b401\b|oauth token (?:has )?expired|auth_required/i;
const NO_CONVERSATION = /no conversation found|no rollout found|session not found|resource not found/i;

/**
 * Sorts an agent's own error message into a failed end. The agent's wording is kept, since it often says what to do;
 * it is cut, because some agents put a whole response body into it.
 *
 * @param agent the agent's name, which begins the sentence.
 * @param fallback the class when nothing is recognised.
 */
export function complaintEnd(agent: string, text: string, moment: Moment, fallback: FailureClass = FailureClass.crash): AgentEnd {
  const said = shorten(text.trim().replace(/\s+/g, ' '), 500);
  if (saysLimitReached(text)) {
    const until = limitEnds(text, moment.now, moment.zone);
    return { kind: 'failed', class: FailureClass.quota, sentence: `${agent} has reached its limit: ${said}`, ...(until === undefined ? {} : { until }) };
  }
  if (NOT_SIGNED_IN.test(text)) {
    return { kind: 'failed', class: FailureClass.auth, sentence: `${agent} is not signed in on this machine: ${said}` };
  }
  if (NO_CONVERSATION.test(text)) {
    return { kind: 'failed', class: FailureClass.protocol, sentence: `${agent} no longer has the conversation that was to be resumed: ${said}` };
  }
  return { kind: 'failed', class: fallback, sentence: said === '' ? `${agent} ended without saying why.` : `${agent} failed: ${said}` };
}
