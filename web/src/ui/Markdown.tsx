import type { ReactNode } from 'react';
import Prose from 'react-markdown';
import type { Components } from 'react-markdown';

/**
 * Text that people and agents wrote, as Markdown. It comes from outside, so HTML in it is shown as it was typed, addresses other than the
 * web's and mail's lead nowhere, and pictures are links: an agent's words must not make a reader's browser fetch something.
 */
export function Markdown({ text, className = '' }: { readonly text: string; readonly className?: string }): ReactNode {
  return (
    <div className={`flex min-w-0 max-w-[80ch] flex-col gap-2 break-words ${className}`}>
      <Prose components={PARTS}>{text}</Prose>
    </div>
  );
}

const heading = 'pt-1 font-strong';

/** Headings of a text stand below those of the page, so they are no headings of it. */
const PARTS: Components = {
  h1: ({ children }) => <p className={heading}>{children}</p>,
  h2: ({ children }) => <p className={heading}>{children}</p>,
  h3: ({ children }) => <p className={heading}>{children}</p>,
  h4: ({ children }) => <p className={heading}>{children}</p>,
  h5: ({ children }) => <p className={heading}>{children}</p>,
  h6: ({ children }) => <p className={heading}>{children}</p>,
  p: ({ children }) => <p className="whitespace-pre-line">{children}</p>,
  ul: ({ children }) => <ul className="flex list-disc flex-col gap-0.5 pl-5">{children}</ul>,
  ol: ({ children, start }) => (
    <ol start={start} className="flex list-decimal flex-col gap-0.5 pl-5">
      {children}
    </ol>
  ),
  strong: ({ children }) => <strong className="font-strong">{children}</strong>,
  a: ({ href, children }) => <Elsewhere href={href}>{children}</Elsewhere>,
  img: ({ src, alt }) => <Elsewhere href={typeof src === 'string' ? src : undefined}>{alt === undefined || alt === '' ? 'A picture' : alt}</Elsewhere>,
  blockquote: ({ children }) => <blockquote className="flex flex-col gap-2 border-l-2 border-border pl-3 text-muted">{children}</blockquote>,
  code: ({ children }) => <code className="rounded-[3px] bg-raised px-1 font-mono text-small break-words">{children}</code>,
  pre: ({ children }) => (
    <pre tabIndex={0} className="overflow-x-auto rounded-control border border-border bg-background px-3 py-2 font-mono text-small [&_code]:bg-transparent [&_code]:p-0">
      {children}
    </pre>
  ),
  hr: () => <hr className="border-border" />,
};

function Elsewhere({ href, children }: { readonly href: string | undefined; readonly children: ReactNode }): ReactNode {
  if (href === undefined || href === '') return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noreferrer noopener nofollow" className="text-accent underline underline-offset-2">
      {children}
    </a>
  );
}
