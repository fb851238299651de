import type { Item } from './transcript.js';

/** Words sent from this page. */
export interface Sent {
  readonly text: string;
  /** The last line of the transcript when they were sent. */
  readonly after: number;
}

/** Those that the transcript does not show as heard. Said twice, they have to be heard twice. */
export function unheard(sent: readonly Sent[], items: readonly Item[]): readonly Sent[] {
  const heard = items.flatMap((item) => (item.kind === 'steered' ? [item] : []));
  return sent.filter(({ text, after }) => {
    const found = heard.findIndex((item) => item.seq > after && item.text === text);
    if (found !== -1) heard.splice(found, 1);
    return found === -1;
  });
}
