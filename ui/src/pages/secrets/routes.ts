import type { RouteObject } from 'react-router';

export const secretRoutes: RouteObject[] = [
  { path: 'secrets', lazy: async () => ({ Component: (await import('./SecretsPage')).SecretsPage }) },
];
