import { useEffect, useRef, useSyncExternalStore } from 'react';

/** A key, or two after one another, that does something while what offers it is on the screen. */
export interface Shortcut {
  /** As `KeyboardEvent.key` names it, such as `j`, `Enter`, `?`; two separated by a space for a sequence, such as `g p`. */
  readonly keys: string;
  /** What it does, in a few words, for the list of all shortcuts. */
  readonly says: string;
  /** Answering false leaves the key to the browser. */
  readonly run: (event: KeyboardEvent) => boolean | void;
}

export interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

/** How long the second key of a sequence may take. */
const SEQUENCE_MS = 1_000;

let groups: readonly ShortcutGroup[] = [];
const listeners = new Set<() => void>();
let pending: { readonly key: string; readonly until: number } | undefined;

function publish(next: readonly ShortcutGroup[]): void {
  groups = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What can be typed on the screen as it is, in the order in which it appeared. */
export function useShortcutGroups(): readonly ShortcutGroup[] {
  return useSyncExternalStore(subscribe, () => groups);
}

/**
 * Offers shortcuts while the component is mounted. They rest while somebody types, holds a modifier, or answers a dialog or menu. Where two
 * offer the same key, the one that appeared last gets it.
 */
export function useShortcuts(title: string, shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  const offered = shortcuts.map(({ keys }) => keys).join('\n');
  useEffect(() => {
    const group: ShortcutGroup = {
      title,
      // The list stays as it was when it appeared; what a key does is looked up when it is pressed.
      shortcuts: offered.split('\n').map((keys) => ({
        keys,
        get says() {
          return latest.current.find((each) => each.keys === keys)?.says ?? '';
        },
        run: (event) => {
          const offering = latest.current.find((each) => each.keys === keys);
          return offering === undefined ? false : offering.run(event);
        },
      })),
    };
    publish([...groups, group]);
    return () => publish(groups.filter((each) => each !== group));
  }, [title, offered]);
}

/** Listens for the whole page. Called once, by the frame around all pages. */
export function listenForShortcuts(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTaken(event.target)) return;
    const typed = pending !== undefined && performance.now() < pending.until ? `${pending.key} ${event.key}` : event.key;
    pending = undefined;
    const known = groups.toReversed().flatMap(({ shortcuts }) => shortcuts);
    for (const { run } of known.filter(({ keys }) => keys === typed)) {
      if (run(event) === false) continue;
      event.preventDefault();
      return;
    }
    if (known.some(({ keys }) => keys.startsWith(`${event.key} `))) pending = { key: event.key, until: performance.now() + SEQUENCE_MS };
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

/** Whether what has the focus wants the keys for itself. */
function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return target.closest('input, textarea, select, [contenteditable=true], [role=dialog], [role=menu]') !== null;
}
