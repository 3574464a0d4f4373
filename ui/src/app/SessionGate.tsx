import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useSyncExternalStore } from 'react';
import { loadSession, signIn } from '../api/session';
import { sessionStore } from '../api/session-store';
import { ErrorNotice } from '../ui/ErrorNotice';
import type { Arrival } from './arrival';
import { RenewSession } from './RenewSession';
import { RouteSkeleton } from './RouteSkeleton';
import { SessionProvider } from './session-context';
import { SignInPage } from './SignInPage';

/**
 * Lets in who is signed in. When a session ends meanwhile, the pages stay mounted with all that was typed, and the question
 * to sign in again is laid over them.
 */
export function SessionGate({ arrival = {}, children }: { arrival?: Arrival; children: ReactNode }) {
  const state = useSyncExternalStore(sessionStore.subscribe, sessionStore.state);
  const loading = useQuery({
    queryKey: ['session'],
    queryFn: () => askForSession(arrival),
    staleTime: Infinity,
  });
  useForgetAnswersOfOthers('session' in state ? state.session.user : undefined, state.phase);

  if (state.phase === 'unknown') {
    return loading.isError ? (
      <ErrorNotice error={loading.error} onRetry={() => void loading.refetch()} m="xl" />
    ) : (
      <RouteSkeleton />
    );
  }
  if (state.phase === 'out')
    return <SignInPage problem={arrival.problem} linkError={loading.data?.linkError} />;
  return (
    <SessionProvider session={state.session}>
      {children}
      <RenewSession opened={state.phase === 'ended'} user={state.session.user} />
    </SessionProvider>
  );
}

/** The answer goes to the session's store; the cache holds only why a link did not sign in. */
async function askForSession({ code }: Arrival): Promise<{ linkError?: unknown }> {
  if (code !== undefined) {
    try {
      await signIn({ code });
      return {};
    } catch (linkError) {
      await loadSession();
      return { linkError };
    }
  }
  await loadSession();
  return {};
}

/** What one user was shown must not be shown to the next; after signing in again everything is asked for again. */
function useForgetAnswersOfOthers(user: string | undefined, phase: string): void {
  const queries = useQueryClient();
  const last = useRef<{ user: string | undefined; phase: string }>({ user: undefined, phase: 'unknown' });
  useEffect(() => {
    const before = last.current;
    last.current = { user, phase };
    if (before.user !== undefined && before.user !== user) void queries.resetQueries();
    else if (before.phase === 'ended' && phase === 'in') void queries.invalidateQueries();
  }, [queries, user, phase]);
}
