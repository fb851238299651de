#!/usr/bin/env node
// Asked for more than everything else, by installers, editors and people: it loads nothing but the manifest, and writes to the descriptor,
// since making `process.stdout` takes longer than the rest. A script and not a module for the same reason.
const [only, ...rest] = process.argv.slice(2);
if (rest.length === 0 && (only === '--version' || only === '-V')) {
  const { readFileSync, writeSync } = require('node:fs');
  writeSync(1, `${JSON.parse(readFileSync(`${__dirname}/../package.json`, 'utf8')).version}\n`);
} else {
  import('../bundle/main.js').then(({ main }) => main(process.argv.slice(2)));
}
