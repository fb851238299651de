import { join, resolve } from 'node:path';
import { defineCommand, required, text } from '../../command.js';
import { failure } from '../../failure.js';
import { count } from '../../format/words.js';
import { laneCalled } from '../../shared/lanes-here.js';
import { Machine } from '../../shared/machine.js';

export const laneRestore = defineCommand({
  details: 'Writes a snapshot of a lane into a folder of its own, byte for byte as it was. Lanes, branches and the studio are left as they are: from there the files are yours.',
  arguments: { task: required('Key of the task, its branch, or the end of its id') },
  options: { snapshot: text('--snapshot <name>', 'Which one, as maestro lane show lists them; the start of the name will do. Default: the newest'), to: text('--to <folder>', 'Where to; must be empty or not there yet. Default: a new folder here, named for task and snapshot') },
  examples: ['maestro lane restore SHOP-12', 'maestro lane restore SHOP-12 --snapshot 20261121T101500 --to /tmp/shop-12'],
  reports: true,
  async run(world, input) {
    const { place, name, snapshots } = await laneCalled(new Machine(world), input.task);
    const fitting = input.snapshot === undefined ? snapshots : snapshots.filter((each) => each.name.startsWith(input.snapshot ?? ''));
    const [snapshot, other] = fitting;
    if (snapshot === undefined) throw failure('notFound', snapshots.length === 0 ? `No snapshot of ${name} is kept on this machine.` : `No snapshot of ${name} is called "${input.snapshot ?? ''}".`, `maestro lane show ${name}`);
    if (input.snapshot !== undefined && other !== undefined && snapshot.name !== input.snapshot) throw failure('usage', `"${input.snapshot}" begins the names of ${count(fitting.length, 'snapshot')}.`, `maestro lane show ${name}`);
    const folder = resolve(world.cwd, input.to ?? join(world.cwd, `${name}-${snapshot.name}`));
    const restored = await place.lanes.restore(snapshot, folder);
    if (restored.kind === 'not_empty') throw failure('conflict', `${folder} is not empty, and nothing in it is written over.`, 'another folder with --to');
    const skipped = restored.skipped.length === 0 ? '' : `\nNot written, because this file system cannot hold them: ${restored.skipped.join(', ')}`;
    return { json: { task: name, snapshot: snapshot.name, folder, files: restored.files, skipped: restored.skipped }, text: `${count(restored.files, 'file')} of ${name} as of ${snapshot.at} written to ${folder}${skipped}` };
  },
});
