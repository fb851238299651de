import type { ReactNode } from 'react';
import { ProgressBar, StatusIcon } from '../../ui/index.js';
import type { Hue, Look } from '../../ui/index.js';
import type { Standing } from './domain/standing.js';

const PARTS: readonly { readonly of: Exclude<keyof Standing, 'total'>; readonly hue: Hue; readonly look: Look; readonly words: (count: number) => string }[] = [
  { of: 'landed', hue: 'done', look: { word: 'Landed', shape: 'check', hue: 'done' }, words: () => 'landed' },
  { of: 'running', hue: 'progress', look: { word: 'Running', shape: 'half', hue: 'progress' }, words: () => 'running' },
  { of: 'needsYou', hue: 'blocked', look: { word: 'Needs you', shape: 'diamond', hue: 'blocked' }, words: (count) => (count === 1 ? 'needs you' : 'need you') },
  { of: 'waiting', hue: 'quiet', look: { word: 'Waiting', shape: 'empty', hue: 'quiet' }, words: () => 'waiting' },
];

/** What needs you, what runs, what landed: a bar and the same in words. */
export function PlanStanding({ standing }: { readonly standing: Standing }): ReactNode {
  return (
    <div className="flex flex-col gap-2">
      <StandingBar standing={standing} />
      <ul className="flex flex-wrap gap-x-5 gap-y-1">
        {PARTS.map(({ of, look, words }) => (
          <li key={of} className={`flex items-center gap-1.5 ${standing[of] === 0 ? 'text-muted' : ''}`}>
            <StatusIcon look={look} />
            <span>
              <span className="font-strong">{standing[of]}</span> {words(standing[of])}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function StandingBar({ standing, className }: { readonly standing: Standing; readonly className?: string }): ReactNode {
  const segments = PARTS.filter(({ of }) => of !== 'waiting').map(({ of, hue }) => ({ hue, count: standing[of] }));
  return <ProgressBar segments={segments} total={Math.max(1, standing.total)} {...(className === undefined ? {} : { className })} />;
}
