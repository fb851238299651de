import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { Check, Copy } from 'lucide-react';

/** A command to be pasted into a terminal, with a button that copies it. */
export function CommandLine({ command }: { readonly command: string }): ReactNode {
  const text = useRef<HTMLElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    // Browsers lend the clipboard to pages on HTTPS or this machine only; elsewhere the text is selected, one keystroke from copied.
    try {
      await navigator.clipboard.writeText(command);
      setCopied(true);
    } catch {
      if (text.current !== null) getSelection()?.selectAllChildren(text.current);
    }
  };
  return (
    <div className="flex h-9 w-full max-w-140 min-w-0 items-center rounded-control border border-border bg-background">
      <code ref={text} tabIndex={0} className="flex-1 overflow-x-auto px-2.5 font-mono text-small whitespace-nowrap [scrollbar-width:none]">
        {command}
      </code>
      <button type="button" onClick={() => void copy()} className="flex h-full items-center gap-1.5 border-l border-border px-2.5 text-small text-muted hover:bg-raised hover:text-text">
        {copied ? <Check aria-hidden className="size-3.5 text-done" /> : <Copy aria-hidden className="size-3.5" />}
        <span aria-live="polite">{copied ? 'Copied' : 'Copy'}</span>
      </button>
    </div>
  );
}
