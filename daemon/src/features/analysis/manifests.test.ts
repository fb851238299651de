import { describe, expect, it } from 'vitest';
import { fc, test } from '@fast-check/vitest';
import { manifestKind, NO_MANIFEST } from './domain/manifest-facts.js';
import type { ManifestKind } from './domain/manifest-facts.js';
import { readManifest } from './manifests.js';

const read = (path: string, text: string) => readManifest(manifestKind(path) as ManifestKind, path, text);

describe('manifests', () => {
  it('package.json: packages, scripts, entry points and how it is imported', () => {
    const found = read('web/package.json', JSON.stringify({ name: '@acme/web', version: '1.2.0', main: './dist/index.js', bin: { shop: 'bin/shop.js' }, exports: { '.': { types: './src/index.ts', default: './dist/index.js' } }, scripts: { test: 'vitest' }, dependencies: { react: '1' }, imports: { '#app': './src/app.js' } }));
    expect(found.packages).toEqual([{ name: '@acme/web', path: 'web/package.json', manager: 'npm', version: '1.2.0', dependencies: ['react'] }]);
    expect(found.commands).toEqual([{ name: 'test', command: 'npm --prefix web run test  # vitest', path: 'web/package.json' }]);
    expect(found.entries.map(({ path }) => path)).toEqual(['web/dist/index.js', 'web/bin/shop.js', 'web/src/index.ts', 'web/dist/index.js']);
    expect(found.aliases).toContainEqual({ pattern: '#app', targets: ['web/src/app.js'] });
  });

  it('tsconfig.json: path mappings, with the comments and commas that it allows', () => {
    expect(read('app/tsconfig.json', '{ // c\n "compilerOptions": { "baseUrl": "./src", /* d */ "paths": { "@/*": ["./*", "http://x//y"], }, } }').aliases[0]).toEqual({ pattern: '@/*', targets: ['app/src/*', 'app/src/http:/x/y'] });
  });

  it.each([
    ['pyproject.toml', '[project]\nname = "shop"\nversion = "2"\ndependencies = ["Flask>=2", "click ; python_version > \'3\'"]\n[project.scripts]\nshop = "shop.cli:main"\n', { name: 'shop', manager: 'pip', version: '2', dependencies: ['flask', 'click'] }],
    ['pyproject.toml', '[tool.poetry]\nname = "shop"\n[tool.poetry.dependencies]\npython = "^3"\ndjango = "*"\n', { name: 'shop', manager: 'poetry', version: '', dependencies: ['django'] }],
    ['setup.py', 'setup(name="shop", version="3", install_requires=["six>=1"], entry_points={"console_scripts": ["shop=shop.cli:main"]})', { name: 'shop', manager: 'pip', version: '3', dependencies: ['six'] }],
    ['setup.cfg', '[metadata]\nname = shop\nversion = 4\n[options]\ninstall_requires =\n    six>=1\n    attrs\n', { name: 'shop', manager: 'pip', version: '4', dependencies: ['six', 'attrs'] }],
    ['go.mod', 'module example.com/shop\ngo 1.22\nrequire (\n\tgithub.com/a/b v1.0.0 // indirect\n)\nrequire github.com/c/d v2.0.0\n', { name: 'example.com/shop', manager: 'go', version: '', dependencies: ['github.com/a/b', 'github.com/c/d'] }],
    ['Cargo.toml', '[package]\nname = "shop"\nversion = "5"\n[dependencies]\nserde = "1"\n', { name: 'shop', manager: 'cargo', version: '5', dependencies: ['serde'] }],
    ['pom.xml', '<project><parent><artifactId>up</artifactId></parent><artifactId>shop</artifactId><version>6</version><dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId></dependency></dependencies></project>', { name: 'shop', manager: 'maven', version: '6', dependencies: ['g:a'] }],
  ])('%s', (path, text, expected) => expect(read(path, text).packages).toEqual([{ path, ...expected }]));

  it('Makefile: its targets, not its variables', () => {
    expect(read('Makefile', 'CC := gcc\nall: build\nbuild:\n\tcc\n.PHONY: all\n').commands.map(({ name }) => name)).toEqual(['all', 'build']);
  });

  test.prop([fc.constantFrom('package.json', 'tsconfig.json', 'pyproject.toml', 'setup.cfg', 'setup.py', 'go.mod', 'Cargo.toml', 'pom.xml', 'build.gradle', 'composer.json', 'Gemfile', 'a.gemspec', 'Makefile', 'compose.yml', 'a.csproj', 'CMakeLists.txt', 'requirements.txt'), fc.oneof(fc.string(), fc.json(), fc.jsonValue().map((value) => JSON.stringify({ name: value, scripts: value, bin: value, exports: value, dependencies: value, compilerOptions: { paths: value } })))])(
    'broken ones say nothing, and never throw',
    (path, text) => {
      expect(Object.keys(read(path, text)).sort()).toEqual(Object.keys(NO_MANIFEST).sort());
    },
  );
});
