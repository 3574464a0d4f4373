import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { labelChange, useSetLabels } from '../../../api/queries/node-actions';
import type { Node } from '../../../api/types';
import { nodeActions as text } from '../../../text/nodes';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { formatLabels, parseLabels } from '../labels';

export function LabelsDialog({ node, onClose }: { node: Node; onClose: () => void }) {
  const [typed, setTyped] = useState(formatLabels(node.labels));
  const setLabels = useSetLabels();
  const { labels, wrong } = parseLabels(typed);
  const save = () => {
    const { set, remove } = labelChange(node.labels, labels);
    setLabels.mutate([node.id, set, remove], { onSuccess: onClose });
  };
  return (
    <ConfirmDialog
      title={text.labelsTitle(node.name)}
      action={text.labelsSave}
      busy={setLabels.isPending}
      disabled={wrong !== undefined}
      error={setLabels.error}
      onConfirm={save}
      onClose={onClose}
    >
      <Textarea
        label={text.labels}
        description={text.labelsHelp}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={wrong === undefined ? undefined : text.labelLine(wrong)}
        autosize
        minRows={4}
        maxRows={16}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
    </ConfirmDialog>
  );
}
