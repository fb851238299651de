import { useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { RunView, SteerRun } from '@maestro/protocol';
import { post } from '../../api/index.js';
import { Button, Callout, TextArea } from '../../ui/index.js';
import { unheard } from './domain/steering.js';
import type { Sent } from './domain/steering.js';
import type { Item } from './domain/transcript.js';

interface SteerBarProps {
  readonly run: RunView;
  readonly items: readonly Item[];
  readonly lastLine: number;
}

/** Words for the agent while it works, and whether it has heard them. */
export function SteerBar({ run, items, lastLine }: SteerBarProps): ReactNode {
  const [text, setText] = useState('');
  const [sent, setSent] = useState<readonly Sent[]>([]);
  const steering = useMutation({
    mutationFn: (words: string) => post<RunView>(`/runs/${run.id}/steer`, { text: words } satisfies SteerRun),
    onMutate: (words) => {
      const added = { text: words, after: lastLine };
      setSent((before) => [...before, added]);
      setText('');
      return added;
    },
    onError: (_, words, added) => {
      setSent((before) => before.filter((each) => each !== added));
      setText((typed) => (typed === '' ? words : typed));
    },
  });
  const send = (): void => {
    if (text.trim() !== '') steering.mutate(text.trim());
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const waiting = unheard(sent, items);
  return (
    <section aria-label="Steer the agent" className="flex shrink-0 flex-col gap-2 border-t border-border bg-surface px-4 py-3 md:px-6">
      <ul aria-live="polite" className="flex max-h-24 flex-col gap-1 overflow-y-auto empty:hidden">
        {waiting.map(({ text: words, after }, index) => (
          <li key={`${after}-${index}`} className="flex gap-2 text-small text-muted">
            <span className="min-w-0 flex-1 truncate">{words}</span>
            <span className="shrink-0">{run.status === 'waiting' ? 'It hears this when it goes on' : 'Sent, not there yet'}</span>
          </li>
        ))}
      </ul>
      {steering.error !== null && (
        <Callout kind="problem" urgent>
          <p>{steering.error.message}</p>
        </Callout>
      )}
      <div className="flex items-end gap-2">
        <div className="min-w-0 flex-1">
          <TextArea label="Say something to the agent" labelHidden rows={1} maxLength={20_000} placeholder="Say something to the agent…" className="min-h-8! max-md:min-h-11!" value={text} onChange={(event) => setText(event.target.value)} onKeyDown={onKeyDown} />
        </div>
        <Button kind="primary" className="max-md:h-11" disabled={text.trim() === ''} onClick={send}>
          Steer
        </Button>
      </div>
    </section>
  );
}
