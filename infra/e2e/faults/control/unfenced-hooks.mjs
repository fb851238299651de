// @ts-check

/** The one place in which the studio decides whether whoever reports holds the run. */
const MODULE = '/studio/dist/features/runs/domain/report.js';
const FENCED = 'return LEASED.includes(run.status) && run.epoch === grant.epoch && run.session === grant.session;';
const UNFENCED = 'return LEASED.includes(run.status);';

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  if (!url.endsWith(MODULE)) return loaded;
  const source = String(loaded.source);
  // A build in which nothing was taken out would make the control arm say the opposite of what it found.
  if (!source.includes(FENCED)) throw new Error(`unfenced: ${MODULE} does not read as expected; take the fencing out where it is now`);
  return { ...loaded, source: source.replace(FENCED, UNFENCED) };
}
