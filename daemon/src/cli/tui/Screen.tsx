import { Box, Text, useInput } from 'ink';
import type { ReactNode } from 'react';
import { ends, fit } from './cells.js';
import { visible } from './field.js';
import type { Press } from './keys.js';
import { pressOf } from './keys.js';
import type { Picture, Side } from './picture.js';
import type { Line, Tone } from './transcript.js';

/** The whole screen, drawn from a picture that has been worked out to the last cell: nothing here breaks or measures lines. */
export function Screen({ picture, colours, onPress }: { readonly picture: Picture | { readonly tooSmall: string }; readonly colours: boolean; readonly onPress: (press: Press) => void }): ReactNode {
  useInput((input, key) => {
    const pressed = pressOf(input, key);
    if (pressed !== undefined) onPress(pressed);
  });
  if ('tooSmall' in picture) return <Text>{picture.tooSmall}</Text>;
  const { layout, head, sides, lines, foot } = picture;
  const { columns, left, right } = layout;
  return (
    <Box flexDirection="column" width={columns} height={layout.rows}>
      <Text>
        <Text bold> maestro </Text>
        {ends(`  ${head.project}`, `${head.link} `, columns - 9)}
      </Text>
      <Text dimColor>{`${'─'.repeat(left)}┬${'─'.repeat(columns - left - 1)}`}</Text>
      {sides.map((side, index) => (
        <Text key={index} wrap="truncate-end">
          <Left side={side} width={left} colours={colours} />
          <Text dimColor>│</Text> <Right line={index === 0 ? undefined : lines[index - 1]} title={index === 0 ? picture.title : undefined} width={right} colours={colours} />
        </Text>
      ))}
      <Text dimColor>{`${'─'.repeat(left)}┴${'─'.repeat(columns - left - 1)}`}</Text>
      <Input picture={picture} />
      <Text dimColor>{ends(` ${foot.status}`, `${foot.keys} `, columns)}</Text>
    </Box>
  );
}

function Left({ side, width, colours }: { readonly side: Side; readonly width: number; readonly colours: boolean }): ReactNode {
  switch (side.kind) {
    case 'blank':
      return <Text>{' '.repeat(width)}</Text>;
    case 'title':
      return <Text dimColor>{fit(` ${side.text}`, width)}</Text>;
    case 'said':
      return <Text dimColor={side.dim}>{fit(` ${side.text}`, width)}</Text>;
    case 'row': {
      const { mark, branch, glyph, name, doing, focused, tone } = side;
      const before = `${mark}${branch}`;
      return (
        <Text bold={focused}>
          <Text {...hue('cyan', focused && colours)}>{before}</Text>
          <Text {...hue(HUES[tone], colours)} dimColor={tone === 'gone'}>{glyph}</Text>
          <Text dimColor={tone === 'gone'}>{ends(` ${name}`, doing, width - before.length - 2)}</Text>{' '}
        </Text>
      );
    }
  }
}

const HUES = { working: 'green', silent: 'yellow', offline: 'red', gone: undefined, calm: undefined } as const;

function Right({ line, title, width, colours }: { readonly line: Line | undefined; readonly title: { readonly left: string; readonly right: string } | undefined; readonly width: number; readonly colours: boolean }): ReactNode {
  if (title !== undefined) return <Text bold>{ends(title.left, title.right, width)}</Text>;
  if (line === undefined) return <Text>{' '.repeat(width)}</Text>;
  return (
    <>
      <Text dimColor>{fit(line.time, 9)}</Text>
      <Text {...tone(line.tone, colours)}>{fit(line.text, width - 9)}</Text>
    </>
  );
}

const TONES: Readonly<Record<Tone, { readonly hue?: string; readonly dim?: boolean; readonly bold?: boolean }>> = {
  plain: {},
  dim: { dim: true },
  strong: { bold: true },
  tool: { hue: 'cyan' },
  bad: { hue: 'red' },
  warn: { hue: 'yellow' },
  person: { hue: 'magenta', bold: true },
};

function tone(name: Tone, colours: boolean): { readonly color?: string; readonly dimColor?: boolean; readonly bold?: boolean } {
  const { hue: colour, dim = false, bold = false } = TONES[name];
  return { ...hue(colour, colours), dimColor: dim, bold };
}

function hue(colour: string | undefined, colours: boolean): { readonly color?: string } {
  return colour === undefined || !colours ? {} : { color: colour };
}

function Input({ picture: { layout, field, prompt, note } }: { readonly picture: Picture }): ReactNode {
  const width = layout.columns - 4;
  if (field.text === '') {
    return (
      <Text>
        {' › '}
        <Text inverse> </Text>
        <Text dimColor>{fit(` ${note ?? prompt}`, width)}</Text>
      </Text>
    );
  }
  const { left, at, right } = visible(field, width);
  return (
    <Text wrap="truncate-end">
      {' › '}
      {left}
      <Text inverse>{at}</Text>
      {right}
    </Text>
  );
}
