import type { RouteObject } from 'react-router';

export const stackRoutes: RouteObject[] = [
  { path: 'stacks', lazy: async () => ({ Component: (await import('./StacksPage')).StacksPage }) },
  {
    path: 'stacks/new',
    lazy: async () => ({ Component: (await import('./editor/NewStackPage')).NewStackPage }),
  },
  { path: 'stacks/:name', lazy: async () => ({ Component: (await import('./detail/StackPage')).StackPage }) },
  {
    path: 'stacks/:name/edit',
    lazy: async () => ({ Component: (await import('./editor/EditStackPage')).EditStackPage }),
  },
];
