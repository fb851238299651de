import { useSyncExternalStore } from 'react';

/** `system` follows what the machine says. */
export type Theme = 'system' | 'light' | 'dark';

const KEY = 'maestro.theme';
const listeners = new Set<() => void>();

function stored(): Theme {
  const found = localStorage.getItem(KEY);
  return found === 'light' || found === 'dark' ? found : 'system';
}

/** Every colour is a pair, and the colour scheme of the page chooses: nothing else has to be told. */
export function applyTheme(): void {
  const theme = stored();
  document.documentElement.style.colorScheme = theme === 'system' ? 'light dark' : theme;
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  applyTheme();
  for (const listener of listeners) listener();
}

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, stored);
}
