import { readFile } from 'node:fs/promises';
import { parse, stringify } from 'smol-toml';
import { z } from 'zod';
import type { HomePaths } from '../../config/home.js';
import { makeHome } from '../../config/home.js';
import { writeFileDurably } from '../../platform/atomic-file.js';
import { withFileLock } from '../../platform/file-lock.js';
import { newId } from '../../platform/new-id.js';
import { SecretStoreKind } from '../../platform/secrets/secret-store.js';
import type { Identity } from './identity.types.js';

const StudioEntry = z.object({
  user_id: z.string(),
  user_name: z.string(),
  member_id: z.string(),
  workspace_id: z.string(),
  workspace_slug: z.string(),
  workspace_name: z.string(),
  roles: z.array(z.string()),
  secret_store: z.enum(SecretStoreKind),
  signed_in_at: z.string(),
});
/** Other parts of the file belong to the person who wrote them, and are kept. */
const ConfigFile = z.looseObject({ default_studio: z.string().optional(), studios: z.record(z.string(), StudioEntry).default({}) });
type ConfigFile = z.infer<typeof ConfigFile>;

const MACHINE_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A file below `$MAESTRO_HOME` cannot be understood. */
export class ConfigUnreadable extends Error {
  override readonly name = 'ConfigUnreadable';
  constructor(
    readonly path: string,
    readonly why: string,
  ) {
    super(`config_unreadable: ${path}: ${why}`);
  }
}

/** `config.toml` (who this machine is, at each studio) and `machine.id`. */
export class IdentityStore {
  constructor(private readonly paths: HomePaths) {}

  async list(): Promise<readonly Identity[]> {
    const config = await this.read();
    return Object.entries(config.studios).map(([studio, entry]) => toIdentity(studio, entry));
  }

  async find(studio: string): Promise<Identity | undefined> {
    return (await this.list()).find((identity) => identity.studio === studio);
  }

  /** The one to use when nothing else says which: the latest sign-in. */
  async preferred(): Promise<Identity | undefined> {
    const config = await this.read();
    const studio = config.default_studio ?? Object.keys(config.studios)[0];
    const entry = studio === undefined ? undefined : config.studios[studio];
    return studio === undefined || entry === undefined ? undefined : toIdentity(studio, entry);
  }

  /** Adds or replaces the identity at its studio, and prefers it from now on. */
  save(identity: Identity): Promise<void> {
    return this.change((config) => {
      config.studios[identity.studio] = toEntry(identity);
      config.default_studio = identity.studio;
    });
  }

  remove(studio: string): Promise<void> {
    return this.change((config) => {
      delete config.studios[studio];
      if (config.default_studio === studio) delete config.default_studio;
    });
  }

  /** This machine's id, made at first use. */
  async machineId(): Promise<string> {
    const known = await this.readMachineId();
    if (known !== undefined) return known;
    await makeHome(this.paths);
    return withFileLock(`${this.paths.machineId}.lock`, async () => {
      const made = (await this.readMachineId()) ?? newId();
      await writeFileDurably(this.paths.machineId, `${made}\n`);
      return made;
    });
  }

  private async readMachineId(): Promise<string | undefined> {
    const text = (await readIfThere(this.paths.machineId))?.trim();
    return text !== undefined && MACHINE_ID.test(text) ? text : undefined;
  }

  private async read(): Promise<ConfigFile> {
    const text = await readIfThere(this.paths.config);
    if (text === undefined) return { studios: {} };
    try {
      return ConfigFile.parse(parse(text));
    } catch (error) {
      throw new ConfigUnreadable(this.paths.config, error instanceof z.ZodError ? z.prettifyError(error) : String(error));
    }
  }

  private async change(edit: (config: ConfigFile) => void): Promise<void> {
    await makeHome(this.paths);
    await withFileLock(`${this.paths.config}.lock`, async () => {
      const config = await this.read();
      edit(config);
      await writeFileDurably(this.paths.config, `# Who this machine is. Written by \`maestro auth\`; tokens are kept elsewhere.\n${stringify(config)}`);
    });
  }
}

export async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
}

function toIdentity(studio: string, entry: z.infer<typeof StudioEntry>): Identity {
  return {
    studio,
    userId: entry.user_id,
    userName: entry.user_name,
    memberId: entry.member_id,
    workspaceId: entry.workspace_id,
    workspaceSlug: entry.workspace_slug,
    workspaceName: entry.workspace_name,
    roles: entry.roles,
    secretStore: entry.secret_store,
    signedInAt: entry.signed_in_at,
  };
}

function toEntry(identity: Identity): z.infer<typeof StudioEntry> {
  return {
    user_id: identity.userId,
    user_name: identity.userName,
    member_id: identity.memberId,
    workspace_id: identity.workspaceId,
    workspace_slug: identity.workspaceSlug,
    workspace_name: identity.workspaceName,
    roles: [...identity.roles],
    secret_store: identity.secretStore,
    signed_in_at: identity.signedInAt,
  };
}
