// Lint as STYLE: every rule is an error from the first commit, and each message says what to write instead.
import tseslint from 'typescript-eslint';

const sources = ['{protocol,studio,daemon,web}/src/**/*.{ts,tsx}', 'infra/{scripts,rig,e2e,browser,agents,bench,test-support}/**/*.ts'];
const tests = ['**/*.{test,itest,e2e,browser}.{ts,tsx}', '**/test-support/**/*.ts', 'infra/{e2e,browser,agents}/**/*.ts'];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/bundle/**', '**/node_modules/**', '**/.agents-cache/**', '**/fixtures/**', '**/*.mjs', '**/*.cjs', '**/*.js'] },
  {
    files: sources,
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname, emitDecoratorMetadata: true, experimentalDecorators: true },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }],
      'no-console': 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'Name what you export: `export { a, b } from …`, so that the surface is readable and unused exports are found.' },
        { selector: 'TSEnumDeclaration', message: 'Use an `as const` object with a same-named type instead of an enum.' },
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'Read the environment in config/ only and pass values down.',
        },
      ],
    },
  },
  {
    // The environment is read here, and in the scripts that start everything.
    files: ['*/src/config/**/*.ts', 'infra/**/*.ts', ...tests],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'Name what you export.' },
        { selector: 'TSEnumDeclaration', message: 'Use an `as const` object with a same-named type instead of an enum.' },
      ],
    },
  },
  {
    // protocol runs in browsers too, and its clock and timers are injected.
    files: ['protocol/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['process', 'Buffer', 'setTimeout', 'setInterval', 'setImmediate', 'fetch', 'crypto', 'performance'].map((name) => ({
          name,
          message: 'protocol is pure: take what you need as a parameter or an injected port.',
        })),
      ],
    },
  },
  // A describe block is one long function by nature; a non-null assertion in a test fails the test, which is its job.
  { files: tests, rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-non-null-assertion': 'off' } },
  // The command line and the scripts speak on stdout; that is their job.
  { files: ['daemon/src/cli/**/*.ts', 'infra/**/*.ts'], rules: { 'no-console': 'off' } },
);
