import type { signIn } from '../text/sign-in';

type Problem = keyof typeof signIn.problems;

/** What the address says of a sign-in: the code of a link, or why a provider's users were not let in. */
export interface Arrival {
  code?: string | undefined;
  problem?: Problem | undefined;
}

const PATH = '/sign-in';
const PROBLEMS: readonly string[] = [
  'no_role',
  'refused',
  'expired',
  'unavailable',
  'failed',
] satisfies Problem[];

/** Reads the address and takes it out of the history: a code is good once, and nobody shall read it there. */
export function takeArrival(): Arrival {
  const { pathname, search, hash } = window.location;
  if (pathname !== PATH) return {};
  const code = new URLSearchParams(hash.slice(1)).get('code') ?? undefined;
  const problem = new URLSearchParams(search).get('problem') ?? undefined;
  window.history.replaceState(null, '', '/');
  return { code, problem: problem && PROBLEMS.includes(problem) ? (problem as Problem) : undefined };
}
