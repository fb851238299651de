/** A package that a manifest declares. */
export interface FoundPackage {
  readonly name: string;
  /** Of the manifest. */
  readonly path: string;
  readonly manager: string;
  readonly version: string;
  readonly dependencies: readonly string[];
}

export interface FoundCommand {
  readonly name: string;
  readonly command: string;
  readonly path: string;
}

export interface FoundEntry {
  readonly path: string;
  readonly because: string;
}

/** What a manifest says. Paths are relative to the repository's root. */
export interface ManifestFacts {
  readonly packages: readonly FoundPackage[];
  readonly commands: readonly FoundCommand[];
  readonly entries: readonly FoundEntry[];
  /** Prefixes of imports that lead into the repository: path mappings, names of its own packages. Values may hold one `*`. */
  readonly aliases: readonly { readonly pattern: string; readonly targets: readonly string[] }[];
}

export const NO_MANIFEST: ManifestFacts = { packages: [], commands: [], entries: [], aliases: [] };

/** The manifests that are read, by file name. */
export type ManifestKind = 'package.json' | 'tsconfig' | 'pyproject' | 'setup.cfg' | 'setup.py' | 'requirements' | 'go.mod' | 'cargo' | 'maven' | 'gradle' | 'composer' | 'gemfile' | 'gemspec' | 'makefile' | 'compose' | 'csproj' | 'cmake';

const KINDS: readonly (readonly [RegExp, ManifestKind])[] = [
  [/^package\.json$/, 'package.json'],
  [/^[tj]sconfig(\.[\w-]+)?\.json$/, 'tsconfig'],
  [/^pyproject\.toml$/, 'pyproject'],
  [/^setup\.cfg$/, 'setup.cfg'],
  [/^setup\.py$/, 'setup.py'],
  [/^requirements([-_.][\w-]+)?\.txt$/, 'requirements'],
  [/^go\.mod$/, 'go.mod'],
  [/^Cargo\.toml$/, 'cargo'],
  [/^pom\.xml$/, 'maven'],
  [/^(build|settings)\.gradle(\.kts)?$/, 'gradle'],
  [/^composer\.json$/, 'composer'],
  [/^Gemfile$/, 'gemfile'],
  [/^[\w.-]+\.gemspec$/, 'gemspec'],
  [/^(GNUm|M|m)akefile$/, 'makefile'],
  [/^(docker-)?compose(\.[\w-]+)?\.ya?ml$/, 'compose'],
  [/^[\w.-]+\.(cs|fs|vb)proj$/, 'csproj'],
  [/^CMakeLists\.txt$/, 'cmake'],
];

export function manifestKind(path: string): ManifestKind | undefined {
  const file = path.split('/').at(-1) ?? '';
  return KINDS.find(([pattern]) => pattern.test(file))?.[1];
}

/** `folder/file` without `.` and `..`; undefined when it leads out of the repository. */
export function joined(folder: string, relative: string): string | undefined {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}
