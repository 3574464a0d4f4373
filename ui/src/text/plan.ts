interface Step {
  action: string;
  from?: string;
  to?: string;
  variant?: string;
}

export const plan = {
  nothing: 'Nothing would change.',
  words({ action, from = '', to = '', variant }: Step): string {
    const how = variant ? `, variant ${variant}` : '';
    switch (action) {
      case 'create':
        return `starts on ${to}${how}`;
      case 'update':
        return `changes on ${to}${how}`;
      case 'move':
        return (from ? `moves from ${from} to ${to}` : `moves to ${to}`) + how;
      case 'leave':
        return `leaves ${from}`;
      case 'remove':
        return `is removed from ${to}`;
      default:
        return `${action}: ${to}`;
    }
  },
} as const;

export const planPanel = {
  title: 'Plan',
  lead: 'What the server would do. It follows what you type.',
  planning: 'Planning',
  fix: 'The plan is made once the marked fields are right.',
  nothing: 'Everything is as wanted already.',
  compose: 'What would run',
  composeHint: 'The Compose document as the node gets it; secrets are masked.',
  composeLabel: (workload: string) => `Compose document of ${workload}`,
} as const;
