/** Where everything is on a screen of this size, in cells. */
export interface Layout {
  readonly columns: number;
  readonly rows: number;
  /** Of the list on the left, without the line between. */
  readonly left: number;
  /** Of the transcript, without the space before it. */
  readonly right: number;
  /** Between the head and the line above the input. */
  readonly body: number;
  /** Lines of the transcript, below its title. */
  readonly transcript: number;
  /** Lines of what the team said, with its title and the empty line above; 0 where there is no room. */
  readonly channel: number;
}

/** Below this nothing could be read. */
const LEAST = { columns: 40, rows: 10 } as const;
/** Head and its line, the line above the input, the input, the status line. */
const AROUND = 5;
const MOST_CHANNEL = 9;
const LEAST_CHANNEL = 4;

/** `undefined` where the screen is too small to show anything. `listed`: how many lines the list would like. */
export function layoutOf({ columns, rows }: { readonly columns: number; readonly rows: number }, listed: number, hasTeam: boolean): Layout | undefined {
  if (columns < LEAST.columns || rows < LEAST.rows) return undefined;
  const left = Math.min(44, Math.max(19, Math.floor(columns * 0.36)));
  const body = rows - AROUND;
  const spare = body - listed - 1;
  const channel = hasTeam && spare >= LEAST_CHANNEL ? Math.min(MOST_CHANNEL, spare) : 0;
  // A line and a space stand between the two, and a space before the edge.
  return { columns, rows, left, right: columns - left - 3, body, transcript: body - 1, channel };
}
