/** What a line that was typed on the screen asks for. */
export type Typed =
  | { readonly kind: 'nothing' }
  /** `of`: the task or run that is meant; absent: the team, or else the agent that is looked at. */
  | { readonly kind: 'steer'; readonly text: string; readonly of: string | undefined }
  | { readonly kind: 'clear_steering' }
  | { readonly kind: 'quit' }
  | { readonly kind: 'wrong'; readonly sentence: string };

const EXAMPLE = 'steer "Keep the public names."';

/**
 * Reads a line. Commands may be typed as in a shell, with `maestro` before them or without it; whatever is none of them is a directive as it
 * stands, because directing agents is what the line is for.
 */
export function readTyped(line: string): Typed {
  const trimmed = line.trim();
  if (trimmed === '') return { kind: 'nothing' };
  const asInShell = /^maestro(?:\s+|$)/.test(trimmed);
  const words = trimmed.replace(/^maestro(?:\s+|$)/, '');
  const [command = ''] = words.split(/\s/, 1);
  const rest = words.slice(command.length).trim();
  if (command === 'steer') return readSteer(rest);
  if (command === 'clear-steering' && rest === '') return { kind: 'clear_steering' };
  if (command === 'quit' && rest === '') return { kind: 'quit' };
  if (asInShell) return { kind: 'wrong', sentence: 'Here you can type steer, clear-steering and quit; every other command goes into another terminal.' };
  return { kind: 'steer', text: trimmed, of: undefined };
}

function readSteer(rest: string): Typed {
  const option = /^--(?:task|run)(?:\s+|=)(\S+)\s*/.exec(rest);
  const text = unquoted(rest.slice(option?.[0].length ?? 0));
  if (text === '') return { kind: 'wrong', sentence: `Say what the agents should know or do: ${EXAMPLE}` };
  return { kind: 'steer', text, of: option?.[1] };
}

function unquoted(text: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(text);
  return (quoted?.[2] ?? text).trim();
}
