import { Button, Group, Stack, Text } from '@mantine/core';
import { IconHourglass } from '@tabler/icons-react';
import { useApprove } from '../../../api/queries/node-actions';
import type { Node } from '../../../api/types';
import { IfAllowed } from '../../../app/session-context';
import { nodeActions as text } from '../../../text/nodes';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { Notice } from '../../../ui/Notice';
import { factSummary } from '../facts';

/** Machines that registered without a token and wait for a person. */
export function PendingNodes({ nodes }: { nodes: readonly Node[] }) {
  if (nodes.length === 0) return null;
  return (
    <Stack gap="sm">
      {nodes.map((node) => (
        <PendingNode key={node.id} node={node} />
      ))}
    </Stack>
  );
}

export function PendingNode({ node }: { node: Node }) {
  const approve = useApprove();
  return (
    <Notice tone="warn" icon={IconHourglass} title={text.approveTitle(node.name)}>
      <Group justify="space-between" align="flex-end">
        <div>
          <Text size="sm">
            {node.ip} · {factSummary(node.capabilities)}
          </Text>
          <Text size="sm" c="dimmed">
            {text.approveHint}
          </Text>
        </div>
        <IfAllowed role="admin">
          <Button size="xs" loading={approve.isPending} onClick={() => approve.mutate([node.id])}>
            {text.approve}
          </Button>
        </IfAllowed>
      </Group>
      {approve.isError && <ErrorNotice error={approve.error} mt="sm" />}
    </Notice>
  );
}
