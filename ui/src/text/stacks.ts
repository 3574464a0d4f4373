export const stacks = {
  title: 'Stacks',
  lead: 'Several services described in one file and applied all at once.',
  emptyTitle: 'No stack yet',
  empty:
    'Describe services that belong together in one file: a model, the database beside it, the page before it.',
  add: 'New stack',
  search: 'Search by stack or service',
  name: 'Name',
  status: 'State',
  services: 'Services',
  serviceCount: (count: number) => (count === 1 ? '1 service' : `${count} services`),
  gone: 'This stack is gone',
  goneHint: 'It was removed, or it has no services any more.',
  toList: 'All stacks',
} as const;

export const stack = {
  service: 'Service',
  template: 'Template',
  status: 'State',
  ready: 'Ready',
  nodes: 'Nodes',
  uses: 'Uses',
  edit: 'Edit',
  remove: 'Remove',
  map: 'Show on the map',
  removeTitle: (name: string) => `Remove ${name}`,
  removeHint: (count: number) =>
    count === 1
      ? 'Its service is removed with its volumes: the data is gone for good.'
      : `All ${count} services are removed with their volumes: the data is gone for good.`,
} as const;

export const editor = {
  newTitle: 'New stack',
  editTitle: (name: string) => `Edit ${name}`,
  lead: 'Ctrl+Space completes. compose holds the Compose document itself. Nothing is changed before you have seen the plan.',
  label: 'miaas.yaml',
  storedHelp: 'stays as it is stored',
  plan: 'Show what would change',
  apply: 'Apply',
  applyHint: 'The plan is of another text: ask for it again.',
  planTitle: 'What would change',
  planFirst: 'Ask for the plan: it says what applying would do, where, and why.',
  unchanged: 'Everything is as wanted already.',
  actions: { create: 'Create', update: 'Change', unchanged: 'Stays as it is', remove: 'Remove' },
  onNodes: 'On the nodes',
  removes: (count: number) =>
    count === 1
      ? '1 service is removed with its volumes: its data is gone for good.'
      : `${count} services are removed with their volumes: their data is gone for good.`,
  noName: 'The file has no name: write `name: my-stack` into its first line.',
  noServices: 'The file has no services: write `services:` and below it one entry for each.',
  notAMap: 'The file is not a list of names and values.',
  unknownKey: (key: string) => `"${key}" is not known here: name and services are.`,
  otherName: (name: string) => `This page edits ${name}: its name stays.`,
  example: `name: my-stack
services:
  cache:
    template: redis
  web:
    template: hello-world
    params:
      message: "the cache is at \${services.cache.address}"
`,
} as const;
