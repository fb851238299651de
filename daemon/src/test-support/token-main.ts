import { Tokens } from '../features/identity/index.js';
import { systemClock } from '../platform/clock.js';
import { fileStore } from '../platform/secrets/file-store.js';

/** One of several processes that want an access token at the same moment: `node token-main <folder> <studio>`. Prints the token. */
const [folder = '', studio = ''] = process.argv.slice(2);
const store = fileStore({ path: `${folder}/secrets.enc`, lockPath: `${folder}/secrets.lock`, key: () => Promise.resolve('a key that is long enough') });
const tokens = new Tokens({ studio, store, lockPath: `${folder}/tokens.lock`, clock: systemClock() });
const answer = await tokens.access();
process.stdout.write(answer.ok ? answer.token : `refused: ${answer.problem.sentence}`);
