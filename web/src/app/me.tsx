import { createContext, use } from 'react';
import type { MeView } from '@maestro/protocol';

const Me = createContext<MeView | undefined>(undefined);

export const MeProvider = Me.Provider;

/** Who is signed in. Only below the entrance, where somebody is. */
export function useMe(): MeView {
  const me = use(Me);
  if (me === undefined) throw new Error('web.no_me: this is shown to people who are signed in');
  return me;
}
