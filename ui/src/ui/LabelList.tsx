import { Badge, Group } from '@mantine/core';

export function LabelList({ labels }: { labels: Record<string, string> }) {
  const pairs = Object.entries(labels);
  if (pairs.length === 0) return null;
  return (
    <Group gap={6}>
      {pairs.map(([key, value]) => (
        <Badge key={key} styles={{ label: { overflow: 'visible' } }}>
          {value === '' ? key : `${key}=${value}`}
        </Badge>
      ))}
    </Group>
  );
}
