import { type ReactNode, createContext, use, useMemo } from 'react';
import type { Session } from '../api/session';
import type { Role } from '../api/types';

const RANK: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };

interface SessionView {
  session: Session;
  /** Whether the role allows what this role may do. The server decides; this only hides what would be refused. */
  can: (role: Role) => boolean;
}

const Context = createContext<SessionView | undefined>(undefined);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  const view = useMemo(() => ({ session, can: (role: Role) => RANK[session.role] >= RANK[role] }), [session]);
  return <Context value={view}>{children}</Context>;
}

export function useSession(): SessionView {
  const view = use(Context);
  if (!view) throw new Error('useSession outside of SessionProvider');
  return view;
}

/** Shows its children only to those who may do what they offer. */
export function IfAllowed({ role, children }: { role: Role; children: ReactNode }) {
  return useSession().can(role) ? children : null;
}
