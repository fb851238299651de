import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import type { MembershipView } from '@maestro/protocol';
import { ConnectMachine } from './ConnectMachine.js';
import { isPresent } from './domain/machines.js';
import type { FleetMachine } from './domain/machines.js';
import { Folded } from './Folded.js';
import { MachineCard } from './MachineCard.js';

interface MachineListProps {
  readonly machines: readonly FleetMachine[];
  readonly membership: MembershipView;
  readonly hasProject: boolean;
}

/** Those that are there; those that went, folded. Without any: how to connect one. It appears by itself. */
export function MachineList({ machines, membership, hasProject }: MachineListProps): ReactNode {
  const present = machines.filter(isPresent);
  const gone = machines.filter((machine) => !isPresent(machine));
  return (
    <section aria-labelledby="machines" className="flex flex-col gap-3">
      <h2 id="machines" className="flex items-center gap-2 font-strong">
        Machines
        {machines.length > 0 && <span className="font-normal text-muted tabular-nums">{present.length}</span>}
      </h2>
      {present.length === 0 && <Nobody wasThere={gone.length > 0} membership={membership} first={!hasProject} />}
      {present.map((machine) => (
        <MachineCard key={machine.id} machine={machine} membership={membership} />
      ))}
      {gone.length > 0 && (
        <Folded title="Gone" count={gone.length} open={present.length === 0}>
          {gone.map((machine) => (
            <MachineCard key={machine.id} machine={machine} membership={membership} />
          ))}
        </Folded>
      )}
      <Arrivals present={present} />
    </section>
  );
}

function Nobody({ wasThere, membership, first }: { readonly wasThere: boolean; readonly membership: MembershipView; readonly first: boolean }): ReactNode {
  return (
    <div className="flex max-w-[68ch] flex-col gap-5 rounded-control border border-border bg-surface p-5">
      <p className="text-muted">
        {wasThere ? 'No machine is connected, so nothing can run. Start one of those below again, or connect another.' : 'No machine has connected yet, so nothing can run. A machine is connected in two steps, and appears here as soon as it is.'}
      </p>
      <ConnectMachine membership={membership} first={first} />
    </div>
  );
}

/** Says politely which machine came or went, for those who cannot see it. */
function Arrivals({ present }: { readonly present: readonly FleetMachine[] }): ReactNode {
  const names = present.map(({ hostname }) => hostname).join('\n');
  const before = useRef(names);
  const spoken = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    const [was, is] = [new Set(before.current.split('\n')), new Set(names.split('\n'))];
    before.current = names;
    const said = [...is].filter((name) => name !== '' && !was.has(name)).map((name) => `${name} is connected`);
    said.push(...[...was].filter((name) => name !== '' && !is.has(name)).map((name) => `${name} is gone`));
    if (said.length > 0 && spoken.current !== null) spoken.current.textContent = said.join('. ');
  }, [names]);
  return <p ref={spoken} aria-live="polite" className="sr-only" />;
}
