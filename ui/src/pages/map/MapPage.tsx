import { Group, SegmentedControl, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconTopologyStar3 } from '@tabler/icons-react';
import { useMemo } from 'react';
import { ApiError } from '../../api/errors';
import { deploymentsQuery, nodesQuery } from '../../api/queries/fleet';
import { stacksQuery } from '../../api/queries/stacks';
import type { Deployment, Node, Stack } from '../../api/types';
import { map as text } from '../../text/map';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { SearchField } from '../../ui/SearchField';
import { useUrlState } from '../../ui/useUrlState';
import { FleetMap } from './FleetMap';
import { fleetView } from './fleet-view';
import { MapList } from './MapList';

const NO_STACKS: readonly Stack[] = [];

export function MapPage() {
  const nodes = useQuery(nodesQuery);
  const deployments = useQuery(deploymentsQuery);
  const stacks = useQuery(stacksQuery);
  const refused = stacks.error instanceof ApiError && stacks.error.status === 403;
  const skeleton = <Skeleton h={480} radius="lg" />;
  return (
    <Page title={text.title} lead={text.lead}>
      {stacks.error && !refused && <ErrorNotice error={stacks.error} onRetry={() => void stacks.refetch()} />}
      <QueryView query={nodes} skeleton={skeleton}>
        {(machines) => (
          <QueryView query={deployments} skeleton={skeleton}>
            {(running) =>
              machines.length === 0 ? (
                <EmptyState icon={IconTopologyStar3} title={text.noneTitle} text={text.none} />
              ) : (
                <Views
                  nodes={machines}
                  deployments={running}
                  stacks={stacks.data ?? NO_STACKS}
                  hint={refused ? text.noStacks : text.legend}
                />
              )
            }
          </QueryView>
        )}
      </QueryView>
    </Page>
  );
}

interface ViewsProps {
  nodes: Node[];
  deployments: Deployment[];
  stacks: readonly Stack[];
  hint: string;
}

function Views({ nodes, deployments, stacks, hint }: ViewsProps) {
  const [search, setSearch] = useUrlState('q');
  const [shown, setShown] = useUrlState('view', 'map');
  const view = useMemo(() => fleetView(nodes, deployments, stacks), [nodes, deployments, stacks]);
  return (
    <>
      <Group gap="sm">
        <SearchField label={text.search} value={search} onChange={setSearch} flex="1 1 220px" maw={380} />
        <SegmentedControl
          aria-label={text.view}
          value={shown}
          onChange={setShown}
          data={[
            { value: 'map', label: text.asMap },
            { value: 'list', label: text.asList },
          ]}
        />
      </Group>
      {shown === 'list' ? <MapList view={view} search={search} /> : <FleetMap view={view} search={search} />}
      <Text size="sm" c="dimmed" mt="-md">
        {hint}
      </Text>
    </>
  );
}
