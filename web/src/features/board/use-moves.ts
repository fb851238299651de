import { useCallback, useEffect, useRef, useState } from 'react';
import type { PlanTree, TaskView } from '@maestro/protocol';
import { TASK_LOOKS, moveRequestOf, useTaskAct } from '../tasks/index.js';
import type { Input } from '../tasks/index.js';
import type { Drop } from './domain/columns.js';

type Taken = Extract<Drop, { takes: true }>;

interface Asked {
  readonly task: TaskView;
  readonly drop: Taken;
}

export interface Moves {
  /** The move that waits for an answer to what it asks. */
  readonly asked: Asked | undefined;
  readonly ask: (task: TaskView, drop: Taken) => void;
  readonly go: (input: Input) => void;
  readonly forget: () => void;
  /** Queued tasks that were started, until a machine has taken them. */
  readonly starting: ReadonlySet<string>;
  /** The last move that was refused, and the studio's sentence. */
  readonly refused: { readonly taskId: string; readonly sentence: string } | undefined;
  readonly dismiss: () => void;
  /** For those who cannot see the cards move. */
  readonly said: string;
}

/** How long a started task is shown on its way while no machine has taken it. Offers are made within a second; a machine that is there takes them at once. */
const PATIENCE_MS = 20_000;

/** Moving cards: at once on the screen, and back with the studio's sentence if it refuses. */
export function useMoves(plan: PlanTree): Moves {
  const acting = useTaskAct();
  const [asked, setAsked] = useState<Asked | undefined>();
  const [refused, setRefused] = useState<Moves['refused']>();
  const [said, setSaid] = useState('');
  const { starting, begin, end } = useStarting(plan.tasks, setSaid);
  const go = (input: Input): void => {
    if (asked === undefined) return;
    const { task, drop } = asked;
    const { event, becomes } = drop.move;
    setAsked(undefined);
    setRefused(undefined);
    const isStart = event === 'start' && becomes === 'queued';
    if (isStart) begin(task.id);
    acting.mutate(
      { task, request: moveRequestOf(drop.to, event, task, input), becomes },
      {
        onError: ({ message }) => {
          end(task.id);
          setRefused({ taskId: task.id, sentence: message });
        },
        onSuccess: () => setSaid(isStart ? `${task.key} starts as soon as a machine has taken it` : `${task.key}: ${TASK_LOOKS[becomes].word.toLowerCase()}`),
      },
    );
  };
  return {
    asked,
    ask: (task, drop) => setAsked({ task, drop }),
    go,
    forget: () => setAsked(undefined),
    starting,
    refused,
    dismiss: () => setRefused(undefined),
    said,
  };
}

interface Starting {
  readonly starting: ReadonlySet<string>;
  readonly begin: (taskId: string) => void;
  readonly end: (taskId: string) => void;
}

function useStarting(tasks: readonly TaskView[], say: (sentence: string) => void): Starting {
  const [starting, setStarting] = useState<ReadonlySet<string>>(new Set());
  const latest = useRef(tasks);
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());
  const end = useCallback((id: string) => {
    clearTimeout(timers.current.get(id));
    timers.current.delete(id);
    setStarting((before) => (before.has(id) ? new Set([...before].filter((each) => each !== id)) : before));
  }, []);
  const begin = (id: string): void => {
    setStarting((before) => new Set([...before, id]));
    timers.current.set(id, setTimeout(() => {
      const task = latest.current.find((each) => each.id === id);
      if (task?.status === 'queued') say(`${task.key} is still queued: no machine has taken it yet`);
      end(id);
    }, PATIENCE_MS));
  };
  useEffect(() => {
    latest.current = tasks;
    for (const id of timers.current.keys()) if (tasks.find((task) => task.id === id)?.status !== 'queued') end(id);
  }, [tasks, end]);
  useEffect(() => {
    const waiting = timers.current;
    return () => waiting.forEach((timer) => clearTimeout(timer));
  }, []);
  return { starting, begin, end };
}
