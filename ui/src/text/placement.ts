export const placement = {
  node: (name: string) => `only on ${name}`,
  labels: (labels: string) => `only where ${labels}`,
  maxPerNode: (max: number) => `at most ${max} on a node`,
  spread: (label: string) => `spread by ${label}`,
  exclusive: 'alone on its node',
  strategy: (name: string) => `by the strategy ${name}`,
  near: (deployment: string) => `near ${deployment}`,
  apart: (deployment: string) => `apart from ${deployment}`,
  stay: 'stays when its node is lost',
} as const;
