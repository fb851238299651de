#!/usr/bin/env node
// Asked for more than everything else, by installers, editors and people: it loads nothing but the manifest.
const [only, ...rest] = process.argv.slice(2);
if (rest.length === 0 && (only === '--version' || only === '-V')) {
  const { readFileSync } = await import('node:fs');
  console.log(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version);
} else {
  const { main } = await import('../bundle/main.js');
  await main(process.argv.slice(2));
}
