import { SUPPORTED_VERSIONS } from '@maestro/protocol';
import { defineCommand } from '../command.js';

export const version = defineCommand({
  details: 'The version of this command and, with --json, of what it stands on. `maestro --version` prints the number alone.',
  examples: ['maestro version', 'maestro version --json'],
  reports: true,
  run: (world) =>
    Promise.resolve({
      json: { maestro: world.version, node: process.versions.node, platform: `${process.platform}-${process.arch}`, protocol: SUPPORTED_VERSIONS },
      text: `maestro ${world.version} (Node.js ${process.versions.node}, protocol ${SUPPORTED_VERSIONS.min}${SUPPORTED_VERSIONS.min === SUPPORTED_VERSIONS.max ? '' : ` to ${SUPPORTED_VERSIONS.max}`})`,
    }),
});
