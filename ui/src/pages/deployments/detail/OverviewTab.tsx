import { SimpleGrid, Stack } from '@mantine/core';
import type { Deployment } from '../../../api/types';
import { deployment as text } from '../../../text/deployments';
import { Ago } from '../../../ui/Ago';
import { Facts } from '../../../ui/Facts';
import { LabelList } from '../../../ui/LabelList';
import { ProblemList } from '../../../ui/plan/ProblemList';
import { Section } from '../../../ui/Section';
import { Outputs } from './Outputs';
import { placementWords } from './placement';
import { Replicas } from './Replicas';
import { RolloutCard } from './RolloutCard';

export function OverviewTab({ deployment: d }: { deployment: Deployment }) {
  return (
    <Stack gap="lg">
      <ProblemList problems={d.problems} />
      <RolloutCard deployment={d} />
      <Replicas deployment={d} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Outputs deployment={d} />
        <Section title={text.facts}>
          <Facts
            items={[
              [text.labels, Object.keys(d.labels).length > 0 && <LabelList key="labels" labels={d.labels} />],
              [text.placement, placementWords(d.placement)],
              [text.strategy, d.update?.strategy],
              [text.priority, d.priority],
              [text.created, <Ago key="created" at={d.created_at} />],
              [text.id, <code key="id">{d.id}</code>],
            ]}
          />
        </Section>
      </SimpleGrid>
    </Stack>
  );
}
