import type { RunOutcome, RunView } from '@maestro/protocol';

const short = (commit: string): string => commit.slice(0, 12);
const many = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** How a run came out, in a sentence. Undefined while it has not ended. Sentences of studio and daemon are quoted as they are. */
export function outcomeSentence(run: Pick<RunView, 'status' | 'outcome' | 'sentence' | 'endedAt'>): string | undefined {
  if (run.endedAt === null) return undefined;
  // The studio stored what a schema had read; the view says so only loosely.
  const told = run.outcome === null ? undefined : tell(run.outcome as RunOutcome);
  return told ?? run.sentence ?? ENDS[run.status] ?? 'It has ended.';
}

const ENDS: Readonly<Partial<Record<RunView['status'], string>>> = {
  succeeded: 'It did what it was for.',
  cancelled: 'It was cancelled.',
  withdrawn: 'The offer was taken back before a machine had taken it.',
  superseded: 'Another run of the same stage counted instead.',
  yielded: 'It gave its place to a subtask that it waits for.',
};

function tell(outcome: RunOutcome): string | undefined {
  switch (outcome.kind) {
    case 'produced':
      return outcome.tree === outcome.baseTree ? 'It changed nothing.' : `It handed in ${many(outcome.commits, 'commit')} that ${outcome.commits === 1 ? 'changes' : 'change'} ${many(outcome.filesChanged, 'file')}, as \`${short(outcome.head)}\`.`;
    case 'judged':
      return judged(outcome);
    case 'merged':
      return outcome.found ? `It had landed already, as \`${short(outcome.commit)}\`.` : `It landed as \`${short(outcome.commit)}\`.`;
    case 'epic_lacks':
      return `It has not landed: the epic branch at \`${short(outcome.tip)}\` does not hold it.`;
    case 'overlapped':
      return `Other work has changed the same places in ${many(outcome.paths.length, 'file')}, so it is reviewed again before it lands.`;
    case 'tip_moved':
      return 'The epic branch moved meanwhile, so it is merged anew.';
    case 'conflict':
      return `It conflicts with the epic branch in ${many(outcome.paths.length, 'file')}: ${outcome.paths.slice(0, 3).map((path) => `\`${path}\``).join(', ')}${outcome.paths.length > 3 ? ' and others' : ''}.`;
    case 'result_failed':
      return outcome.tipPasses ? `The command \`${outcome.command}\` passes on the epic branch and fails once this is merged.` : `The command \`${outcome.command}\` fails on the epic branch itself.`;
    case 'not_granted':
      return 'It was not to be pushed any more, so nothing was done.';
    case 'bootstrapped':
      return 'The epic branch is there.';
    case 'released':
      return outcome.found ? `The base branch held it already, as \`${short(outcome.commit)}\`.` : `It was released to the base branch as \`${short(outcome.commit)}\`.`;
    case 'cleaned':
      return `${outcome.archived} ${outcome.archived === 1 ? 'branch' : 'branches'} archived, ${outcome.removed} removed.`;
    case 'proposed':
      return 'It handed in a proposal.';
    case 'analysed':
      return `It read ${many(outcome.files, 'file')} at \`${short(outcome.commit)}\`.`;
    case 'yielded':
      return undefined;
    case 'release_refused':
    case 'failed':
    case 'timed_out':
    case 'stalled':
      return outcome.sentence;
  }
}

function judged({ tool }: Extract<RunOutcome, { kind: 'judged' }>): string {
  const last = tool.at(-1);
  if (last === undefined) return 'It gave its verdict in words, at the end of its last message.';
  const blocking = last.findings.filter(({ severity }) => severity === 'blocking').length;
  const remarks = last.findings.length - blocking;
  const found = [...(blocking > 0 ? [many(blocking, 'blocking finding')] : []), ...(remarks > 0 ? [many(remarks, 'remark')] : [])].join(' and ');
  const verdict = last.verdict === 'approved' ? 'It approved the change' : 'It sent the change back';
  return `${verdict}${found === '' ? '' : `, with ${found}`}.`;
}
