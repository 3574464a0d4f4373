const STEPS = ['MiB', 'GiB', 'TiB', 'PiB'] as const;
const BYTE_STEPS = ['B', 'KiB', ...STEPS] as const;

function scale(amount: number, units: readonly string[]): string {
  if (amount === 0) return '0';
  let value = amount;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit] ?? ''}`;
}

/** `512 MiB`, `7.5 GiB`. */
export const formatMib = (mib: number) => scale(mib, STEPS);

/** `300 B`, `1.5 MiB`. */
export const formatBytes = (bytes: number) => scale(bytes, BYTE_STEPS);

/** Thousandths of a processor: `0.5`, `4`. */
export const formatCpu = (milli: number) => String(Math.round(milli / 100) / 10);

/** `37 %`; of nothing, 0 %. */
export const formatShare = (part: number, whole: number) =>
  `${whole > 0 ? Math.round((100 * part) / whole) : 0} %`;

export const formatPercent = (percent: number) => `${Math.round(percent)} %`;
