import { Button, Card, Group, SegmentedControl, Select, SimpleGrid, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlus, IconSearchOff, IconServer2 } from '@tabler/icons-react';
import { Link } from 'react-router';
import { nodesQuery } from '../../api/queries/fleet';
import type { Node, NodeStatus } from '../../api/types';
import { IfAllowed } from '../../app/session-context';
import { common } from '../../text/common';
import { nodes as text } from '../../text/nodes';
import { EmptyState } from '../../ui/EmptyState';
import { FewFirst } from '../../ui/FewFirst';
import { Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { SearchField } from '../../ui/SearchField';
import { NODE_LOOKS } from '../../ui/states';
import { useUrlState } from '../../ui/useUrlState';
import { PendingNodes } from './actions/PendingNodes';
import { filterNodes } from './filter';
import { NodeCard } from './NodeCard';
import { NodeTable } from './NodeTable';

const STATES = (Object.keys(NODE_LOOKS) as NodeStatus[]).map((value) => ({
  value,
  label: NODE_LOOKS[value].label,
}));

export function NodesPage() {
  const add = (
    <IfAllowed role="admin">
      <Button component={Link} to="/nodes/add" leftSection={<IconPlus size={16} aria-hidden />}>
        {text.add}
      </Button>
    </IfAllowed>
  );
  return (
    <Page title={text.title} lead={text.lead} actions={add}>
      <QueryView query={useQuery(nodesQuery)} skeleton={<CardsSkeleton />}>
        {(nodes) =>
          nodes.length === 0 ? (
            <EmptyState icon={IconServer2} title={text.emptyTitle} text={text.empty} action={add} />
          ) : (
            <NodeList nodes={nodes} />
          )
        }
      </QueryView>
    </Page>
  );
}

function NodeList({ nodes }: { nodes: Node[] }) {
  const [search, setSearch] = useUrlState('q');
  const [status, setStatus] = useUrlState('status');
  const [view, setView] = useUrlState('view', 'cards');
  const shown = filterNodes(nodes, search, status);
  return (
    <>
      <PendingNodes nodes={nodes.filter((node) => !node.approved)} />
      <Group gap="sm">
        <SearchField label={text.search} value={search} onChange={setSearch} flex="1 1 220px" maw={380} />
        <Select
          aria-label={text.status}
          placeholder={text.anyStatus}
          data={STATES}
          value={status || null}
          onChange={(value) => setStatus(value ?? '')}
          clearable
          w={180}
        />
        <SegmentedControl
          aria-label={text.view}
          value={view}
          onChange={setView}
          data={[
            { value: 'cards', label: text.cards },
            { value: 'table', label: text.table },
          ]}
        />
      </Group>
      {shown.length === 0 ? (
        <EmptyState icon={IconSearchOff} title={common.noMatch} text={common.noMatchHint} />
      ) : view === 'table' ? (
        <Card p={0}>
          <NodeTable nodes={shown} />
        </Card>
      ) : (
        <FewFirst all={shown} step={60}>
          {(some) => (
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="lg">
              {some.map((node) => (
                <NodeCard key={node.id} node={node} />
              ))}
            </SimpleGrid>
          )}
        </FewFirst>
      )}
    </>
  );
}

function CardsSkeleton() {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="lg">
      {[1, 2, 3].map((card) => (
        <Skeleton key={card} h={230} radius="lg" />
      ))}
    </SimpleGrid>
  );
}
