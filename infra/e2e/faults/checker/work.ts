import type { History, SeenProcess } from '../history/history.js';
import { changesOf, grouped, repeated, text } from './read.js';
import type { Invariant } from './violation.js';

const HELD = ['dispatched', 'claimed', 'running', 'waiting'];

export const WORK_INVARIANTS: readonly Invariant[] = [
  {
    id: 'one-run-per-stage',
    says: 'A task has at most one run for a stage that is neither ended nor lost.',
    breaches: (history) => crowdedStages(history),
  },
  {
    id: 'only-approved-lands',
    says: 'What lands was approved, that very head, before the push.',
    breaches: (history) =>
      history.pushes.flatMap(({ taken, task, head, step }) =>
        !taken || approvals(history).some((each) => each.head === head && each.step < step) ? [] : [`Head ${head} of ${task} landed, and nobody had approved it.`],
      ),
  },
  {
    id: 'lands-once',
    says: 'An approved head lands at most once.',
    breaches: (history) => [...repeated(landed(history).map(({ head }) => head)).map((head) => `Head ${head} landed more than once.`), ...repeated(landed(history).map(({ commit }) => commit)).map((commit) => `Commit ${commit} was pushed more than once.`)],
  },
  {
    id: 'landings-are-serial',
    says: 'Each landing is made on the one before it.',
    breaches: (history) => {
      const pushes = landed(history);
      return pushes.flatMap(({ commit, onto }, index) => (index === 0 || onto === pushes[index - 1]?.commit ? [] : [`Commit ${commit} was made on ${onto}, and the tip was ${pushes[index - 1]?.commit}.`]));
    },
  },
  {
    id: 'epic-holds-each-once',
    says: 'At the end the branch holds each task that is done exactly once, and no other.',
    breaches: (history) =>
      history.final.tasks.flatMap(({ key, status }) => {
        const times = landed(history).filter(({ task }) => task === key).length;
        const wanted = status === 'done' ? 1 : 0;
        return times === wanted ? [] : [`${key} is ${status}, and the branch holds it ${times} times.`];
      }),
  },
  {
    id: 'ledger-replays',
    says: 'Replaying the events yields the present states, and each change goes on from the one before.',
    breaches: (history) => [...replayed(history, 'run', history.final.runs), ...replayed(history, 'task', history.final.tasks)],
  },
  {
    id: 'done-from-evidence',
    says: 'A task is done because its commit is on the branch, not because somebody says so.',
    breaches: (history) => {
      const keys = new Map(history.final.tasks.map(({ id, key }) => [id, key]));
      return changesOf(history, 'task').flatMap(({ of, to }) => (to !== 'done' || landed(history).some(({ task }) => task === keys.get(of)) ? [] : [`Task ${keys.get(of) ?? of} was called done, and the branch has no commit of it.`]));
    },
  },
  {
    id: 'unsaved-work-is-kept',
    says: 'A lane is reset or removed only after what is in it was saved.',
    breaches: (history) =>
      history.lanes.flatMap(({ lane, act, tree, step }) => {
        if (act !== 'removed') return [];
        const saved = history.lanes.some((each) => each.lane === lane && each.act === 'saved' && each.tree === tree && each.step < step);
        return saved ? [] : [`Lane ${lane} was removed with tree ${tree}, which was saved nowhere.`];
      }),
  },
  {
    id: 'no-process-without-run',
    says: 'No process of a run is left once the run has ended.',
    breaches: (history) => history.samples.flatMap(({ step, processes, live }) => processes.filter(({ run }) => !live.includes(run)).map(({ pid, run }) => `At step ${step} process ${pid} of run ${run} lived, and the run did not.`)),
  },
  {
    id: 'process-has-one-run',
    says: 'A process works for one run, from its start to its end.',
    breaches: (history) => shared(history, ({ pid, startedAt }) => `Process ${pid}, started at ${startedAt},`),
  },
  {
    id: 'lane-has-one-run',
    says: 'Of the live runs at most one has processes in a lane.',
    breaches: (history) =>
      history.samples.flatMap((sample) => {
        const inLanes = sample.processes.filter(({ lane, run }) => lane !== null && sample.live.includes(run));
        return shared({ samples: [{ ...sample, processes: inLanes }] }, ({ lane }) => `At step ${sample.step} lane ${lane}`);
      }),
  },
];

/** What several runs have in common that only one may have. */
function shared({ samples }: Pick<History, 'samples'>, name: (process: SeenProcess) => string): readonly string[] {
  return [...grouped(samples.flatMap(({ processes }) => processes), name)].flatMap(([what, processes]) => {
    const runs = [...new Set(processes.map(({ run }) => run))];
    return runs.length > 1 ? [`${what} was that of runs ${runs.join(' and ')}.`] : [];
  });
}

const landed = (history: History): History['pushes'] => history.pushes.filter(({ taken }) => taken);

/** Heads that a reviewer approved, and when the verdict was sent: the studio may know it before its answer arrives. */
function approvals(history: History): readonly { readonly head: string; readonly step: number }[] {
  const counted = new Set(history.ledger.flatMap(({ kind, payload }) => (kind === 'review/verdict' && payload['verdict'] === 'approved' ? [text(payload['head'])] : [])));
  const sent = history.calls.flatMap(({ method, params, step }) => {
    const outcome = params['outcome'] as { readonly kind?: string; readonly head?: string } | undefined;
    return method === 'run/finish' && outcome?.kind === 'judged' ? [{ head: text(outcome.head), step }] : [];
  });
  return sent.filter(({ head }) => counted.has(head));
}

/** The runs of each stage, followed through the ledger: a second one beside a first that is still held. */
function crowdedStages(history: History): readonly string[] {
  const stageOf = new Map<string, string>();
  const held = new Map<string, Set<string>>();
  const breaches: string[] = [];
  const move = (run: string, status: string): void => {
    const stage = stageOf.get(run);
    if (stage === undefined) return;
    const there = held.get(stage) ?? new Set<string>();
    held.set(stage, there);
    if (!HELD.includes(status)) return void there.delete(run);
    there.add(run);
    if (there.size > 1) breaches.push(`${stage} was worked on by runs ${[...there].join(' and ')} at once.`);
  };
  for (const { kind, run, task, payload } of history.ledger) {
    if (run === null) continue;
    if (kind === 'run/created' && task !== null) stageOf.set(run, `Task ${task}, ${text(payload['purpose'])}`);
    if (kind === 'run/created') move(run, 'dispatched');
    if (kind === 'run/status') move(run, text(payload['to']));
  }
  return breaches;
}

function replayed(history: History, table: 'run' | 'task', finals: readonly { readonly id: string; readonly status: string }[]): readonly string[] {
  const changes = grouped(changesOf(history, table), ({ of }) => of);
  return finals.flatMap(({ id, status }) => {
    const own = changes.get(id) ?? [];
    const jump = own.find(({ from }, index) => index > 0 && from !== own[index - 1]?.to);
    if (jump !== undefined) return [`The ledger has ${table} ${id} go on from ${jump.from}, where it was not.`];
    const last = own.at(-1)?.to;
    return last === undefined || last === status ? [] : [`The ledger leaves ${table} ${id} at ${last}, and it is ${status}.`];
  });
}

