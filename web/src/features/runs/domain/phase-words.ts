type Payload = Readonly<Record<string, unknown>>;

const text = (payload: Payload, name: string): string => {
  const found = payload[name];
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
};
const short = (payload: Payload, name: string): string => text(payload, name).slice(0, 12);

/** What the daemon does, by the name its journal gives it. */
const WORDS: Readonly<Record<string, (payload: Payload) => string>> = {
  lane: () => 'Prepares the lane',
  lane_ready: (payload) => `The lane is ready on ${text(payload, 'branch')}`,
  repair: (payload) => `Starts the merge of ${short(payload, 'tip')} in the lane`,
  agent: (payload) => `${text(payload, 'agent')} with ${text(payload, 'model')}`,
  turn: (payload) => `Turn ${text(payload, 'turn')} of the agent`,
  validate: () => "Runs the project's commands on the lane",
  collect: () => 'Takes the commits from the lane',
  push: (payload) => `Pushes ${text(payload, 'branch')}`,
  merge: (payload) => `Merges onto ${short(payload, 'tip')}`,
  tip_moved: (payload) => `Somebody else landed first; the branch is at ${short(payload, 'tip')} now`,
  validate_result: (payload) => `Runs the project's commands on the merge ${short(payload, 'commit')}`,
  validate_tip: (payload) => `Runs them on the branch alone, at ${short(payload, 'commit')}`,
  found: (payload) => (text(payload, 'branch') === '' ? `It has landed already, as ${short(payload, 'commit')}` : `The branch ${text(payload, 'branch')} is there already`),
  created: (payload) => `Made the branch ${text(payload, 'branch')}`,
  analyse: (payload) => (text(payload, 'of') === '' ? `Reads the repository at ${short(payload, 'commit')}` : `Read ${text(payload, 'done')} of ${text(payload, 'of')} files`),
  hand_in: (payload) => `Compares ${text(payload, 'files')} files with the catalog`,
  handed_in: (payload) => `Handed in ${text(payload, 'files')} files`,
  summarise: () => 'Asks the agent for a summary',
};

/** A phase in words; one that a later daemon names is shown by its name. */
export function phaseWords(payload: Payload): string {
  const phase = text(payload, 'phase');
  const words = Object.hasOwn(WORDS, phase) ? WORDS[phase]?.(payload) : undefined;
  return words ?? phase.replaceAll('_', ' ');
}
