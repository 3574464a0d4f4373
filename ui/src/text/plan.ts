interface Step {
  action: string;
  from?: string;
  to?: string;
}

export const plan = {
  nothing: 'Nothing would change.',
  words({ action, from = '', to = '' }: Step): string {
    switch (action) {
      case 'create':
        return `starts on ${to}`;
      case 'update':
        return `changes on ${to}`;
      case 'move':
        return from ? `moves from ${from} to ${to}` : `moves to ${to}`;
      case 'leave':
        return `leaves ${from}`;
      case 'remove':
        return `is removed from ${to}`;
      default:
        return `${action}: ${to}`;
    }
  },
} as const;
