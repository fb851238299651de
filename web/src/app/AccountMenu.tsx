import type { ReactNode } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Check, Keyboard, LogOut, Monitor, Moon, Sun } from 'lucide-react';
import type { UserView } from '@maestro/protocol';
import { post } from '../api/index.js';
import { chooseTheme, useTheme } from '../platform/theme.js';
import type { Theme } from '../platform/theme.js';
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '../ui/index.js';

const THEMES: readonly { readonly theme: Theme; readonly name: string; readonly Icon: typeof Sun }[] = [
  { theme: 'system', name: 'As the system', Icon: Monitor },
  { theme: 'light', name: 'Light', Icon: Sun },
  { theme: 'dark', name: 'Dark', Icon: Moon },
];

/** Who is signed in, how it looks to them, and the way out. */
export function AccountMenu({ user, onShortcuts }: { readonly user: UserView; readonly onShortcuts: () => void }): ReactNode {
  const client = useQueryClient();
  const signingOut = useMutation({ mutationFn: () => post('/auth/logout'), onSuccess: () => client.resetQueries() });
  const chosen = useTheme();
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className="flex min-w-0 items-center gap-2.5 rounded-control text-left hover:bg-raised max-md:size-11 max-md:justify-center md:h-8 md:w-full md:px-2" aria-label={`Account of ${user.name}`}>
          <span aria-hidden className="flex size-5 shrink-0 items-center justify-center rounded-round bg-accent text-[0.625rem] font-strong text-on-accent uppercase">
            {user.name.slice(0, 1)}
          </span>
          <span className="min-w-0 flex-1 truncate max-md:hidden">{user.name}</span>
        </button>
      }
    >
      <MenuLabel>
        {user.name}
        {user.email !== null && <span className="block">{user.email}</span>}
      </MenuLabel>
      <MenuSeparator />
      <MenuLabel>Look</MenuLabel>
      {THEMES.map(({ theme, name, Icon }) => (
        <MenuItem key={theme} icon={chosen === theme ? <Check aria-hidden className="size-4" /> : <Icon aria-hidden className="size-4 text-muted" strokeWidth={1.75} />} onSelect={() => chooseTheme(theme)}>
          {name}
          {chosen === theme && <span className="sr-only"> (chosen)</span>}
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem icon={<Keyboard aria-hidden className="size-4 text-muted" strokeWidth={1.75} />} onSelect={onShortcuts}>
        Keyboard shortcuts
      </MenuItem>
      <MenuItem icon={<LogOut aria-hidden className="size-4 text-muted" strokeWidth={1.75} />} disabled={signingOut.isPending} onSelect={() => signingOut.mutate()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
