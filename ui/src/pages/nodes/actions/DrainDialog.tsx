import { NumberInput, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../../api/queries/keys';
import { planDrain, useDrain } from '../../../api/queries/node-actions';
import type { Node } from '../../../api/types';
import { nodeActions as text } from '../../../text/nodes';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { ChangeList } from '../../../ui/plan/ChangeList';
import { QueryView } from '../../../ui/QueryView';

/** Asks before a node is emptied, and shows what would move where. */
export function DrainDialog({ node, onClose }: { node: Node; onClose: () => void }) {
  const [minutes, setMinutes] = useState<number | string>('');
  const seconds = typeof minutes === 'number' ? Math.round(minutes * 60) : null;
  const [asked] = useDebouncedValue(seconds, 300);
  const drain = useDrain();
  const preview = useQuery({
    queryKey: [...keys.node(node.id), 'plan-drain', asked],
    queryFn: () => planDrain(node.id, asked),
    staleTime: 0,
  });
  return (
    <ConfirmDialog
      title={text.drainTitle(node.name)}
      action={text.drain}
      size="lg"
      busy={drain.isPending}
      disabled={preview.isPending}
      error={drain.error}
      onConfirm={() => drain.mutate([node.id, seconds], { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text size="sm">{text.drainLead}</Text>
      <QueryView query={preview}>{(plan) => <ChangeList plan={plan} empty={text.drainEmpty} />}</QueryView>
      <NumberInput
        label={text.drainDeadline}
        description={text.drainDeadlineHint}
        min={0}
        value={minutes}
        onChange={setMinutes}
        maw={320}
      />
    </ConfirmDialog>
  );
}
