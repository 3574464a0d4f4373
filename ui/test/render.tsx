import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { RouterProvider, createMemoryRouter } from 'react-router';
import { createQueryClient } from '../src/api/queries/client';
import type { Session } from '../src/api/session';
import type { Role } from '../src/api/types';
import { SessionProvider } from '../src/app/session-context';
import { cssVariables, theme } from '../src/app/theme';

export const sessionOf = (role: Role): Session => ({
  user: 'ada',
  role,
  scope: {},
  csrf: 'token',
  expires_at: null,
  from: 'password',
});

interface Options {
  role?: Role;
  /** Address that is shown, and the pattern that it matches. */
  at?: string;
  path?: string;
}

/** Shows something as it would be on a page: theme without motion, cache, address, session. */
export function renderPage(what: ReactNode, { role = 'admin', at = '/', path = '*' }: Options = {}) {
  const router = createMemoryRouter([{ path, element: what }], { initialEntries: [at] });
  const view = render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} env="test">
      <QueryClientProvider client={createQueryClient()}>
        <SessionProvider session={sessionOf(role)}>
          <RouterProvider router={router} />
        </SessionProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { ...view, router };
}
