import type { FoundPackage } from './manifest-facts.js';

/** Dependencies that say what a package is built with. The first name that fits is the framework's. */
const BY_DEPENDENCY: readonly (readonly [RegExp, string])[] = [
  [/^next$/, 'Next.js'], [/^nuxt$/, 'Nuxt'], [/^@remix-run\//, 'Remix'], [/^astro$/, 'Astro'], [/^gatsby$/, 'Gatsby'],
  [/^react$/, 'React'], [/^preact$/, 'Preact'], [/^vue$/, 'Vue'], [/^svelte$/, 'Svelte'], [/^@angular\/core$/, 'Angular'], [/^solid-js$/, 'Solid'], [/^ember-source$/, 'Ember'],
  [/^@nestjs\/core$/, 'NestJS'], [/^express$/, 'Express'], [/^fastify$/, 'Fastify'], [/^koa$/, 'Koa'], [/^hono$/, 'Hono'], [/^@hapi\/hapi$/, 'hapi'],
  [/^electron$/, 'Electron'], [/^react-native$/, 'React Native'], [/^ink$/, 'Ink'],
  [/^typeorm$/, 'TypeORM'], [/^@?prisma(\/client)?$/, 'Prisma'], [/^drizzle-orm$/, 'Drizzle'], [/^sequelize$/, 'Sequelize'], [/^mongoose$/, 'Mongoose'],
  [/^vitest$/, 'Vitest'], [/^jest$/, 'Jest'], [/^mocha$/, 'Mocha'], [/^ava$/, 'AVA'], [/^tap$/, 'tap'], [/^@playwright\/test$|^playwright(-core)?$/, 'Playwright'], [/^cypress$/, 'Cypress'],
  [/^vite$/, 'Vite'], [/^webpack$/, 'webpack'], [/^rollup$/, 'Rollup'], [/^esbuild$/, 'esbuild'], [/^turbo$/, 'Turborepo'], [/^nx$/, 'Nx'], [/^eslint$/, 'ESLint'], [/^tailwindcss$/, 'Tailwind CSS'],
  [/^django$/, 'Django'], [/^flask$/, 'Flask'], [/^fastapi$/, 'FastAPI'], [/^starlette$/, 'Starlette'], [/^tornado$/, 'Tornado'], [/^aiohttp$/, 'aiohttp'], [/^click$/, 'Click'], [/^typer$/, 'Typer'],
  [/^sqlalchemy$/, 'SQLAlchemy'], [/^celery$/, 'Celery'], [/^pydantic$/, 'Pydantic'], [/^pytest$/, 'pytest'], [/^tox$/, 'tox'], [/^numpy$/, 'NumPy'], [/^pandas$/, 'pandas'], [/^torch$/, 'PyTorch'],
  [/^github\.com\/gin-gonic\/gin$/, 'Gin'], [/^github\.com\/labstack\/echo/, 'Echo'], [/^github\.com\/gofiber\/fiber/, 'Fiber'], [/^github\.com\/go-chi\/chi/, 'chi'], [/^github\.com\/gorilla\/mux$/, 'Gorilla Mux'],
  [/^github\.com\/spf13\/cobra$/, 'Cobra'], [/^gorm\.io\/gorm$/, 'GORM'], [/^github\.com\/stretchr\/testify$/, 'Testify'], [/^google\.golang\.org\/grpc$/, 'gRPC'],
  [/^actix-web$/, 'Actix Web'], [/^axum$/, 'axum'], [/^rocket$/, 'Rocket'], [/^tokio$/, 'Tokio'], [/^serde$/, 'Serde'], [/^clap$/, 'clap'], [/^diesel$/, 'Diesel'], [/^bevy$/, 'Bevy'],
  [/^org\.springframework\.boot:/, 'Spring Boot'], [/^org\.springframework:/, 'Spring'], [/^io\.quarkus:/, 'Quarkus'], [/^io\.micronaut:/, 'Micronaut'], [/^org\.hibernate/, 'Hibernate'], [/^junit:junit$|^org\.junit/, 'JUnit'],
  [/^laravel\/framework$/, 'Laravel'], [/^symfony\//, 'Symfony'], [/^phpunit\/phpunit$/, 'PHPUnit'],
  [/^rails$/, 'Ruby on Rails'], [/^sinatra$/, 'Sinatra'], [/^rspec/, 'RSpec'],
  [/^Microsoft\.AspNetCore/, 'ASP.NET Core'], [/^Microsoft\.EntityFrameworkCore/, 'Entity Framework'], [/^xunit$/, 'xUnit'], [/^nunit$/i, 'NUnit'],
];

/** Imports that say it where no manifest does: the standard library's own frameworks, and repositories without one. */
const BY_IMPORT: readonly (readonly [RegExp, string])[] = [
  [/^node:test$/, 'node:test'], [/^unittest$/, 'unittest'], [/^testing$/, "Go's testing"], [/^react$/, 'React'], [/^vue$/, 'Vue'], [/^express$/, 'Express'], [/^django$/, 'Django'], [/^flask$/, 'Flask'],
  [/^pytest$/, 'pytest'], [/^numpy$/, 'NumPy'], [/^tkinter$/, 'Tkinter'], [/^asyncio$/, 'asyncio'], [/^@testing-library\//, 'Testing Library'],
];

const BY_FILE: readonly (readonly [RegExp, string])[] = [
  [/(^|\/)Dockerfile$/, 'Docker'], [/(^|\/)(docker-)?compose(\.[\w-]+)?\.ya?ml$/, 'Docker Compose'], [/(^|\/)Chart\.yaml$/, 'Helm'], [/^\.github\/workflows\//, 'GitHub Actions'], [/^\.gitlab-ci\.yml$/, 'GitLab CI'],
  [/\.tf$/, 'Terraform'], [/(^|\/)CMakeLists\.txt$/, 'CMake'], [/(^|\/)manage\.py$/, 'Django'], [/(^|\/)artisan$/, 'Laravel'], [/(^|\/)configure\.ac$/, 'Autotools'], [/(^|\/)meson\.build$/, 'Meson'], [/(^|\/)tox\.ini$/, 'tox'],
];

export interface Framework {
  readonly name: string;
  readonly because: string;
}

/** Frameworks, each with what it was told by; strongest evidence first. */
export function frameworksOf(packages: readonly FoundPackage[], imported: ReadonlyMap<string, number>, paths: readonly string[]): readonly Framework[] {
  const found = new Map<string, string>();
  const add = (name: string, because: string): void => {
    if (!found.has(name)) found.set(name, because);
  };
  for (const { path, dependencies } of packages) {
    for (const dependency of dependencies) for (const [pattern, name] of BY_DEPENDENCY) if (pattern.test(dependency)) add(name, `${dependency} in ${path}`);
  }
  for (const [name, count] of imported) for (const [pattern, framework] of BY_IMPORT) if (pattern.test(name)) add(framework, `imported by ${count} ${count === 1 ? 'file' : 'files'}`);
  for (const path of paths) for (const [pattern, name] of BY_FILE) if (pattern.test(path)) add(name, path);
  return [...found].map(([name, because]) => ({ name, because: because.slice(0, 300) }));
}

/** Whether a framework is told by one of these imports: for asking for what uses it. */
export function frameworksOfImports(imports: readonly string[]): readonly string[] {
  const names = new Set<string>();
  for (const each of imports) for (const [pattern, name] of [...BY_DEPENDENCY, ...BY_IMPORT]) if (pattern.test(each)) names.add(name);
  return [...names];
}
