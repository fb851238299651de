import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Painter } from './painter.js';

/** A terminal that remembers. */
function tty(columns = 20, rows = 4) {
  let written = '';
  const stdout = Object.assign(
    new Writable({
      decodeStrings: false,
      write(chunk: string, _encoding, done) {
        written += chunk;
        done();
      },
    }),
    { columns, rows },
  );
  const stdin = {
    isRaw: true,
    setRawMode(raw: boolean) {
      stdin.isRaw = raw;
    },
  };
  const take = () => {
    const said = written;
    written = '';
    return said;
  };
  return { stdout, stdin, take };
}

const open = (of = tty()) => {
  const painter = new Painter({ stdout: of.stdout, stdin: of.stdin as never });
  painter.enter();
  of.take();
  return { ...of, painter };
};

describe('the painter', () => {
  it('writes only the lines that changed, each at its place', () => {
    const { painter, take } = open();
    painter.write('one\ntwo');
    expect(take()).toBe('\u001b[1;1H\u001b[2Kone\u001b[2;1H\u001b[2Ktwo');
    painter.write('one\nthree');
    expect(take()).toBe('\u001b[2;1H\u001b[2Kthree');
    painter.write('one\nthree');
    expect(take()).toBe('');
    painter.write('one');
    expect(take()).toBe('\u001b[2;1H\u001b[2K');
    painter.leave();
  });

  it('writes everything anew once it was told to forget, and never more lines than there are', () => {
    const { painter, take } = open();
    painter.write('one');
    painter.forget();
    take();
    painter.write('one\n2\n3\n4\n5');
    expect(take()).toBe('\u001b[1;1H\u001b[2Kone\u001b[2;1H\u001b[2K2\u001b[3;1H\u001b[2K3\u001b[4;1H\u001b[2K4');
    painter.leave();
  });

  it('gives the terminal back once: attributes, cursor, the screen before, and keys that are lines again', () => {
    const { painter, stdin, take } = open();
    painter.leave();
    painter.leave();
    expect(take()).toBe('\u001b[0m\u001b[?25h\u001b[?1049l');
    expect(stdin.isRaw).toBe(false);
    painter.write('late');
    painter.forget();
    expect(take()).toBe('');
  });

  it('gives it back when the process ends in any way that node hears of, also by a crash', () => {
    const before = process.listenerCount('exit');
    const { painter, stdin, take } = open();
    const [listener] = process.listeners('exit').slice(-1);
    expect(process.listenerCount('exit')).toBe(before + 1);
    (listener as () => void)();
    expect(take()).toContain('\u001b[?1049l');
    expect(stdin.isRaw).toBe(false);
    painter.leave();
    expect(process.listenerCount('exit')).toBe(before);
  });
});
