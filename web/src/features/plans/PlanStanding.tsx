import type { ReactNode } from 'react';
import { ProgressBar, StatusIcon } from '../../ui/index.js';
import type { Hue, Look } from '../../ui/index.js';
import type { Standing } from './domain/standing.js';

const PARTS: readonly { readonly of: 'landed' | 'running' | 'needsYou' | 'waiting'; readonly look: Look; readonly words: (count: number) => string }[] = [
  { of: 'landed', look: { word: 'Landed', shape: 'check', hue: 'done' }, words: () => 'landed' },
  { of: 'running', look: { word: 'Running', shape: 'half', hue: 'progress' }, words: () => 'running' },
  { of: 'needsYou', look: { word: 'Needs you', shape: 'diamond', hue: 'blocked' }, words: (count) => (count === 1 ? 'needs you' : 'need you') },
  { of: 'waiting', look: { word: 'Waiting', shape: 'empty', hue: 'quiet' }, words: () => 'waiting' },
];

/** What waits leaves its part of the bar empty. */
const BAR: readonly { readonly of: 'landed' | 'running' | 'blocked'; readonly hue: Hue }[] = [
  { of: 'landed', hue: 'done' },
  { of: 'running', hue: 'progress' },
  { of: 'blocked', hue: 'blocked' },
];

/** What needs you, what runs, what landed: a bar and the same in words. */
export function PlanStanding({ standing }: { readonly standing: Standing }): ReactNode {
  return (
    <div className="flex flex-col gap-2">
      <StandingBar standing={standing} />
      <ul className="flex flex-wrap gap-x-5 gap-y-1">
        {PARTS.map(({ of, look, words }) => (
          <li key={of} className={`flex items-center gap-1.5 tabular-nums ${standing[of] === 0 ? 'text-muted' : ''}`}>
            <StatusIcon look={standing[of] === 0 ? { ...look, hue: 'quiet' } : look} />
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
  return <ProgressBar segments={BAR.map(({ of, hue }) => ({ hue, count: standing[of] }))} total={Math.max(1, standing.total)} {...(className === undefined ? {} : { className })} />;
}
