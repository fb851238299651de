import type { ReactNode } from 'react';
import type { DiffLine } from './domain/edit.js';

const LOOKS: Readonly<Record<DiffLine['sign'], string>> = {
  '+': 'bg-done/12',
  '-': 'bg-blocked/10',
  ' ': 'text-muted',
  '@': 'text-muted bg-raised',
};
const SPOKEN: Readonly<Record<DiffLine['sign'], string>> = { '+': 'added: ', '-': 'removed: ', ' ': '', '@': '' };

/** What changed, line by line, with signs as well as colours. */
export function DiffLines({ lines, label }: { readonly lines: readonly DiffLine[]; readonly label: string }): ReactNode {
  return (
    <div role="group" aria-label={label} tabIndex={0} className="max-h-120 overflow-auto rounded-control border border-border bg-background py-1 font-mono text-small">
      <div className="w-max min-w-full">
        {lines.map(({ sign, text }, index) => (
          <div key={index} className={`flex px-2 whitespace-pre ${LOOKS[sign]}`}>
            <span aria-hidden className="w-4 shrink-0 select-none">
              {sign === '@' ? '' : sign}
            </span>
            <span className="sr-only">{SPOKEN[sign]}</span>
            <span>{text === '' ? ' ' : text}</span>
          </div>
        ))}
      </div>
    </div>
  );
}
