import { parse, stringify } from 'smol-toml';
import { z } from 'zod';
import type { HomePaths } from '../../config/home.js';
import { makeHome } from '../../config/home.js';
import { writeFileDurably } from '../../platform/atomic-file.js';
import { withFileLock } from '../../platform/file-lock.js';
import { ConfigUnreadable, readIfThere } from '../identity/index.js';

const Entry = z.object({ studio: z.string(), id: z.string(), key: z.string(), name: z.string(), remote: z.string() });
const ProjectsFile = z.object({ projects: z.array(Entry).default([]) });

/** A project that this machine knows; `remote` is normalized. */
export type KnownProject = z.infer<typeof Entry>;

/** `projects.toml`: which repository is which project, so that `connect` need not ask each time. */
export class ProjectRegistry {
  constructor(private readonly paths: HomePaths) {}

  async list(): Promise<readonly KnownProject[]> {
    const text = await readIfThere(this.paths.projects);
    if (text === undefined) return [];
    try {
      return ProjectsFile.parse(parse(text)).projects;
    } catch (error) {
      throw new ConfigUnreadable(this.paths.projects, error instanceof z.ZodError ? z.prettifyError(error) : String(error));
    }
  }

  /** Projects stored under one of these names. */
  async findByRemote(names: readonly string[]): Promise<readonly KnownProject[]> {
    return (await this.list()).filter((project) => names.includes(project.remote));
  }

  /** Adds projects, or replaces those with the same studio and id. */
  async remember(projects: readonly KnownProject[]): Promise<void> {
    if (projects.length === 0) return;
    await makeHome(this.paths);
    await withFileLock(`${this.paths.projects}.lock`, async () => {
      const others = (await this.list()).filter((known) => !projects.some((each) => each.id === known.id && each.studio === known.studio));
      const all = [...others, ...projects].sort((one, other) => one.key.localeCompare(other.key));
      await writeFileDurably(this.paths.projects, `# Projects this machine knows. Written by \`maestro auth\` and \`maestro connect\`.\n${stringify({ projects: all })}`);
    });
  }
}
