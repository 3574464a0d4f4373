export const secrets = {
  title: 'Secrets',
  lead: 'Values that deployments refer to by name, as ${secrets.NAME}. They are stored encrypted and never shown again.',
  emptyTitle: 'No secret yet',
  empty: 'Store a token or a password once, and name it wherever a template asks for one.',
  search: 'Search by name or deployment',
  name: 'Name',
  version: 'Version',
  changed: 'Changed',
  usedBy: 'Used by',
  unused: 'nothing',
  add: 'Add a secret',
  addTitle: 'Add a secret',
  nameHelp: 'Letters, digits, -, _ and . are allowed.',
  value: 'Value',
  valueHelp: 'At most 64 KiB. Nobody is shown it again, you included.',
  store: 'Store',
  set: 'Set a new value',
  setTitle: (name: string) => `New value of ${name}`,
  setHint: (count: number) =>
    count === 0
      ? 'Nothing refers to it at present.'
      : count === 1
        ? 'The deployment that refers to it is rendered again and starts anew.'
        : `The ${count} deployments that refer to it are rendered again and start anew.`,
  remove: 'Remove',
  removeTitle: (name: string) => `Remove ${name}`,
  removeHint: 'The value is gone for good. While a deployment refers to it the server refuses.',
  exists: (name: string) => `There is a secret "${name}" already: set a new value of it instead.`,
} as const;
