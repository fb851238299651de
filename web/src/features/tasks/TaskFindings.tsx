import type { ReactNode } from 'react';
import type { Finding, ReviewView } from '@maestro/protocol';
import { Link } from '../../platform/router.js';
import { Age, Markdown, StatusIcon } from '../../ui/index.js';
import type { Look } from '../../ui/index.js';

const VERDICTS: Readonly<Record<ReviewView['verdict'], Look>> = {
  approved: { word: 'Approved', shape: 'check', hue: 'done' },
  rejected: { word: 'Changes asked for', shape: 'cross', hue: 'blocked' },
  no_verdict: { word: 'No usable verdict', shape: 'dashed', hue: 'quiet' },
};

/** What reviews said, newest first: the verdict, and each finding with its place. Blocking ones come first, because only they reject. */
export function TaskFindings({ reviews }: { readonly reviews: readonly ReviewView[] }): ReactNode {
  if (reviews.length === 0) return <p className="text-muted">No review yet. One begins by itself when the work is handed in.</p>;
  return (
    <ul className="flex flex-col gap-5">
      {reviews.toSorted((a, b) => (a.at < b.at ? 1 : -1)).map((review) => (
        <li key={review.id}>
          <Review review={review} />
        </li>
      ))}
    </ul>
  );
}

function Review({ review }: { readonly review: ReviewView }): ReactNode {
  const look = VERDICTS[review.verdict];
  const findings = review.findings.toSorted((a, b) => rank(a) - rank(b));
  return (
    <article className="flex flex-col gap-2">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
        <StatusIcon look={review.counted ? look : { ...look, hue: 'quiet' }} />
        <h3 className="font-strong">{review.runId === null ? look.word : <Link href={`/runs/${review.runId}`} className="hover:underline">{look.word}</Link>}</h3>
        <span className="text-small text-muted">
          by {review.by}
          {review.selfReview && ', who also wrote it'}
        </span>
        {!review.counted && <span className="text-small text-muted">kept as evidence: the work had moved on</span>}
        <code className="ml-auto font-mono text-small text-muted">{review.head.slice(0, 12)}</code>
        <Age at={review.at} className="text-small text-muted" />
      </header>
      {review.summary !== '' && <Markdown text={review.summary} className="pl-6.5" />}
      {findings.length > 0 && (
        <ul className="flex flex-col gap-2 pl-6.5">
          {findings.map((finding, index) => (
            <li key={index} className={`flex flex-col gap-0.5 border-l-2 pl-3 ${finding.severity === 'blocking' ? 'border-blocked' : 'border-border'}`}>
              <p className="flex flex-wrap gap-x-2 text-small">
                <span className={finding.severity === 'blocking' ? 'font-strong text-blocked' : 'text-muted'}>{finding.severity === 'blocking' ? 'Blocking' : 'Advisory'}</span>
                {finding.category !== undefined && <span className="text-muted">{finding.category}</span>}
                {finding.path !== undefined && <code className="min-w-0 font-mono break-all text-muted">{placeOf(finding)}</code>}
              </p>
              <Markdown text={finding.message} />
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}

const rank = ({ severity }: Finding): number => (severity === 'blocking' ? 0 : 1);

function placeOf({ path = '', line }: Finding): string {
  return line === undefined ? path : `${path}:${line}`;
}
