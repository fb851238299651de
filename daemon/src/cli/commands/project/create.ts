import { Provider } from '@maestro/protocol';
import { findClone, remember } from '../../../features/projects/index.js';
import { choice, defineCommand, optional, text } from '../../command.js';
import { failure } from '../../failure.js';
import { createProject } from '../../shared/create-project.js';
import { Machine } from '../../shared/machine.js';

export const projectCreate = defineCommand({
  details: 'Makes a project of the repository that this folder is a clone of, or of the one whose address is given. A path on this machine makes a project that only this machine can work on.',
  arguments: { remote: optional('Clone URL or absolute path (default: the origin of this clone, or the clone itself)') },
  options: {
    key: text('--key <key>', 'Prefix of its task keys, such as SHOP (default: made from the name)'),
    name: text('--name <name>', 'How it is shown (default: the name of the repository)'),
    provider: choice('--provider <provider>', Object.values(Provider), 'Who hosts it, where the address does not tell'),
    base: text('--base <branch>', 'The branch that plans start from and are released to (default: main)'),
  },
  examples: ['maestro project create --key SHOP', 'maestro project create git@github.com:acme/shop.git', 'maestro project create /srv/git/shop.git --key SHOP --base trunk'],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const source = input.remote === undefined ? await findClone(world.settings, world.cwd) : { origin: input.remote };
    if (source === undefined) throw failure('usage', 'This folder is in no git repository.', 'maestro project create <clone URL or absolute path>');
    const studio = await machine.studio();
    const project = await createProject(studio, source, {
      ...(input.key === undefined ? {} : { key: input.key.toUpperCase() }),
      ...(input.name === undefined ? {} : { name: input.name }),
      ...(input.provider === undefined ? {} : { provider: input.provider }),
      ...(input.base === undefined ? {} : { baseBranch: input.base }),
    });
    await remember(project, studio.identity.studio, machine.projects);
    return { json: project, text: `Made ${project.key} (${project.name}) of ${project.normalizedRemote}. Connect this machine with: maestro connect` };
  },
});
