import { Text } from '@mantine/core';
import { access as text } from '../../text/access';
import { LabelList } from '../../ui/LabelList';

/** Which deployments somebody may see. */
export function Scope({ labels }: { labels: Record<string, string> }) {
  if (Object.keys(labels).length > 0) return <LabelList labels={labels} />;
  return (
    <Text span size="sm" c="dimmed">
      {text.everything}
    </Text>
  );
}
