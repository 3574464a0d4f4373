import { Text } from '@mantine/core';
import { useRemoveWebhook } from '../../../api/queries/webhooks';
import type { Webhook } from '../../../api/types';
import { webhooks as text } from '../../../text/settings';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';

export function RemoveWebhook({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const remove = useRemoveWebhook();
  return (
    <ConfirmDialog
      title={text.removeTitle(webhook.name)}
      action={text.remove}
      danger
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(webhook.name, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text>{text.removeHint}</Text>
    </ConfirmDialog>
  );
}
