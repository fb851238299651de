import { RemoteError } from '@maestro/protocol';
import type { Observe } from '../../../rig/stub-link.js';
import type { Answer, CallRecord, FinalState, History, LedgerRecord, LineRecord, PushRecord } from '../history/history.js';

/** Writes a history while it happens, and counts its steps. */
export class Recorder {
  private steps = 0;
  private readonly calls: CallRecord[] = [];
  private readonly pushes: PushRecord[] = [];
  private readonly lines: LineRecord[] = [];

  /** @param onStep told of each call, before it is sent */
  constructor(private readonly onStep: (step: number) => void = () => undefined) {}

  /** A call that is about to be sent; the answer of this says what it came to. */
  call(machine: string, method: string, params: Readonly<Record<string, unknown>>): (answer: Answer) => void {
    const step = this.next();
    const index = this.calls.push({ step, machine, method, params, answer: { kind: 'none' } }) - 1;
    this.onStep(step);
    return (answer) => {
      if (answer.kind !== 'none') this.calls[index] = { step, machine, method, params, answer, answeredAt: this.next() };
    };
  }

  /** Records whatever a link of this machine is asked. */
  observer(machine: string): Observe {
    return (method, params) => {
      const came = this.call(machine, method, params);
      return {
        answered: (value) => came({ kind: 'value', value: value as Readonly<Record<string, unknown>> }),
        failed: (error) => came(error instanceof RemoteError ? { kind: 'refused', code: error.code } : { kind: 'none' }),
      };
    };
  }

  push(record: Omit<PushRecord, 'step'>): void {
    this.pushes.push({ step: this.next(), ...record });
  }

  line(record: Omit<LineRecord, 'step'>): void {
    this.lines.push({ step: this.next(), ...record });
  }

  get size(): number {
    return this.calls.length;
  }

  /** Calls of a method that were refused with this code. */
  refusals(method: string, code: string): number {
    return this.calls.filter((call) => call.method === method && call.answer.kind === 'refused' && call.answer.code === code).length;
  }

  history(ledger: readonly LedgerRecord[], final: FinalState): History {
    return { calls: this.calls, pushes: this.pushes, lines: this.lines, samples: [], lanes: [], ledger, final };
  }

  private next(): number {
    this.steps += 1;
    return this.steps;
  }
}
