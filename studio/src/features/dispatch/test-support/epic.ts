/** What a remote's branch is to landing: a tip, and a push that is a compare-and-swap on it. */
export class Epic {
  /** Every landed merge in order; the last one's commit is the tip. */
  readonly landed: { readonly commit: string; readonly head: string; readonly task: string }[] = [];

  constructor(private readonly start: string) {}

  get tip(): string {
    return this.landed.at(-1)?.commit ?? this.start;
  }

  find(commit: string | undefined, head: string): string | undefined {
    return this.landed.find((each) => each.commit === commit || each.head === head)?.commit;
  }

  /** False when the tip is not the expected one any more. */
  push(expected: string, merge: Epic['landed'][number]): boolean {
    if (this.tip !== expected) return false;
    this.landed.push(merge);
    return true;
  }
}
