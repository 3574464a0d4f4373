import type { RouteObject } from 'react-router';

export const modelRoutes: RouteObject[] = [
  { path: 'models', lazy: async () => ({ Component: (await import('./ModelsPage')).ModelsPage }) },
];
