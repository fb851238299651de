import type { FailureClass, Policy, RunOutcome, RunPacket } from '@maestro/protocol';
import type { TurnEnd } from '../conversations/index.js';
import type { WorkEnd } from './work.types.js';

/** The wire's limits; what is longer says so in the transcript. */
const LONGEST_SENTENCE = 4_000;
const LONGEST_OUTPUT = 64_000;

export function outcome(value: RunOutcome): WorkEnd {
  return { kind: 'outcome', outcome: value };
}

export function failed(failure: FailureClass, sentence: string, output?: string): WorkEnd {
  return outcome({ kind: 'failed', class: failure, sentence: sentence.slice(0, LONGEST_SENTENCE) || 'It failed without a word.', ...(output === undefined ? {} : { output: output.slice(-LONGEST_OUTPUT) }) });
}

/** A turn that was not the end of work done: what the run does instead. */
export function endOfTurn(end: Exclude<TurnEnd, { kind: 'completed' }>, { quotaWait }: Pick<Policy, 'quotaWait'>): WorkEnd {
  switch (end.kind) {
    case 'question':
      return { kind: 'wait', reason: 'human', question: end.question.slice(0, 8_000) };
    case 'quota':
      if (quotaWait === 'fail') return failed('quota', end.sentence);
      return { kind: 'wait', reason: 'quota', ...(end.until === undefined ? {} : { until: end.until }) };
    case 'failed':
      return failed(end.class, end.sentence);
  }
}

export function finalText(text: string): string {
  return text.slice(-LONGEST_OUTPUT);
}

/** What a purpose cannot be without. The studio sends it; a packet that lacks it is a defect. */
export function needed<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`packet_incomplete: ${what}`);
  return value;
}

/** Seconds since 1970 at which the run was made, from its id (UUIDv7): the same landing of the same run is the same commit. */
export function secondsOfRun(packet: Pick<RunPacket, 'run'>): number {
  return Math.floor(Number.parseInt(packet.run.replaceAll('-', '').slice(0, 12), 16) / 1_000);
}
