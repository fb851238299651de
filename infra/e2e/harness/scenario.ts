import { afterAll, beforeAll, it } from 'vitest';
import { REQUIREMENTS } from '../data/index.js';
import { checkClaims, checkInvariants } from './checks.js';
import { dump } from './dump.js';
import { Scene } from './scene.js';
import { Site } from './site.js';
import type { OpenStudios } from './studios.js';

export interface Stage {
  readonly site: () => Site;
  /**
   * One scenario: a project of its own on the file's studio.
   *
   * @param cites ids of the requirements that it shows.
   */
  scenario(says: string, cites: readonly string[], play: (scene: Scene) => Promise<void>): void;
}

/**
 * A studio for the scenarios of a file. They run side by side, because most of their time is waiting, unless what they do to the studio or the
 * machine is felt by the others.
 */
export function stage(options: { readonly alone?: boolean; readonly env?: Readonly<Record<string, string>>; readonly studios?: OpenStudios } = {}): Stage {
  let site: Site | undefined;
  const open = (): Site => {
    if (site === undefined) throw new Error('the studio of this file is not up');
    return site;
  };
  beforeAll(async () => {
    site = await Site.open(options.env, options.studios);
    await site.machine();
  });
  afterAll(() => site?.close());
  const define = options.alone === true ? it : it.concurrent;
  return {
    site: open,
    scenario: (says, cites, play) => {
      define(`${says} (${cites.map(requirement).join(', ')})`, () => playScene(new Scene(open(), open().nextProjectKey()), cites, play));
    },
  };
}

/** Cites a requirement: for tests that are no scene. */
export function requirement(id: string): string {
  if (!REQUIREMENTS.some((each) => each.id === id)) throw new Error(`there is no requirement ${id}`);
  return id;
}

async function playScene(scene: Scene, cites: readonly string[], play: (scene: Scene) => Promise<void>): Promise<void> {
  try {
    await play(scene);
    await checkInvariants(scene);
    checkClaims(cites, scene.hasProject ? await scene.events() : []);
  } catch (error) {
    const where = await dump(scene);
    if (error instanceof Error) {
      error.message = `${error.message}\n\n${where}`;
      throw error;
    }
    throw new Error(`${String(error)}\n\n${where}`, { cause: error });
  }
}
