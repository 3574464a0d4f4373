import { Button, Card, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlus, IconWebhook } from '@tabler/icons-react';
import { useState } from 'react';
import { webhooksQuery } from '../../../api/queries/webhooks';
import type { Webhook } from '../../../api/types';
import { webhooks as text } from '../../../text/settings';
import { EmptyState } from '../../../ui/EmptyState';
import { QueryView } from '../../../ui/QueryView';
import { ShownOnce } from '../../../ui/ShownOnce';
import { AddWebhook } from './AddWebhook';
import { RemoveWebhook } from './RemoveWebhook';
import { WebhookTable } from './WebhookTable';

type Doing = { what: 'add' } | { what: 'shown'; secret: string } | { what: 'remove'; webhook: Webhook };

export function WebhooksTab() {
  const query = useQuery(webhooksQuery);
  const [doing, setDoing] = useState<Doing>();
  const close = () => setDoing(undefined);
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setDoing({ what: 'add' })}>
      {text.add}
    </Button>
  );
  return (
    <>
      <QueryView query={query}>
        {(webhooks) =>
          webhooks.length === 0 ? (
            <EmptyState icon={IconWebhook} title={text.emptyTitle} text={text.empty} action={add} />
          ) : (
            <>
              <Group justify="space-between">
                <Text size="sm" c="dimmed">
                  {text.lead}
                </Text>
                {add}
              </Group>
              <Card p={0}>
                <WebhookTable
                  webhooks={webhooks}
                  onRemove={(webhook) => setDoing({ what: 'remove', webhook })}
                />
              </Card>
            </>
          )
        }
      </QueryView>
      {doing?.what === 'add' && (
        <AddWebhook onCreated={({ secret }) => setDoing({ what: 'shown', secret })} onClose={close} />
      )}
      {doing?.what === 'shown' && (
        <ShownOnce title={text.shownTitle} hint={text.shownHint} value={doing.secret} onClose={close} />
      )}
      {doing?.what === 'remove' && <RemoveWebhook webhook={doing.webhook} onClose={close} />}
    </>
  );
}
