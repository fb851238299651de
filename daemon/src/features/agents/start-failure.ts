import { FailureClass } from '@maestro/protocol';
import { ProcessStartError, ProcessStartFailure } from '../../platform/process.js';
import type { AgentEnd } from './domain/events.js';

/** The failed end of an agent whose program did not start; anything but a {@link ProcessStartError} is thrown on. */
export function startFailureEnd(agent: string, error: unknown): AgentEnd {
  if (!(error instanceof ProcessStartError)) throw error;
  switch (error.reason) {
    case ProcessStartFailure.notFound:
      return { kind: 'failed', class: FailureClass.agentMissing, sentence: `${agent} is not installed on this machine (no program \`${error.command}\`). Install it, or choose another agent.` };
    case ProcessStartFailure.notExecutable:
      return { kind: 'failed', class: FailureClass.agentMissing, sentence: `\`${error.command}\` may not be executed by this user. Make it executable, or choose another agent.` };
    case ProcessStartFailure.badDirectory:
      return { kind: 'failed', class: FailureClass.lane, sentence: `The lane's folder is gone, so ${agent} could not be started in it.` };
    case ProcessStartFailure.refused:
      return { kind: 'failed', class: FailureClass.internal, sentence: `The system refused to start ${agent}: ${causeOf(error)}` };
  }
}

function causeOf(error: ProcessStartError): string {
  return error.cause instanceof Error ? error.cause.message : 'no reason given';
}
