import { Alert, Code, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconAlertTriangle, IconInfoCircle, IconShieldCheck } from '@tabler/icons-react';
import { keys } from '../../../api/queries/keys';
import type { AuditEntry } from '../../../api/types';
import { audit as text } from '../../../text/settings';
import { checkChain } from './chain';

/** Says whether the shown entries are genuine, as computed here, and how the whole log is checked. */
export function ChainNotice({ entries }: { entries: readonly AuditEntry[] }) {
  const digests = entries.map(({ digest }) => digest);
  const check = useQuery({
    queryKey: [...keys.audit, 'check', ...digests],
    queryFn: () => checkChain(entries),
  });
  const verdict = check.data;
  if (verdict?.phase === 'broken') {
    return (
      <Alert color="red" variant="outline" role="alert" icon={<IconAlertTriangle aria-hidden />}>
        <Text size="sm">{text.broken(verdict.number)}</Text>
        <Text size="sm" c="dimmed">
          {text.brokenHint}
        </Text>
      </Alert>
    );
  }
  const genuine = verdict?.phase === 'genuine';
  const Icon = genuine ? IconShieldCheck : IconInfoCircle;
  const words = genuine ? text.genuine : verdict ? text.unchecked : text.checking;
  return (
    <Group gap="xs" wrap="nowrap" role="status" align="flex-start">
      <Icon size={20} aria-hidden color={genuine ? 'var(--good)' : 'var(--calm)'} style={{ flex: 'none' }} />
      <Text size="sm">
        {words} {text.verify} <Code>{text.command}</Code>.
      </Text>
    </Group>
  );
}
