export const differences = {
  before: 'before',
  after: 'after',
  nothing: 'not given',
} as const;
