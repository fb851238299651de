// A file as text, which vitest provides: a recorded transcript is data, and reading it at run time would be I/O in a unit test.
declare module '*.jsonl?raw' {
  const text: string;
  // eslint-disable-next-line no-restricted-exports -- the shape is vitest's
  export default text;
}
