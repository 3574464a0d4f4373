import { Button, Card, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import {
  IconArrowLeft,
  IconArrowRight,
  IconCircleCheck,
  IconCircleX,
  IconHistory,
} from '@tabler/icons-react';
import { AUDIT_PAGE, auditEndQuery, auditQuery } from '../../../api/queries/audit';
import type { AuditEntry } from '../../../api/types';
import { app } from '../../../text/app';
import { audit as text, settings } from '../../../text/settings';
import { Ago } from '../../../ui/Ago';
import { type Column, DataTable } from '../../../ui/DataTable';
import { EmptyState } from '../../../ui/EmptyState';
import { QueryView } from '../../../ui/QueryView';
import { StateBadge } from '../../../ui/StateBadge';
import { useUrlState } from '../../../ui/useUrlState';
import { ChainNotice } from './ChainNotice';

const COLUMNS: readonly Column<AuditEntry>[] = [
  { header: text.number, end: true, cell: ({ number }) => number },
  { header: text.at, cell: ({ at }) => <Ago at={at} /> },
  {
    header: text.what,
    head: true,
    cell: ({ method, path }) => (
      <Text size="sm" ff="monospace">
        <b>{method}</b> {path}
      </Text>
    ),
  },
  { header: text.object, cell: ({ object }) => object ?? '–' },
  {
    header: text.who,
    cell: ({ who, role }) => (
      <>
        <Text size="sm">{who}</Text>
        {role && (
          <Text size="xs" c="dimmed">
            {app.roles[role]}
          </Text>
        )}
      </>
    ),
  },
  { header: text.from, cell: ({ from }) => from },
  { header: text.status, cell: ({ status }) => <StateBadge plain look={statusLook(status)} /> },
];

const statusLook = (status: number) =>
  status < 400
    ? ({ tone: 'good', icon: IconCircleCheck, label: String(status) } as const)
    : ({ tone: 'bad', icon: IconCircleX, label: String(status) } as const);

export function AuditTab() {
  return (
    <QueryView query={useQuery(auditEndQuery)}>
      {(end) =>
        end === 0 ? (
          <EmptyState icon={IconHistory} title={text.none} text={text.lead} />
        ) : (
          <AuditPages end={end} />
        )
      }
    </QueryView>
  );
}

/** The log from its end; the address holds the number before which the shown page ends. */
function AuditPages({ end }: { end: number }) {
  const [typed, setBefore] = useUrlState('before');
  const asked = Math.floor(Number(typed)) || end + 1;
  const before = typed === '' ? end + 1 : Math.min(Math.max(2, asked), end + 1);
  const first = Math.max(1, before - AUDIT_PAGE);
  const query = useQuery(auditQuery(before));
  const go = (to: number) => setBefore(to > end ? '' : String(to));
  return (
    <>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {text.lead}
        </Text>
        <Group gap="xs">
          <Text size="sm" c="dimmed" className="tabular">
            {text.range(first, before - 1)}
          </Text>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconArrowLeft size={14} aria-hidden />}
            disabled={before > end}
            onClick={() => go(before + AUDIT_PAGE)}
          >
            {text.newer}
          </Button>
          <Button
            size="xs"
            variant="default"
            rightSection={<IconArrowRight size={14} aria-hidden />}
            disabled={first === 1}
            onClick={() => go(first)}
          >
            {text.older}
          </Button>
        </Group>
      </Group>
      <QueryView query={query}>
        {(entries) => (
          <>
            <ChainNotice entries={entries} />
            <Card p={0}>
              <DataTable
                label={settings.tabs.audit}
                columns={COLUMNS}
                rows={[...entries].reverse()}
                rowKey={({ number }) => String(number)}
              />
            </Card>
          </>
        )}
      </QueryView>
    </>
  );
}
