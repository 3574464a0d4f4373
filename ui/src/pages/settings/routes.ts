import type { RouteObject } from 'react-router';

export const settingRoutes: RouteObject[] = [
  {
    path: 'settings',
    lazy: async () => ({ Component: (await import('./SettingsPage')).SettingsPage }),
    children: [
      { index: true, lazy: async () => ({ Component: (await import('./server/ServerTab')).ServerTab }) },
      {
        path: 'webhooks',
        lazy: async () => ({ Component: (await import('./webhooks/WebhooksTab')).WebhooksTab }),
      },
      {
        path: 'webhooks/:name',
        lazy: async () => ({ Component: (await import('./webhooks/DeadLetters')).DeadLetters }),
      },
      { path: 'audit', lazy: async () => ({ Component: (await import('./audit/AuditTab')).AuditTab }) },
      { path: 'backup', lazy: async () => ({ Component: (await import('./backup/BackupTab')).BackupTab }) },
    ],
  },
];
