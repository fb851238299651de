import { useState } from 'react';
import type { FormEvent, KeyboardEvent, ReactNode } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Flag, SendHorizontal } from 'lucide-react';
import type { ChannelMessage, PostToChannel, TeamView } from '@maestro/protocol';
import { post, queries } from '../../api/index.js';
import { Button, Callout, TextArea } from '../../ui/index.js';
import { isTalkedOut } from './domain/team.js';

/** Speaks to a team: once, or as a directive that stands. What was typed stays until the studio has it. */
export function Composer({ team }: { readonly team: TeamView }): ReactNode {
  const client = useQueryClient();
  const [text, setText] = useState('');
  const sending = useMutation({
    mutationFn: (message: PostToChannel) => post<ChannelMessage>(`/teams/${team.id}/messages`, message),
    onSuccess: () => {
      setText('');
      return Promise.all([client.invalidateQueries({ queryKey: queries.channel(team.id).queryKey }), client.invalidateQueries({ queryKey: queries.teams(team.projectId).queryKey })]);
    },
  });
  const send = (kind: PostToChannel['kind']): void => {
    if (text.trim() !== '' && !sending.isPending) sending.mutate({ kind, text: text.trim() });
  };
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    send('note');
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send('note');
  };
  return (
    <form onSubmit={onSubmit} className="sticky bottom-0 flex flex-col gap-2 border-t border-border bg-surface px-4 py-3">
      {sending.error !== null && (
        <Callout kind="problem" urgent>
          <p>{sending.error.message}</p>
        </Callout>
      )}
      <TextArea label="Say something to the team" labelHidden placeholder="Say something to the team" value={text} maxLength={8_000} rows={2} onChange={(event) => setText(event.target.value)} onKeyDown={onKeyDown} />
      <div className="flex flex-wrap items-center gap-2">
        <p className={`min-w-0 flex-1 text-small max-md:basis-full ${isTalkedOut(team) ? 'font-strong text-blocked' : 'text-muted'}`}>
          {isTalkedOut(team) ? `The agents have said all ${team.maxTurns} things that they may, and wait. What you say lets them talk again.` : `${team.turns} of ${team.maxTurns} turns since a person last spoke`}
        </p>
        <Button className="max-md:h-11" disabled={sending.isPending || text.trim() === ''} onClick={() => send('steering')} title="It stands until it is taken back, and reaches agents at work now">
          <Flag aria-hidden className="size-4" strokeWidth={1.75} />
          Add directive
        </Button>
        <Button type="submit" kind="primary" className="max-md:h-11" disabled={sending.isPending || text.trim() === ''}>
          <SendHorizontal aria-hidden className="size-4" strokeWidth={1.75} />
          {sending.isPending ? 'Sending…' : 'Send'}
        </Button>
      </div>
    </form>
  );
}
