import { Button, Card, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconBrain, IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { templatesQuery } from '../../api/queries/catalogue';
import { deploymentsQuery, nodesQuery } from '../../api/queries/fleet';
import type { Deployment, Node } from '../../api/types';
import { IfAllowed } from '../../app/session-context';
import { fleetCapacity } from '../../fleet/capacity';
import { models as text } from '../../text/models';
import { EmptyState } from '../../ui/EmptyState';
import { Meter } from '../../ui/Meter';
import { Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { formatMib } from '../../ui/units';
import { ModelCard } from './ModelCard';
import { SERVES_MODELS, modelDeployments } from './model-view';

export function ModelsPage() {
  const templates = useQuery(templatesQuery);
  const deployments = useQuery(deploymentsQuery);
  const nodes = useQuery(nodesQuery);
  const add = (
    <IfAllowed role="operator">
      <Button
        component={Link}
        to={`/catalogue?category=${SERVES_MODELS}`}
        leftSection={<IconPlus size={16} aria-hidden />}
      >
        {text.add}
      </Button>
    </IfAllowed>
  );
  return (
    <Page title={text.title} lead={text.lead} actions={add}>
      <QueryView query={templates}>
        {(known) => (
          <QueryView query={deployments}>
            {(all) => {
              const found = modelDeployments(all, known);
              // Without the nodes the claims are known all the same, only not what is in use.
              return found.length === 0 ? (
                <EmptyState icon={IconBrain} title={text.emptyTitle} text={text.empty} />
              ) : (
                <ModelGrid deployments={found} nodes={nodes.data ?? []} />
              );
            }}
          </QueryView>
        )}
      </QueryView>
    </Page>
  );
}

function ModelGrid({ deployments, nodes }: { deployments: readonly Deployment[]; nodes: readonly Node[] }) {
  const { vram } = fleetCapacity(nodes);
  return (
    <>
      {vram.total > 0 && (
        <Card>
          <Meter label={text.vram} format={formatMib} {...vram} />
        </Card>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        {deployments.map((deployment) => (
          <ModelCard key={deployment.id} deployment={deployment} nodes={nodes} />
        ))}
      </SimpleGrid>
    </>
  );
}
