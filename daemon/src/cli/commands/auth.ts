import { hostname } from 'node:os';
import { signIn, studioAddress } from '../../features/identity/index.js';
import { SecretStoreKind } from '../../platform/secrets/secret-store.js';
import { choice, defineCommand, required, text } from '../command.js';
import { signInFailure } from '../refused.js';
import { failure } from '../failure.js';
import { count } from '../format/words.js';
import { Machine } from '../shared/machine.js';
import { readStdin } from '../shared/input.js';

/** An invite is a few hundred characters; somebody who pipes a file in by mistake should hear so at once. */
const LONGEST_INVITE = 8_192;

export const auth = defineCommand({
  details:
    'An invite works once, and the studio shows it under Members. "-" reads it from standard input, which keeps it out of the shell\'s history. ' +
    'Tokens go to the keyring of this system, or to an encrypted file when you say so; its key is MAESTRO_SECRET_KEY. Several studios can be signed in to side by side: commands use the latest, or the one that MAESTRO_STUDIO names.',
  arguments: { invite: required('The invite, or - for standard input') },
  options: {
    secretStore: choice('--secret-store <store>', Object.values(SecretStoreKind), 'Where tokens are kept', SecretStoreKind.keyring),
    name: text('--name <name>', 'How you are shown to others, when the invite makes a new person (default: the machine\'s name)'),
    studio: text('--studio <url>', 'Address of the studio, when it is not reached under the one in the invite'),
  },
  examples: ['maestro auth eyJhbGciOi…', 'maestro auth - < invite.txt', 'MAESTRO_SECRET_KEY="$KEY" maestro auth - --secret-store file < invite.txt'],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const invite = (input.invite === '-' ? await readStdin(world.terminal, LONGEST_INVITE) : input.invite).trim();
    if (invite === '') throw failure('usage', 'There is no invite on standard input.', 'maestro auth - < invite.txt');
    const studio = input.studio === undefined ? undefined : studioAddress(input.studio);
    if (input.studio !== undefined && studio === undefined) throw failure('usage', `"${input.studio}" is not the address of a studio.`, 'an address such as https://maestro.example.org');
    const result = await signIn(
      {
        invite,
        machineName: hostname(),
        secretStore: input.secretStore,
        ...(studio === undefined ? {} : { studio }),
        ...(input.name === undefined ? {} : { personName: input.name }),
      },
      { identities: machine.identities, tokens: (address, kind) => machine.tokens(address, kind), clock: world.clock },
    );
    if (!result.ok) throw signInFailure(result.problem);
    const { identity, projects } = result;
    await machine.projects.remember(projects.map((project) => ({ studio: identity.studio, id: project.id, key: project.key, name: project.name, remote: project.normalizedRemote })));
    const { style } = world.terminal;
    const lines = [
      `Signed in at ${style.bold(identity.studio)} as ${style.bold(identity.userName)} (${identity.roles.join(', ')}) in ${identity.workspaceName}.`,
      projects.length === 0
        ? 'There is no project yet. In a clone of your repository: maestro project create'
        : `${count(projects.length, 'project')}: ${projects.map((project) => project.key).join(', ')}. In a clone of one: maestro connect`,
    ];
    return {
      json: {
        studio: identity.studio,
        user: { id: identity.userId, name: identity.userName },
        membership: { memberId: identity.memberId, workspaceId: identity.workspaceId, workspaceSlug: identity.workspaceSlug, workspaceName: identity.workspaceName, roles: identity.roles },
        secretStore: identity.secretStore,
        projects,
      },
      text: lines.join('\n'),
    };
  },
});
