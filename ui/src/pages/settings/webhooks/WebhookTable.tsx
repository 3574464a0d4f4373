import { Anchor, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconMailOff, IconSend, IconTrash } from '@tabler/icons-react';
import { Link, useNavigate } from 'react-router';
import { asApiError } from '../../../api/errors';
import { useTestWebhook } from '../../../api/queries/webhooks';
import type { Webhook } from '../../../api/types';
import { common } from '../../../text/common';
import { settings, webhooks as text } from '../../../text/settings';
import { Ago } from '../../../ui/Ago';
import { type Column, DataTable } from '../../../ui/DataTable';
import { RowMenu } from '../../../ui/RowMenu';
import { StateBadge } from '../../../ui/StateBadge';
import { Until } from '../../../ui/Until';
import { webhookLook } from './state';

const deadPage = (name: string) => `/settings/webhooks/${encodeURIComponent(name)}`;

const DATA: readonly Column<Webhook>[] = [
  {
    header: text.name,
    head: true,
    cell: ({ name, url }) => (
      <>
        <Text fw={600} size="sm">
          {name}
        </Text>
        <Text size="xs" c="dimmed">
          {url}
        </Text>
      </>
    ),
  },
  { header: text.state, cell: (webhook) => <WebhookState webhook={webhook} /> },
  { header: text.events, cell: ({ events }) => events.join(', ') || text.all },
  {
    header: text.severity,
    cell: ({ min_severity: least }) => text.severities[least === 'info' ? 'all' : (least ?? 'all')],
  },
  { header: text.lastSuccess, cell: (webhook) => <Ago at={webhook.last_success} /> },
  { header: text.waiting, end: true, cell: ({ waiting }) => waiting },
  {
    header: text.dead,
    end: true,
    cell: ({ name, dead }) =>
      dead === 0 ? (
        dead
      ) : (
        <Anchor component={Link} to={deadPage(name)} size="sm" aria-label={`${text.deadLetters}: ${name}`}>
          {dead}
        </Anchor>
      ),
  },
];

interface WebhookTableProps {
  webhooks: readonly Webhook[];
  onRemove: (webhook: Webhook) => void;
}

export function WebhookTable({ webhooks, onRemove }: WebhookTableProps) {
  const navigate = useNavigate();
  const test = useTestWebhook();
  const send = (name: string) =>
    test.mutate(name, {
      onSuccess: () => notifications.show({ message: text.tested(name) }),
      onError: (error) =>
        notifications.show({
          color: 'red',
          title: text.testFailed(name),
          message: asApiError(error).message,
          autoClose: false,
        }),
    });
  const actions: Column<Webhook> = {
    header: common.actions,
    end: true,
    cell: (webhook) => (
      <RowMenu
        label={`${common.actions}: ${webhook.name}`}
        actions={[
          { label: text.test, icon: IconSend, onClick: () => send(webhook.name) },
          {
            label: text.deadLetters,
            icon: IconMailOff,
            onClick: () => void navigate(deadPage(webhook.name)),
          },
          { label: text.remove, icon: IconTrash, danger: true, onClick: () => onRemove(webhook) },
        ]}
      />
    ),
  };
  return (
    <DataTable
      label={settings.tabs.webhooks}
      columns={[...DATA, actions]}
      rows={webhooks}
      rowKey={({ name }) => name}
    />
  );
}

function WebhookState({ webhook }: { webhook: Webhook }) {
  return (
    <>
      <StateBadge plain look={webhookLook(webhook)} />
      {webhook.last_error != null && (
        <Text size="xs" c="dimmed" maw={320}>
          {webhook.last_error}
          {webhook.next_try != null && (
            <>
              {' '}
              · {text.nextTry} <Until at={webhook.next_try} />
            </>
          )}
        </Text>
      )}
      {webhook.gaps > 0 && (
        <Text size="xs" c="dimmed" maw={320}>
          {text.gaps(webhook.gaps)}
        </Text>
      )}
    </>
  );
}
