import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { folderOf, joined, NO_MANIFEST } from './domain/manifest-facts.js';
import type { FoundCommand, FoundEntry, FoundPackage, ManifestFacts, ManifestKind } from './domain/manifest-facts.js';

type Table = Readonly<Record<string, unknown>>;

const MOST = 500;

/** What a manifest says. What it does not say in the shape that its tool documents is left out; broken ones say nothing. */
export function readManifest(kind: ManifestKind, path: string, text: string): ManifestFacts {
  try {
    return cut(READERS[kind](path, text));
  } catch {
    return NO_MANIFEST;
  }
}

const READERS: Readonly<Record<ManifestKind, (path: string, text: string) => Partial<ManifestFacts>>> = {
  'package.json': readPackageJson,
  tsconfig: readTsconfig,
  pyproject: readPyproject,
  'setup.cfg': readSetupCfg,
  'setup.py': readSetupPy,
  requirements: (path, text) => ({ packages: [{ name: folderOf(path) === '' ? path : folderOf(path), path, manager: 'pip', version: '', dependencies: requirements(text.split('\n')) }] }),
  'go.mod': readGoMod,
  cargo: readCargo,
  maven: readMaven,
  gradle: (path, text) => ({ packages: [{ name: /rootProject\.name\s*=\s*['"]([^'"]+)/.exec(text)?.[1] ?? (folderOf(path) || 'gradle'), path, manager: 'gradle', version: '', dependencies: [...text.matchAll(/(?:implementation|api|compileOnly|runtimeOnly|testImplementation|classpath)\s*\(?\s*['"]([^'":]+:[^'":]+)/g)].map((match) => match[1] ?? '') }] }),
  composer: readComposer,
  gemfile: (path, text) => ({ packages: [{ name: folderOf(path) || 'Gemfile', path, manager: 'bundler', version: '', dependencies: [...text.matchAll(/^\s*gem\s+['"]([^'"]+)/gm)].map((match) => match[1] ?? '') }] }),
  gemspec: (path, text) => ({ packages: [{ name: /\.name\s*=\s*['"]([^'"]+)/.exec(text)?.[1] ?? path, path, manager: 'rubygems', version: '', dependencies: [...text.matchAll(/add_(?:runtime_|development_)?dependency\s*\(?\s*['"]([^'"]+)/g)].map((match) => match[1] ?? '') }] }),
  makefile: (path, text) => ({ commands: [...new Set([...text.matchAll(/^([A-Za-z][\w.-]*)\s*:(?![=:])/gm)].map((match) => match[1] ?? ''))].slice(0, 60).map((target) => ({ name: target, command: folderOf(path) === '' ? `make ${target}` : `make -C ${folderOf(path)} ${target}`, path })) }),
  compose: (path, text) => ({ commands: Object.keys(tableOf(tableOf(parseYaml(text))['services'])).map((service) => ({ name: service, command: `docker compose -f ${path} up ${service}`, path })) }),
  csproj: (path, text) => ({ packages: [{ name: (path.split('/').at(-1) ?? path).replace(/\.\w+proj$/, ''), path, manager: 'nuget', version: /<Version>([^<]+)/.exec(text)?.[1] ?? '', dependencies: [...text.matchAll(/<PackageReference\s+Include="([^"]+)"/g)].map((match) => match[1] ?? '') }] }),
  cmake: (path, text) => ({ packages: [...text.matchAll(/^\s*project\s*\(\s*([\w.-]+)/gim)].map((match) => ({ name: match[1] ?? '', path, manager: 'cmake', version: '', dependencies: [...text.matchAll(/find_package\s*\(\s*([\w.-]+)/gi)].map((found) => found[1] ?? '') })) }),
};

function readPackageJson(path: string, text: string): Partial<ManifestFacts> {
  const json = tableOf(JSON.parse(text));
  const folder = folderOf(path);
  const name = textOf(json['name']);
  const dependencies = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'].flatMap((key) => Object.keys(tableOf(json[key])));
  const commands = Object.entries(tableOf(json['scripts'])).map(([script, command]) => ({ name: script, command: `${folder === '' ? 'npm' : `npm --prefix ${folder}`} run ${script}  # ${textOf(command)}`, path }));
  const entries: FoundEntry[] = [];
  const add = (target: unknown, because: string): void => {
    const found = typeof target === 'string' ? joined(folder, target) : undefined;
    if (found !== undefined && found !== '') entries.push({ path: found, because });
  };
  add(json['main'], 'main of package.json');
  add(json['module'], 'module of package.json');
  const { bin } = json;
  if (typeof bin === 'string') add(bin, `command ${name}`);
  else for (const [command, target] of Object.entries(tableOf(bin))) add(target, `command ${command}`);
  for (const target of exportTargets(json['exports'])) add(target, 'exports of package.json');
  const sources = entries.map(({ path: entry }) => entry);
  const aliases = name === '' ? [] : [{ pattern: name, targets: [...sources, `${folder === '' ? '' : `${folder}/`}src/index`, `${folder === '' ? '' : `${folder}/`}index`] }, { pattern: `${name}/*`, targets: [`${folder === '' ? '' : `${folder}/`}*`, `${folder === '' ? '' : `${folder}/`}src/*`] }];
  const own = Object.entries(tableOf(json['imports'])).flatMap(([pattern, target]) => exportTargets(target).slice(0, 3).map((each) => ({ pattern, targets: [joined(folder, each) ?? each] })));
  return { packages: name === '' && dependencies.length === 0 ? [] : [{ name: name || folder || 'package.json', path, manager: 'npm', version: textOf(json['version']), dependencies }], commands, entries, aliases: [...aliases, ...own] };
}

/** Every file that `exports` names, whatever the conditions. */
function exportTargets(value: unknown, depth = 0): readonly string[] {
  if (typeof value === 'string') return value.includes('*') && depth === 0 ? [] : [value];
  if (depth > 6 || typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((each) => exportTargets(each, depth + 1)).filter((target) => !target.includes('*')).slice(0, 100);
}

function readTsconfig(path: string, text: string): Partial<ManifestFacts> {
  const options = tableOf(tableOf(JSON.parse(withoutJsonComments(text)))['compilerOptions']);
  const base = joined(folderOf(path), textOf(options['baseUrl']) || '.') ?? '';
  const aliases = Object.entries(tableOf(options['paths'])).map(([pattern, targets]) => ({ pattern, targets: listOf(targets).map((target) => joined(base, target) ?? '').filter((target) => target !== '') }));
  return { aliases };
}

function readPyproject(path: string, text: string): Partial<ManifestFacts> {
  const toml = tableOf(parseToml(text));
  const project = tableOf(toml['project']);
  const poetry = tableOf(tableOf(toml['tool'])['poetry']);
  const name = textOf(project['name']) || textOf(poetry['name']);
  const groups = [...Object.values(tableOf(project['optional-dependencies'])), ...Object.values(tableOf(toml['dependency-groups']))].flatMap(listOf);
  const dependencies = [...requirements([...listOf(project['dependencies']), ...groups]), ...Object.keys(tableOf(poetry['dependencies'])).filter((each) => each !== 'python'), ...Object.values(tableOf(poetry['group'])).flatMap((group) => Object.keys(tableOf(tableOf(group)['dependencies'])))];
  const scripts = { ...tableOf(project['scripts']), ...tableOf(poetry['scripts']) };
  const commands = [...Object.entries(scripts).map(([script, target]) => ({ name: script, command: `${script}  # ${textOf(target)}`, path })), ...Object.keys(tableOf(tableOf(toml['tool'])['poe'])['tasks'] ?? {}).map((task) => ({ name: task, command: `poe ${task}`, path }))];
  return { packages: name === '' ? [] : [{ name, path, manager: 'poetry' in tableOf(toml['tool']) ? 'poetry' : 'pip', version: textOf(project['version']) || textOf(poetry['version']), dependencies }], commands, entries: scriptEntries(path, scripts) };
}

/** `shop.cli:main` is the function main in shop/cli.py, at the root or in src. */
function scriptEntries(path: string, scripts: Table): readonly FoundEntry[] {
  const folder = folderOf(path);
  return Object.entries(scripts).flatMap(([script, target]) => {
    const module = textOf(target).split(':')[0]?.trim().replaceAll('.', '/') ?? '';
    if (module === '') return [];
    return ['', 'src/'].flatMap((root) => [`${root}${module}.py`, `${root}${module}/__init__.py`]).map((file) => ({ path: folder === '' ? file : `${folder}/${file}`, because: `command ${script}` }));
  });
}

function readSetupCfg(path: string, text: string): Partial<ManifestFacts> {
  const section = (name: string): string => new RegExp(`^\\[${name}\\]\\s*$([\\s\\S]*?)(?=^\\[|(?![\\s\\S]))`, 'm').exec(text)?.[1] ?? '';
  const value = (body: string, key: string): string => new RegExp(`^${key}\\s*=([^\\n]*(?:\\n[ \\t]+[^\\n]*)*)`, 'm').exec(body)?.[1]?.trim() ?? '';
  const name = value(section('metadata'), 'name');
  const scripts = Object.fromEntries(value(section('options.entry_points'), 'console_scripts').split('\n').flatMap((line) => (line.includes('=') ? [[(line.split('=')[0] ?? '').trim(), (line.split('=')[1] ?? '').trim()]] : [])) as [string, string][]);
  return {
    packages: name === '' ? [] : [{ name, path, manager: 'pip', version: value(section('metadata'), 'version'), dependencies: requirements(value(section('options'), 'install_requires').split('\n')) }],
    commands: Object.entries(scripts).map(([script, target]) => ({ name: script, command: `${script}  # ${target}`, path })),
    entries: scriptEntries(path, scripts),
  };
}

/** Python code is not run: what stands in it as literals is taken. */
function readSetupPy(path: string, text: string): Partial<ManifestFacts> {
  const name = /\bname\s*=\s*['"]([^'"]+)['"]/.exec(text)?.[1];
  if (name === undefined) return {};
  const required = /install_requires\s*=\s*\[([^\]]*)\]/.exec(text)?.[1] ?? '';
  const scripts = Object.fromEntries([...(/console_scripts['"]?\s*[:=]\s*\[([^\]]*)\]/.exec(text)?.[1] ?? '').matchAll(/['"]([\w.-]+)\s*=\s*([\w.:]+)['"]/g)].map((match) => [match[1] ?? '', match[2] ?? '']));
  return {
    packages: [{ name, path, manager: 'pip', version: /\bversion\s*=\s*['"]([^'"]+)['"]/.exec(text)?.[1] ?? '', dependencies: requirements([...required.matchAll(/['"]([^'"]+)['"]/g)].map((match) => match[1] ?? '')) }],
    commands: Object.entries(scripts).map(([script, target]) => ({ name: script, command: `${script}  # ${target}`, path })),
    entries: scriptEntries(path, scripts),
  };
}

function readGoMod(path: string, text: string): Partial<ManifestFacts> {
  const module = /^module\s+(\S+)/m.exec(text)?.[1];
  if (module === undefined) return {};
  const blocks = [...text.matchAll(/^require\s*\(([\s\S]*?)^\)/gm)].flatMap((match) => (match[1] ?? '').split('\n'));
  const single = [...text.matchAll(/^require\s+([^(\s]+\s+\S+)/gm)].map((match) => match[1] ?? '');
  const dependencies = [...blocks, ...single].map((line) => line.trim().split(/\s+/)[0] ?? '').filter((each) => each !== '' && !each.startsWith('//'));
  const folder = folderOf(path);
  return {
    packages: [{ name: module, path, manager: 'go', version: '', dependencies }],
    commands: [{ name: 'build', command: folder === '' ? 'go build ./...' : `go -C ${folder} build ./...`, path }, { name: 'test', command: folder === '' ? 'go test ./...' : `go -C ${folder} test ./...`, path }],
    aliases: [{ pattern: module, targets: [folder] }, { pattern: `${module}/*`, targets: [folder === '' ? '*' : `${folder}/*`] }],
  };
}

function readCargo(path: string, text: string): Partial<ManifestFacts> {
  const toml = tableOf(parseToml(text));
  const crate = tableOf(toml['package']);
  const name = textOf(crate['name']);
  const folder = folderOf(path);
  const dependencies = ['dependencies', 'dev-dependencies', 'build-dependencies'].flatMap((key) => Object.keys(tableOf(toml[key])));
  const at = (file: string): string => (folder === '' ? file : `${folder}/${file}`);
  const bins = listOfTables(toml['bin']).map((bin) => ({ path: at(textOf(bin['path']) || `src/bin/${textOf(bin['name'])}.rs`), because: `binary ${textOf(bin['name'])}` }));
  const commands = name === '' ? [] : [{ name: 'build', command: `cargo build -p ${name}`, path }, { name: 'test', command: `cargo test -p ${name}`, path }];
  return {
    packages: name === '' ? [] : [{ name, path, manager: 'cargo', version: textOf(crate['version']), dependencies }],
    commands,
    entries: name === '' ? [] : [{ path: at('src/main.rs'), because: `binary ${name}` }, { path: at(textOf(tableOf(toml['lib'])['path']) || 'src/lib.rs'), because: `library ${name}` }, ...bins],
    aliases: name === '' ? [] : [{ pattern: `crate:${name.replaceAll('-', '_')}`, targets: [at('src/lib.rs')] }],
  };
}

function readMaven(path: string, text: string): Partial<ManifestFacts> {
  const own = text.replace(/<(parent|dependencies|dependencyManagement|build|profiles)>[\s\S]*?<\/\1>/g, '');
  const name = /<artifactId>([^<]+)/.exec(own)?.[1]?.trim();
  if (name === undefined) return {};
  const folder = folderOf(path);
  const dependencies = [...text.matchAll(/<dependency>[\s\S]*?<groupId>([^<]+)<\/groupId>[\s\S]*?<artifactId>([^<]+)/g)].map((match) => `${match[1] ?? ''}:${match[2] ?? ''}`);
  return { packages: [{ name, path, manager: 'maven', version: /<version>([^<]+)/.exec(own)?.[1]?.trim() ?? '', dependencies }], commands: folder === '' ? [{ name: 'test', command: 'mvn test', path }, { name: 'package', command: 'mvn package', path }] : [] };
}

function readComposer(path: string, text: string): Partial<ManifestFacts> {
  const json = tableOf(JSON.parse(text));
  const dependencies = ['require', 'require-dev'].flatMap((key) => Object.keys(tableOf(json[key]))).filter((each) => each.includes('/'));
  const name = textOf(json['name']);
  return {
    packages: name === '' && dependencies.length === 0 ? [] : [{ name: name || folderOf(path) || 'composer.json', path, manager: 'composer', version: textOf(json['version']), dependencies }],
    commands: Object.keys(tableOf(json['scripts'])).map((script) => ({ name: script, command: `composer run ${script}`, path })),
    entries: [json['bin']].flatMap(listOf).map((bin) => ({ path: joined(folderOf(path), bin) ?? bin, because: 'bin of composer.json' })),
  };
}

/** Names of pip requirements, without versions, markers and options. */
function requirements(lines: readonly string[]): readonly string[] {
  return lines.map((line) => /^\s*([A-Za-z0-9][\w.-]*)/.exec(line)?.[1]?.toLowerCase() ?? '').filter((name) => name !== '');
}

/** Comments and trailing commas, which tsconfig allows; strings are left as they are. */
function withoutJsonComments(text: string): string {
  return text.replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_match, literal: string | undefined) => literal ?? '').replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_match, literal: string | undefined) => literal ?? '');
}

function cut(facts: Partial<ManifestFacts>): ManifestFacts {
  const { packages = [], commands = [], entries = [], aliases = [] } = facts;
  const short = (text: string, most: number): string => text.slice(0, most);
  return {
    packages: packages.filter(({ name }) => name !== '').slice(0, 50).map((each): FoundPackage => ({ ...each, name: short(each.name, 200), version: short(each.version, 100), dependencies: [...new Set(each.dependencies)].slice(0, MOST) })),
    commands: commands.filter(({ name }) => name !== '').slice(0, 100).map((each): FoundCommand => ({ ...each, name: short(each.name, 200), command: short(each.command, 300) })),
    entries: entries.slice(0, 100).map((each): FoundEntry => ({ ...each, because: short(each.because, 200) })),
    aliases: aliases.slice(0, MOST),
  };
}

const tableOf = (value: unknown): Table => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : {});
const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
const listOf = (value: unknown): readonly string[] => (typeof value === 'string' ? [value] : Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : []);
const listOfTables = (value: unknown): readonly Table[] => (Array.isArray(value) ? value.map(tableOf) : []);
