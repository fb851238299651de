/**
 * What happened in a world, as its checker sees it. `step` is a place in the one order of the test's own process: it counts from 1, and
 * two records never share one. Everything else is as the wire or the studio's API has it.
 */
export interface History {
  readonly calls: readonly CallRecord[];
  readonly pushes: readonly PushRecord[];
  readonly lines: readonly LineRecord[];
  readonly samples: readonly ProcessSample[];
  readonly lanes: readonly LaneRecord[];
  /** In the order of the cursors. */
  readonly ledger: readonly LedgerRecord[];
  readonly final: FinalState;
}

/** What a call came to. Without an answer nobody knows: it may have had its effect. */
export type Answer = { readonly kind: 'value'; readonly value: Readonly<Record<string, unknown>> } | { readonly kind: 'refused'; readonly code: string } | { readonly kind: 'none' };

/** One request of a machine. A repetition is a call of its own, with the same `opId`. */
export interface CallRecord {
  readonly step: number;
  readonly machine: string;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly answer: Answer;
  /** When the answer came; absent without one. */
  readonly answeredAt?: number;
}

/** A compare-and-swap on the branch that a plan lands on. */
export interface PushRecord {
  readonly step: number;
  readonly machine: string;
  readonly run: string;
  readonly task: string;
  /** The tip that it was to replace. */
  readonly onto: string;
  readonly commit: string;
  /** The approved head that the commit merges. */
  readonly head: string;
  readonly taken: boolean;
}

/** A line that a machine wrote down for a run. Machines that had the run one after the other may each have a line of one `seq`. */
export interface LineRecord {
  readonly step: number;
  readonly machine: string;
  readonly run: string;
  readonly seq: number;
  readonly text: string;
}

/** Processes with the mark of a run, and the runs that the studio called live, at one moment. */
export interface ProcessSample {
  readonly step: number;
  readonly processes: readonly SeenProcess[];
  readonly live: readonly string[];
}

/** A process with the mark of a run. Its id and the time of its start together are its own, however often ids are given out again. */
export interface SeenProcess {
  readonly pid: number;
  /** Clock ticks since the machine was started, as `/proc/<pid>/stat` has it. */
  readonly startedAt: number;
  readonly run: string;
  /** The lane that it works in; null when it works elsewhere, or nobody can see where. */
  readonly lane: string | null;
}

/** `changed`: the lane now holds this tree, which is nowhere else. `saved`: a snapshot of the tree exists. `removed`: the lane was reset or removed. */
export interface LaneRecord {
  readonly step: number;
  readonly lane: string;
  readonly act: 'changed' | 'saved' | 'removed';
  readonly tree: string;
}

export interface LedgerRecord {
  readonly kind: string;
  readonly run: string | null;
  readonly task: string | null;
  readonly plan: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface FinalState {
  readonly runs: readonly { readonly id: string; readonly task: string | null; readonly status: string; readonly epoch: number }[];
  readonly tasks: readonly { readonly id: string; readonly key: string; readonly status: string; readonly revisions: number }[];
  /** The journal of each run as the studio holds it, in order. */
  readonly journals: readonly { readonly run: string; readonly lines: readonly { readonly seq: number; readonly text: string }[] }[];
}
