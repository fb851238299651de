import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { MatchCandidate, MatchExplanation } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { Failure, Sentence, SkeletonRows } from '../../ui/index.js';

/** Why the task is where it is: what it waits for, or how the machines were held against it. */
export function TaskWhy({ taskId }: { readonly taskId: string }): ReactNode {
  const why = useQuery(queries.why(taskId));
  if (why.data === undefined) return why.error === null ? <SkeletonRows rows={3} label="The reasons are being loaded" /> : <Failure error={why.error} onRetry={why.refetch} />;
  const { sentence, waitingFor, match } = why.data;
  const further = waitingFor.filter((each) => each !== sentence);
  return (
    <div className="flex flex-col gap-4">
      {sentence !== '' && (
        <p className="max-w-[75ch]">
          <Sentence text={sentence} />
        </p>
      )}
      {further.length > 0 && (
        <ul className="flex max-w-[75ch] list-disc flex-col gap-1 pl-5">
          {further.map((each) => (
            <li key={each}>
              <Sentence text={each} />
            </li>
          ))}
        </ul>
      )}
      {match !== null && match.candidates.length > 0 && <Candidates match={match} />}
    </div>
  );
}

/** The parts of a score, each with the most that it can be worth; see the studio's table of weights. */
const PARTS: readonly { readonly name: string; readonly words: string; readonly means: string }[] = [
  { name: 'warmLane', words: 'Lane', means: "The task's lane is on this machine already" },
  { name: 'freeSlots', words: 'Free', means: 'Share of its slots that are free' },
  { name: 'skillSurplus', words: 'Skill', means: 'Levels above what the task asks for' },
  { name: 'recentSuccess', words: 'Record', means: 'How its latest runs of this kind ended' },
  { name: 'independence', words: 'Apart', means: 'Somebody else than whoever wrote it' },
  { name: 'specialist', words: 'Focus', means: 'Takes few kinds of work' },
];

function Candidates({ match }: { readonly match: MatchExplanation }): ReactNode {
  const ranked = match.candidates.toSorted((a, b) => (b.score ?? -1) - (a.score ?? -1));
  const parts = PARTS.filter(({ name }) => ranked.some((candidate) => candidate.parts[name] !== undefined));
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Machines that were compared">
      <table className="w-full border-collapse text-left tabular-nums">
        <caption className="pb-2 text-left text-small text-muted">Each machine, and the points that each reason gave it</caption>
        <thead>
          <tr className="border-b border-border text-small text-muted">
            <th scope="col" className="py-1 pr-3 font-normal">
              Machine
            </th>
            {parts.map(({ name, words, means }) => (
              <th key={name} scope="col" className="px-2 py-1 text-right font-normal">
                <abbr title={means} className="no-underline">
                  {words}
                </abbr>
              </th>
            ))}
            <th scope="col" className="py-1 pl-2 text-right font-normal">
              Score
            </th>
          </tr>
        </thead>
        <tbody>
          {ranked.map((candidate) => (
            <Candidate key={candidate.session} candidate={candidate} parts={parts.map(({ name }) => name)} isChosen={candidate.session === match.chosen} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Candidate({ candidate, parts, isChosen }: { readonly candidate: MatchCandidate; readonly parts: readonly string[]; readonly isChosen: boolean }): ReactNode {
  return (
    <tr className="border-b border-border/70 align-top">
      <th scope="row" className={`py-1.5 pr-3 text-left ${isChosen ? 'font-strong' : 'font-normal'}`}>
        {candidate.name}
        {isChosen && <span className="text-small text-muted"> · chosen</span>}
        {!candidate.eligible && (
          <ul className="max-w-[60ch] text-small text-muted">
            {candidate.missing.map((sentence) => (
              <li key={sentence}>
                <Sentence text={sentence} />
              </li>
            ))}
          </ul>
        )}
      </th>
      {parts.map((part) => (
        <td key={part} className="px-2 py-1.5 text-right text-muted">
          {points(candidate.parts[part])}
        </td>
      ))}
      <td className={`py-1.5 pl-2 text-right ${isChosen ? 'font-strong' : ''}`}>{candidate.eligible ? points(candidate.score ?? undefined) : <span className="text-small text-muted">cannot</span>}</td>
    </tr>
  );
}

function points(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(1).replace(/\.0$/, '');
}
