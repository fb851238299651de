import type { CallRecord, History } from '../history/history.js';
import { accepted, changesOf, epochOf, grouped, isEnded, opOf, runOf, text, valueOf } from './read.js';
import type { Invariant } from './violation.js';

/** Calls by which the holder of a run changes something; the journal and the outcome are taken from a former holder, too. */
const BY_THE_HOLDER = ['run/start', 'run/checkpoint', 'run/push', 'run/wait', 'run/subtask'];

/** Answers that put a call off and say nothing about the work: it is to be repeated. */
const PUT_OFF = ['unavailable', 'rate_limited', 'unauthenticated', 'internal', 'internal_error'];

export const RUN_INVARIANTS: readonly Invariant[] = [
  {
    id: 'run-ends-once',
    says: 'A run ends once, and never moves again.',
    breaches: (history) =>
      [...grouped(changesOf(history, 'run'), ({ of }) => of)].flatMap(([run, changes]) => {
        const end = changes.findIndex(({ to }) => isEnded(to));
        return end === -1 || end === changes.length - 1 ? [] : [`Run ${run} ended as ${changes[end]?.to} and went on to ${changes.slice(end + 1).map(({ to }) => to).join(', ')}.`];
      }),
  },
  {
    id: 'one-result-per-epoch',
    says: 'Of a run at most one outcome counts, under one epoch.',
    breaches: (history) =>
      [...grouped(accepted(history, 'run/finish').filter((call) => valueOf(call)['counted'] === 'counted'), runOf)].flatMap(([run, calls]) => {
        const ops = new Set(calls.map(opOf));
        return ops.size > 1 ? [`Of run ${run} ${ops.size} outcomes counted: operations ${[...ops].join(', ')}.`] : [];
      }),
  },
  {
    id: 'acknowledged-is-durable',
    says: 'What the studio acknowledged is there afterwards.',
    breaches: (history) => [...lostClaims(history), ...lostStarts(history), ...lostOutcomes(history), ...lostLines(history)],
  },
  {
    id: 'journal-is-exact',
    says: 'The journal of a run is what its machines wrote, byte by byte, from the first line on and without a gap.',
    breaches: (history) => history.final.journals.flatMap(({ run, lines }) => [...gaps(run, lines), ...invented(history, run, lines)]),
  },
  {
    id: 'one-lease',
    says: 'A run has one lease: each grant has a higher epoch than all before, and goes to one machine.',
    breaches: (history) => [...sharedEpochs(history), ...backwards(history)],
  },
  {
    id: 'stale-changes-nothing',
    says: 'A call under an epoch that somebody was already given a successor of changes nothing.',
    breaches: staleCalls,
  },
  {
    id: 'work-is-never-refused',
    says: 'Finished work is never refused: it counts, or it is kept.',
    breaches: (history) =>
      history.calls.flatMap((call) =>
        call.method === 'run/finish' && call.answer.kind === 'refused' && !PUT_OFF.includes(call.answer.code) ? [`The outcome of run ${runOf(call)} under epoch ${epochOf(call)} was refused: ${call.answer.code}.`] : [],
      ),
  },
  {
    id: 'one-operation-one-effect',
    says: 'A repetition under the same operation id is answered as the first was.',
    breaches: (history) =>
      [...grouped(history.calls.filter((call) => opOf(call) !== '' && call.answer.kind === 'value'), (call) => `${call.machine} ${opOf(call)}`)].flatMap(([operation, calls]) => {
        const answers = new Set(calls.map((call) => canonical(valueOf(call))));
        return answers.size > 1 ? [`Operation ${operation} (${calls[0]?.method}) was answered in ${answers.size} ways: ${[...answers].join(' and ')}.`] : [];
      }),
  },
];

function lostClaims(history: History): readonly string[] {
  const claims = changesOf(history, 'run').filter(({ to }) => to === 'claimed');
  return accepted(history, 'run/claim').flatMap((call) => {
    const packet = (valueOf(call)['packet'] ?? {}) as { readonly run?: string; readonly epoch?: number };
    return claims.some(({ of, epoch }) => of === packet.run && epoch === packet.epoch) ? [] : [`The claim of run ${packet.run} under epoch ${packet.epoch} was acknowledged, and the ledger has none.`];
  });
}

function lostStarts(history: History): readonly string[] {
  const started = new Set(changesOf(history, 'run').filter(({ to }) => to === 'running').map(({ of }) => of));
  return accepted(history, 'run/start').flatMap((call) => (started.has(runOf(call)) ? [] : [`The start of run ${runOf(call)} was acknowledged, and the ledger has none.`]));
}

