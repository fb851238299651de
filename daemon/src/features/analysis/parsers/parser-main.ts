import { createInterface } from 'node:readline';
import { FileParser } from './parse-file.js';
import type { ParseRequest } from './parse-file.js';

/*
 * The parser's own process: one request a line on standard input, one answer a line on standard output, in order. It may die of what it
 * reads; whoever started it takes the file it was reading for one that cannot be parsed.
 */
const parser = new FileParser();

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  if (line === '') continue;
  const facts = await parser.parse(JSON.parse(line) as ParseRequest);
  process.stdout.write(`${JSON.stringify(facts ?? null)}\n`);
}
