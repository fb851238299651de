import { defineCommand } from '../command.js';
import { table } from '../format/table.js';
import type { Check } from '../shared/checks.js';
import { examine } from '../shared/checks.js';
import { Machine } from '../shared/machine.js';
import { projectOption } from '../shared/options.js';
import type { Style } from '../terminal.js';

export const doctor = defineCommand({
  details: "Looks at everything that work needs: Node.js, a safe git, the secret store, the sandbox, the studio and its clock, the project's remote, and which agents are here. Ends with 1 when something is bad, and says what to do about each.",
  options: { project: projectOption },
  examples: ['maestro doctor', "maestro doctor --json | jq '.checks[] | select(.state != \"good\")'"],
  reports: true,
  async run(world, input) {
    const checks = await examine(new Machine(world), input.project);
    const ok = checks.every((check) => check.state !== 'bad');
    return { json: { ok, checks }, text: checksText(checks, world.terminal.style), exit: ok ? 'done' : 'failed' };
  },
});

function checksText(checks: readonly Check[], style: Style): string {
  const marks: Readonly<Record<Check['state'], string>> = { good: style.good('good'), note: style.warn('note'), bad: style.bad('bad') };
  const rows = checks.flatMap((check) => [[marks[check.state], check.name, check.sentence], ...(check.remedy === undefined ? [] : [['', '', style.dim(`try: ${check.remedy}`)]])]);
  return table(rows);
}
