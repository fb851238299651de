import { dirname, posix } from 'node:path';

/** Answers about the repository's files, so that the rules need no file system. */
export interface Files {
  /** True for a file or folder; the path is relative to the root. */
  exists(path: string): boolean;
  /** The text of a Markdown file. */
  read(path: string): string;
}

const LINK = /!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g;

/**
 * The relative links of a Markdown file that lead nowhere, as sentences.
 *
 * Links to other hosts are left alone: a check that depends on the network fails for reasons that are not in this repository.
 */
export function brokenLinks(path: string, files: Files): string[] {
  return linksOf(files.read(path)).flatMap((target) => {
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return [];
    if (target.startsWith('/')) return [`${path} links to "${target}": write it relative to this file`];
    const [file = '', anchor] = target.split('#', 2);
    const destination = file === '' ? path : posix.normalize(posix.join(dirname(path), decodeURIComponent(file)));
    if (!files.exists(destination)) return [`${path} links to "${target}", which does not exist`];
    if (anchor === undefined || !destination.endsWith('.md') || anchorsOf(files.read(destination)).has(anchor)) return [];
    return [`${path} links to "${target}", but ${destination} has no such heading`];
  });
}

function linksOf(markdown: string): string[] {
  return [...withoutCode(markdown).matchAll(LINK)].map((match) => match[1] ?? '');
}

/** The anchors that GitHub gives to headings: lower case, spaces to hyphens, most punctuation dropped, repeats numbered. */
function anchorsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutFences(markdown).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const base = text.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(/\s/g, '-');
    let anchor = base;
    for (let repeat = 1; anchors.has(anchor); repeat++) anchor = `${base}-${repeat}`;
    anchors.add(anchor);
  }
  return anchors;
}

function withoutCode(markdown: string): string {
  return withoutFences(markdown).replaceAll(/(`+)[^`][\s\S]*?\1/g, '');
}

function withoutFences(markdown: string): string {
  return markdown.replaceAll(/^(\s*)(```+|~~~+)[\s\S]*?^\1\2[ \t]*$/gm, '');
}
