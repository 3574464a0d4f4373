import type { RouteObject } from 'react-router';

export const accessRoutes: RouteObject[] = [
  {
    path: 'access',
    lazy: async () => ({ Component: (await import('./AccessPage')).AccessPage }),
    children: [
      { index: true, lazy: async () => ({ Component: (await import('./AccessPage')).FirstPart }) },
      { path: 'users', lazy: async () => ({ Component: (await import('./users/UsersTab')).UsersTab }) },
      { path: 'keys', lazy: async () => ({ Component: (await import('./keys/KeysTab')).KeysTab }) },
      { path: 'tokens', lazy: async () => ({ Component: (await import('./tokens/TokensTab')).TokensTab }) },
      {
        path: 'sessions',
        lazy: async () => ({ Component: (await import('./sessions/SessionsTab')).SessionsTab }),
      },
      {
        path: 'password',
        lazy: async () => ({ Component: (await import('./password/PasswordTab')).PasswordTab }),
      },
    ],
  },
];
