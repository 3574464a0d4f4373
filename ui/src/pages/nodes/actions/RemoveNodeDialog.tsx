import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { keys } from '../../../api/queries/keys';
import { planRemoveNode, useRemoveNode } from '../../../api/queries/node-actions';
import type { Node } from '../../../api/types';
import { nodeActions as text } from '../../../text/nodes';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { ChangeList } from '../../../ui/plan/ChangeList';
import { QueryView } from '../../../ui/QueryView';

export function RemoveNodeDialog({ node, onClose }: { node: Node; onClose: () => void }) {
  const navigate = useNavigate();
  const remove = useRemoveNode();
  const preview = useQuery({
    queryKey: [...keys.node(node.id), 'plan-remove'],
    queryFn: () => planRemoveNode(node.id),
    staleTime: 0,
  });
  const leave = () => void navigate('/nodes');
  return (
    <ConfirmDialog
      title={text.removeTitle(node.name)}
      action={text.remove}
      danger
      typed={node.name}
      size="lg"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate([node.id], { onSuccess: leave })}
      onClose={onClose}
    >
      <Text size="sm">{text.removeLead}</Text>
      <QueryView query={preview}>{(plan) => <ChangeList plan={plan} empty={text.removeEmpty} />}</QueryView>
    </ConfirmDialog>
  );
}