function lostOutcomes(history: History): readonly string[] {
  const finals = new Map(history.final.runs.map(({ id, status }) => [id, status]));
  return accepted(history, 'run/finish').flatMap((call) => {
    const status = finals.get(runOf(call)) ?? 'not there';
    return valueOf(call)['counted'] !== 'counted' || isEnded(status) ? [] : [`The outcome of run ${runOf(call)} counted, and the run is ${status}.`];
  });
}

function lostLines(history: History): readonly string[] {
  const kept = new Map(history.final.journals.map(({ run, lines }) => [run, lines.length]));
  return accepted(history, 'run/events').flatMap((call) => {
    const promised = Number(valueOf(call)['ackSeq'] ?? 0);
    const has = kept.get(runOf(call)) ?? 0;
    return has >= promised ? [] : [`Of run ${runOf(call)} ${promised} lines were acknowledged, and ${has} are there.`];
  });
}

type Lines = History['final']['journals'][number]['lines'];

function gaps(run: string, lines: Lines): readonly string[] {
  const wrong = lines.find(({ seq }, index) => seq !== index + 1);
  return wrong === undefined ? [] : [`The journal of run ${run} has line ${wrong.seq} at place ${lines.indexOf(wrong) + 1}.`];
}

function invented(history: History, run: string, lines: Lines): readonly string[] {
  const written = new Set(history.lines.filter((line) => line.run === run).map(({ seq, text: line }) => `${seq} ${line}`));
  return lines.flatMap(({ seq, text: line }) => (written.has(`${seq} ${line}`) ? [] : [`Line ${seq} of run ${run} is nothing that a machine wrote: ${line}`]));
}

/** A grant as a machine was told of it: by the answer to a claim, or by a welcome that lets it continue. */
interface Grant {
  readonly run: string;
  readonly epoch: number;
  readonly machine: string;
  /** When it was told. */
  readonly step: number;
}

function grantsOf(history: History): readonly Grant[] {
  return history.calls.flatMap((call) => {
    const { machine, answeredAt: step = call.step } = call;
    if (call.method === 'run/claim') {
      const packet = valueOf(call)['packet'] as { readonly run?: string; readonly epoch?: number } | undefined;
      return packet === undefined ? [] : [{ run: text(packet.run), epoch: packet.epoch ?? 0, machine, step }];
    }
    if (call.method !== 'session/hello') return [];
    const settled = (valueOf(call)['runs'] ?? []) as readonly { readonly run: string; readonly decision: string; readonly epoch?: number }[];
    return settled.flatMap(({ run, decision, epoch = 0 }) => (decision === 'continue' ? [{ run, epoch, machine, step }] : []));
  });
}

function sharedEpochs(history: History): readonly string[] {
  return [...grouped(grantsOf(history), ({ run, epoch }) => `${run} epoch ${epoch}`)].flatMap(([grant, told]) => {
    const machines = [...new Set(told.map(({ machine }) => machine))];
    return machines.length > 1 ? [`Run ${grant} was given to ${machines.join(' and ')}.`] : [];
  });
}

function backwards(history: History): readonly string[] {
  const claims = changesOf(history, 'run').filter(({ to }) => to === 'claimed');
  return [...grouped(claims, ({ of }) => of)].flatMap(([run, changes]) => changes.flatMap(({ epoch }, index) => (index > 0 && epoch <= (changes[index - 1]?.epoch ?? 0) ? [`Run ${run} was claimed under epoch ${epoch} after ${changes[index - 1]?.epoch}.`] : [])));
}

/** Only what was sent after somebody had been told of a later epoch; and not the repetition of an operation from before. */
function staleCalls(history: History): readonly string[] {
  const grants = grouped(grantsOf(history), ({ run }) => run);
  const firstSent = new Map<string, number>();
  for (const call of history.calls) if (!firstSent.has(opOf(call))) firstSent.set(opOf(call), call.step);
  return history.calls.flatMap((call) => {
    if (!BY_THE_HOLDER.includes(call.method) || !tookEffect(call)) return [];
    const since = opOf(call) === '' ? call.step : (firstSent.get(opOf(call)) ?? call.step);
    const successor = (grants.get(runOf(call)) ?? []).find(({ epoch, step }) => epoch > epochOf(call) && step < since);
    return successor === undefined ? [] : [`${call.method} of ${call.machine} for run ${runOf(call)} under epoch ${epochOf(call)} was obeyed at step ${call.step}; ${successor.machine} had epoch ${successor.epoch} since step ${successor.step}.`];
  });
}

function tookEffect(call: CallRecord): boolean {
  return call.answer.kind === 'value' && valueOf(call)['granted'] !== false;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (inner !== null && typeof inner === 'object' && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner));
}

