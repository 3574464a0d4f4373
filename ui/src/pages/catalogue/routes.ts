import type { RouteObject } from 'react-router';

export const catalogueRoutes: RouteObject[] = [
  { path: 'catalogue', lazy: async () => ({ Component: (await import('./CataloguePage')).CataloguePage }) },
  {
    path: 'catalogue/:name',
    lazy: async () => ({ Component: (await import('./TemplatePage')).TemplatePage }),
  },
  {
    path: 'catalogue/:name/deploy',
    lazy: async () => ({ Component: (await import('./deploy/DeployPage')).DeployPage }),
  },
];
