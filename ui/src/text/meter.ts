export const meter = {
  reserved: (amount: string) => `${amount} reserved`,
  used: (amount: string) => `${amount} in use`,
  notMeasured: 'use not measured',
  total: (amount: string) => `${amount} in all`,
  nothing: 'none',
} as const;
