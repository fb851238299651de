/** Offsets of a text as line numbers, counted from 1. */
export class LineIndex {
  private readonly starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  get lines(): number {
    return this.starts.length;
  }

  lineOf(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }
}

/** One line of at most `most` characters, spaces put together. */
export function squeezed(text: string, most: number): string {
  const line = text.slice(0, most * 4).replace(/\s+/g, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}

/** What a comment says, without its marks. */
export function commentText(comment: string): string {
  return comment
    .replace(/^\s*\/\*+!?/, '')
    .replace(/\*+\/\s*$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*(\/\/[/!]?|#+|\*|--|;+)? ?/, '').trimEnd())
    .join('\n')
    .trim();
}

/** What a Python string literal says. */
export function docstringText(literal: string): string {
  return literal
    .replace(/^[rRuUbBfF]{0,2}("""|'''|"|')/, '')
    .replace(/("""|'''|"|')$/, '')
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim();
}

/** A licence, a linter's directive or a shebang says nothing about what a file is for. */
export function isBoilerplate(comment: string): boolean {
  return /copyright|licen[cs]ed? under|SPDX-|all rights reserved|permission is hereby granted|eslint-disable|@ts-|istanbul ignore|^\s*!?\/?(usr|bin)\b|coding[:=]/i.test(comment.slice(0, 600));
}
