import { useState } from 'react';
import { labelChange, useSetLabels } from '../../../api/queries/node-actions';
import type { Node } from '../../../api/types';
import { nodeActions as text } from '../../../text/nodes';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { LabelsField } from '../../../forms/LabelsField';
import { formatLabels, parseLabels } from '../../../forms/label-lines';

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
      <LabelsField
        label={text.labels}
        description={text.labelsHelp}
        minRows={4}
        value={typed}
        onChange={setTyped}
      />
    </ConfirmDialog>
  );
}
