import type { RouteObject } from 'react-router';

export const mapRoutes: RouteObject[] = [
  { path: 'map', lazy: async () => ({ Component: (await import('./MapPage')).MapPage }) },
];
