import type { ReactNode } from 'react';
import type { CatalogHit } from '@maestro/protocol';
import { linesOf, pathParts } from './domain/search.js';

const FOUND_BY: Readonly<Record<CatalogHit['foundBy'], string>> = { text: 'by text', vector: 'by vector', both: 'by text and vector' };

/** Something that can be used again: what it is, where it is, and how it was found. All of its words come from the repository. */
export function Hit({ hit }: { readonly hit: CatalogHit }): ReactNode {
  const { name, container, kind, signature, doc, language, path, commit, exported, stale, similarity, foundBy } = hit;
  const { folder, file } = pathParts(path);
  return (
    <li className="flex flex-col gap-1 px-4 py-2.5">
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <h2 className="min-w-0 font-mono text-small break-all">
          {container !== '' && <span className="text-muted">{container}.</span>}
          <span className="font-strong">{name}</span>
        </h2>
        <span className="rounded-round border border-border px-2 text-small text-muted">{kind}</span>
        <span className="text-small text-muted">{language}</span>
        {!exported && <span className="text-small text-muted">of its file alone</span>}
        {stale && (
          <span title="The file has changed since it was analysed, or the base branch has moved on" className="rounded-round border border-progress/60 px-2 text-small">
            stale
          </span>
        )}
        <span className="text-small text-muted tabular-nums md:ml-auto">
          {FOUND_BY[foundBy]}
          {similarity !== null && <span title="Cosine of the vectors of question and artifact"> · {similarity.toFixed(2)}</span>}
        </span>
      </div>
      {doc !== '' && <p className="line-clamp-2 max-w-[85ch]">{doc}</p>}
      {signature !== '' && <code className="line-clamp-2 font-mono text-small break-all text-muted">{signature}</code>}
      <p className="flex flex-wrap gap-x-3 text-small text-muted">
        <span className="min-w-0 font-mono break-all">
          {folder}
          <span className="text-text">{file}</span>:{linesOf(hit)}
        </span>
        <span className="font-mono">{commit.slice(0, 12)}</span>
      </p>
    </li>
  );
}
