import { describe, expect, it } from 'vitest';
import { commandOf } from './operator-commands.js';

describe('commandOf', () => {
  it.each([[[]], [['--ready-json']]])('serves when %j asks for nothing else', (args) => {
    expect(commandOf(args)).toBeUndefined();
  });

  it.each([[['backup', 'a.gz']], [['restore', 'a.gz']], [['move']], [['move', '--ready-json']]])('knows %j', (args) => {
    expect(commandOf(args)).toHaveProperty('run');
  });

  it.each([[['backup']], [['backup', 'a', 'b']], [['move', 'a']], [['restor', 'a']], [['toString']]])('does not guess what %j means', (args) => {
    expect(commandOf(args)).toMatchObject({ misunderstood: expect.stringContaining('backup <file>') as string });
  });
});
