import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { homePaths } from '../../config/home.js';
import type { HomePaths } from '../../config/home.js';
import type { ControlClient, DaemonNews } from '../../features/control/index.js';
import type { Identity } from '../../features/identity/index.js';
import { IdentityStore, Tokens, studioAddress } from '../../features/identity/index.js';
import { ProjectRegistry } from '../../features/projects/index.js';
import type { Arguments, Endpoint } from '../../features/studio-api/index.js';
import { StudioApi } from '../../features/studio-api/index.js';
import { fileStore } from '../../platform/secrets/file-store.js';
import { keyringStore } from '../../platform/secrets/keyring-store.js';
import type { SecretStore } from '../../platform/secrets/secret-store.js';
import { SecretStoreKind } from '../../platform/secrets/secret-store.js';
import type { z } from 'zod';
import type { World } from '../command.js';
import { refused } from '../refused.js';
import { failure } from '../failure.js';
import { findDaemon, openDaemon } from './local-daemon.js';

/** What this machine keeps below `$MAESTRO_HOME`, opened for one command. */
export class Machine {
  readonly paths: HomePaths;
  readonly identities: IdentityStore;
  readonly projects: ProjectRegistry;

  constructor(readonly world: World) {
    this.paths = homePaths(world.settings.home);
    this.identities = new IdentityStore(this.paths);
    this.projects = new ProjectRegistry(this.paths);
  }

  tokens(studio: string, kind: SecretStoreKind): Tokens {
    const lockPath = join(this.paths.locks, `tokens-${createHash('sha256').update(studio).digest('hex').slice(0, 16)}`);
    return new Tokens({ studio, store: this.secretStore(kind), lockPath, clock: this.world.clock });
  }

  secretStore(kind: SecretStoreKind): SecretStore {
    const { settings } = this.world;
    if (kind === SecretStoreKind.file) {
      return fileStore({ path: this.paths.secretFile, lockPath: `${this.paths.secretFile}.lock`, key: () => Promise.resolve(settings.secretKey) });
    }
    // One keyring holds the secrets of every home on this machine, test homes included; the service keeps them apart.
    return keyringStore(settings.home === join(settings.userHome, '.maestro') ? 'maestro' : `maestro ${settings.home}`);
  }

  /** The identity that commands act as: of `$MAESTRO_STUDIO` where it is set, else the latest sign-in. */
  async identity(): Promise<Identity> {
    const found = await this.findIdentity();
    if (found !== undefined) return found;
    const asked = this.world.settings.studio;
    throw failure('notSignedIn', asked === undefined ? 'This machine is not signed in at any studio.' : `This machine is not signed in at ${asked}.`, 'maestro auth <invite>, with an invite that the studio shows under Members');
  }

  async findIdentity(): Promise<Identity | undefined> {
    const asked = this.world.settings.studio;
    if (asked === undefined) return this.identities.preferred();
    const studio = studioAddress(asked);
    if (studio === undefined) throw failure('usage', `"${asked}" in MAESTRO_STUDIO is not the address of a studio.`, 'an address such as https://maestro.example.org');
    return this.identities.find(studio);
  }

  async identityAt(studio: string): Promise<Identity> {
    const found = await this.identities.find(studio);
    if (found !== undefined) return found;
    throw failure('notSignedIn', `This machine is not signed in at ${studio}.`, 'maestro auth <invite>, with a new invite from the studio');
  }

  /** Removes the sign-in and its tokens; the studio is not told, its tokens just end. */
  async forget(identity: Identity): Promise<void> {
    await this.tokens(identity.studio, identity.secretStore).forget();
    await this.identities.remove(identity.studio);
  }

  async studio(): Promise<Studio> {
    return this.studioAs(await this.identity());
  }

  studioAs(identity: Identity): Studio {
    return new Studio(identity, new StudioApi(identity.studio, this.tokens(identity.studio, identity.secretStore)));
  }

  /** The running daemon; throws `NobodyListens` when there is none. */
  daemon(onNews?: (news: DaemonNews) => void): Promise<ControlClient> {
    return openDaemon(this.world, onNews);
  }

  findDaemon(onNews?: (news: DaemonNews) => void): Promise<ControlClient | undefined> {
    return findDaemon(this.world, onNews);
  }
}

/** A studio as one identity, whose "no" ends the command. */
export class Studio {
  constructor(
    readonly identity: Identity,
    readonly api: StudioApi,
  ) {}

  async call<Path extends string, Query extends z.ZodType, Body extends z.ZodType, Answer extends z.ZodType>(endpoint: Endpoint<Path, Query, Body, Answer>, args: Arguments<Path, Query, Body>): Promise<z.output<Answer>> {
    const answer = await this.api.call(endpoint, args);
    if (answer.ok) return answer.value;
    throw refused(answer.failure);
  }

  /** Every page of a list. */
  async all<T>(page: (cursor: string | undefined) => Promise<{ readonly data: readonly T[]; readonly nextCursor: string | null }>): Promise<readonly T[]> {
    const items: T[] = [];
    let cursor: string | undefined;
    do {
      const next = await page(cursor);
      items.push(...next.data);
      cursor = next.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return items;
  }
}
