export const formatLabels = (labels: Record<string, string>) =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n');

/** Labels from lines `key=value`; `wrong` is the first line that is none. */
export function parseLabels(typed: string): { labels: Record<string, string>; wrong?: string } {
  const lines = typed
    .split(/\n/)
    .map((line) => line.trim())
    .filter(Boolean);
  const wrong = lines.find((line) => line.indexOf('=') < 1);
  if (wrong !== undefined) return { labels: {}, wrong };
  const pairs = lines.map((line) => {
    const at = line.indexOf('=');
    return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  });
  return { labels: Object.fromEntries(pairs) as Record<string, string> };
}
