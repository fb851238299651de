import { ArtifactKind } from '@maestro/protocol';
import type { Artifact, FileFacts, FoundSymbol } from './facts.js';

/** A studio takes no more of one file; what is cut is what comes last in it. */
const MOST_OF_ONE_FILE = 300;
const SERVICE = /(Service|Repository|Client|Controller|Handler|Manager|Gateway|Provider|Store)$/;
const HELPER_PLACE = /(^|\/)(utils?|helpers?|internal|support)(\/|\.[^/]*$)/i;

/** The artifacts of a file: its declarations, and the file itself where its head says what it is for. */
export function artifactsOf(path: string, facts: FileFacts): readonly Artifact[] {
  const found = facts.symbols.filter(({ name }) => name !== '').map((symbol) => artifactOf(path, symbol));
  const module = facts.doc === '' ? [] : [moduleOf(path, facts)];
  return [...module, ...found].slice(0, MOST_OF_ONE_FILE);
}

function artifactOf(path: string, symbol: FoundSymbol): Artifact {
  const { name, container, signature, doc, line, endLine, exported } = symbol;
  return {
    kind: kindOf(path, symbol),
    name: name.slice(0, 200),
    container: container.slice(0, 200),
    signature: signature.slice(0, 600),
    doc: doc.slice(0, 1_500),
    line: Math.max(1, line),
    endLine: Math.max(1, line, endLine),
    exported,
  };
}

/** What an artifact is, as far as form and name tell: a reader's first guess, made once. */
function kindOf(path: string, { form, name, exported, markup }: FoundSymbol): ArtifactKind {
  if ((form === 'function' || form === 'class' || form === 'constant') && markup && /^[A-Z]/.test(name)) return ArtifactKind.component;
  switch (form) {
    case 'function':
      return !exported || HELPER_PLACE.test(path) ? ArtifactKind.helper : ArtifactKind.function;
    case 'method':
      return ArtifactKind.method;
    case 'class':
      return SERVICE.test(name) ? ArtifactKind.service : ArtifactKind.class;
    case 'type':
      return ArtifactKind.interface;
    case 'constant':
      return ArtifactKind.constant;
  }
}

function moduleOf(path: string, { doc, lines }: FileFacts): Artifact {
  const file = path.split('/').at(-1) ?? path;
  return { kind: ArtifactKind.module, name: file.slice(0, 200), container: '', signature: path.slice(0, 600), doc: doc.slice(0, 1_500), line: 1, endLine: Math.max(1, lines), exported: true };
}
