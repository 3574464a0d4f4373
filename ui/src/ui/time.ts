const TIME = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const FULL = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });

/** `14:03:21` in the time of the reader. */
export const formatTime = (at: Date) => TIME.format(at);

/** Date and time with the zone. */
export const formatFull = (at: Date) => FULL.format(at);

const STEPS: readonly [seconds: number, unit: string][] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
];

/** `3 min`, `2 h`; of less than a minute the seconds. */
export function formatSpan(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const step = STEPS.find(([size]) => whole >= size);
  return step ? `${Math.floor(whole / step[0])} ${step[1]}` : `${whole} s`;
}
