import type { RouteObject } from 'react-router';

export const deploymentRoutes: RouteObject[] = [
  {
    path: 'deployments',
    lazy: async () => ({ Component: (await import('./DeploymentsPage')).DeploymentsPage }),
  },
  {
    path: 'deployments/:id',
    lazy: async () => ({ Component: (await import('./detail/DeploymentPage')).DeploymentPage }),
  },
];
