export const forms = {
  generated: 'The server makes one',
  unchanged: 'Stays as it is',
  generate: 'Make a password',
  noSecrets: 'No secret is stored',
  general: 'Settings',
  required: 'needed',
  tail: (message: string, hint: string | null | undefined) => (hint ? `${message} (${hint})` : message),
} as const;

export const labelsField = {
  wrong: (line: string) => `"${line}" is not key=value`,
} as const;
