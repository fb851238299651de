/** The words of `git fast-import`, which makes a commit of any bytes under any names without touching a work tree or an index. */

/** A path as fast-import reads it: always quoted, because a name may hold anything but NUL. @param path as bytes, one character each. */
export function quotedPath(path: string): string {
  const escaped = [...path].map((character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    const code = character.charCodeAt(0);
    return code < 0x20 || code > 0x7e ? `\\${code.toString(8).padStart(3, '0')}` : character;
  });
  return `"${escaped.join('')}"`;
}

export interface ImportHeader {
  readonly ref: string;
  readonly parent: string;
  readonly author: { readonly name: string; readonly email: string };
  /** Seconds since the Unix epoch. */
  readonly at: number;
  readonly message: string;
}

/** The start of a commit command; file commands follow. Counts bytes, as fast-import does. */
export function commitHeader(header: ImportHeader): string {
  const { author } = header;
  const length = new TextEncoder().encode(header.message).length;
  return `commit ${header.ref}\ncommitter ${plain(author.name)} <${plain(author.email)}> ${header.at} +0000\ndata ${length}\n${header.message}\nfrom ${header.parent}\n`;
}

/** Names cannot hold what delimits them. */
function plain(text: string): string {
  return text.replace(/[<>\n\r\0]/g, '').trim();
}
