import { FailureClass } from '@maestro/protocol';
import type { Moment } from '../domain/complaints.js';
import { complaintEnd } from '../domain/complaints.js';
import { agentEnvironment } from '../domain/environment.js';
import type { LineReader, Program } from './program.js';

/** A program that the person named: its prompt comes on standard input, its standard output is the transcript, exit code 0 means done. */
export interface CommandOptions {
  /** What people call it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly host: Readonly<Record<string, string>>;
  readonly allow: readonly string[];
  readonly moment: () => Moment;
}

/** How much of its output can become the final message. The verdict line is the last one, so the end is what is kept. */
const FINAL_CHARACTERS = 32_000;

export function commandProgram(options: CommandOptions): Program {
  return {
    name: options.name,
    plan(turn, prompt) {
      const env = agentEnvironment({ host: options.host, allow: options.allow, ...(turn.env && { add: turn.env }), ...(turn.tools && { tools: turn.tools }) });
      return { command: options.command, args: options.args, env, input: prompt };
    },
    read: () => reader(options),
  };
}

/**
 * The final message is the last paragraph of the output: what a program printed while working (test logs, file contents) is not what it says in the end.
 */
function reader(options: CommandOptions): LineReader {
  let paragraph = '';
  let last = '';
  return {
    line(line) {
      if (line.trim() === '') {
        if (paragraph !== '') last = paragraph;
        paragraph = '';
        return { events: [] };
      }
      paragraph = `${paragraph}${paragraph === '' ? '' : '\n'}${line}`.slice(-FINAL_CHARACTERS);
      return { events: [{ kind: 'log', stream: 'stdout', text: line }] };
    },
    exit(code, signal, complaint) {
      const finalMessage = paragraph === '' ? last : paragraph;
      if (code === 0) return { events: finalMessage === '' ? [] : [{ kind: 'message', text: finalMessage }], end: { kind: 'completed', finalMessage } };
      const how = signal === null ? `exit code ${String(code)}` : `signal ${signal}`;
      return { end: complaintEnd(options.name, `${how}. ${complaint === '' ? finalMessage : complaint}`, options.moment(), FailureClass.crash) };
    },
  };
}
