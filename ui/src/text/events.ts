export const events = {
  title: 'Events',
  lead: 'What happened in the fleet, newest first. The server keeps the newest 10,000.',
  search: 'Search by name, reason or words',
  severity: 'Severity',
  anySeverity: 'Any severity',
  atLeast: { warning: 'Warnings and errors', error: 'Errors only' },
  kind: 'About',
  anyKind: 'Everything',
  kinds: { node: 'Nodes', deployment: 'Deployments', workload: 'Workloads', secret: 'Secrets' },
  count: (shown: number, all: number) => (shown === all ? `${all} events` : `${shown} of ${all} events`),
  none: 'Nothing has happened yet',
  noneHint: 'Add a node or deploy something: what follows is told here.',
} as const;
