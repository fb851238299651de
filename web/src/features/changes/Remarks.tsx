import type { ReactNode } from 'react';
import { Markdown } from '../../ui/index.js';
import type { Remark } from './domain/placing.js';

/** What reviewers said, at the place they said it of. */
export function Remarks({ remarks, named = false }: { readonly remarks: readonly Remark[]; readonly named?: boolean }): ReactNode {
  return (
    <ul className="flex flex-col gap-1.5">
      {remarks.map((remark, index) => (
        <li key={index} className={`flex flex-col gap-0.5 border-l-2 pl-3 ${remark.finding.severity === 'blocking' ? 'border-blocked' : 'border-border'}`}>
          <p className="flex flex-wrap gap-x-2 text-small text-muted">
            <span className={remark.finding.severity === 'blocking' ? 'font-strong text-blocked' : ''}>{remark.finding.severity === 'blocking' ? 'Blocking' : 'Advisory'}</span>
            {remark.finding.category !== undefined && <span>{remark.finding.category}</span>}
            {named && remark.finding.path !== undefined && <code className="font-mono break-all">{remark.finding.path}</code>}
            {named && remark.finding.line !== undefined && <span>line {remark.finding.line}</span>}
            <span>by {remark.by}</span>
            {!remark.counted && <span>kept as evidence</span>}
          </p>
          <Markdown text={remark.finding.message} />
        </li>
      ))}
    </ul>
  );
}
