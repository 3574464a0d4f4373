import { Text } from '@mantine/core';
import type { Deployment } from '../../../api/types';
import { useRecentEvents } from '../../../live/useLive';
import { deployment as text } from '../../../text/deployments';
import { EventList } from '../../../ui/EventList';
import { Section } from '../../../ui/Section';

export function DeploymentEvents({ deployment }: { deployment: Deployment }) {
  const own = useRecentEvents().filter(({ subject }) => subject.deployment === deployment.name);
  return (
    <Section title={text.tabs.events}>
      {own.length === 0 ? <Text c="dimmed">{text.noEvents}</Text> : <EventList events={own} />}
    </Section>
  );
}
