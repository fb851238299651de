import type { ReactNode } from 'react';

/** A sentence of the studio: what stands between backticks in it is a command, a file or a name, and is set like one. */
export function Sentence({ text }: { readonly text: string }): ReactNode {
  return text.split('`').map((part, index, all) =>
    // An odd part closes only if another backtick follows; a lone one is a backtick.
    index % 2 === 1 && index < all.length - 1 ? (
      <code key={index} className="rounded-[3px] bg-raised px-1 font-mono text-small">
        {part}
      </code>
    ) : (
      (index % 2 === 1 ? '`' : '') + part
    ),
  );
}
