import type { RouteObject } from 'react-router';

export const nodeRoutes: RouteObject[] = [
  { path: 'nodes', lazy: async () => ({ Component: (await import('./NodesPage')).NodesPage }) },
  { path: 'nodes/add', lazy: async () => ({ Component: (await import('./add/AddNodePage')).AddNodePage }) },
  { path: 'nodes/:id', lazy: async () => ({ Component: (await import('./detail/NodePage')).NodePage }) },
];
