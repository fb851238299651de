import type { Recorder } from './recorder.js';

export interface Landing {
  readonly machine: string;
  readonly run: string;
  readonly task: string;
  readonly commit: string;
  readonly head: string;
}

/** What a remote's branch is to landing: a tip, and a push that is a compare-and-swap on it. */
export class Branch {
  private readonly landed: Landing[] = [];

  constructor(
    private readonly start: string,
    private readonly recorder: Recorder,
  ) {}

  get tip(): string {
    return this.landed.at(-1)?.commit ?? this.start;
  }

  /** The commit by which this head, or this very commit, is there. */
  find(commit: string | undefined, head: string): string | undefined {
    return this.landed.find((each) => each.commit === commit || each.head === head)?.commit;
  }

  /** False when the tip is not the expected one any more. */
  push(onto: string, landing: Landing): boolean {
    const taken = this.tip === onto;
    if (taken) this.landed.push(landing);
    this.recorder.push({ ...landing, onto, taken });
    return taken;
  }
}
