import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconExternalLink, IconEye, IconEyeOff } from '@tabler/icons-react';
import { useState } from 'react';
import { outputsQuery } from '../../../api/queries/deployment-actions';
import type { Deployment } from '../../../api/types';
import { useSession } from '../../../app/session-context';
import { deployment as text } from '../../../text/deployments';
import { CopyButton } from '../../../ui/CopyButton';
import { QueryView } from '../../../ui/QueryView';
import { Section } from '../../../ui/Section';
import classes from './Outputs.module.css';

/** How the server shows a value that is not for everybody. */
const MASKED = '***';

const isWeb = (value: string) => /^https?:\/\//.test(value);

/** What one gets to know of a deployment: addresses, and passwords on demand for those who may see them. */
export function Outputs({ deployment: d }: { deployment: Deployment }) {
  const [reveal, setReveal] = useState(false);
  const { can } = useSession();
  // What is told depends on where it runs.
  const query = useQuery({ ...outputsQuery(d.id, reveal), enabled: d.workloads.length > 0 });
  const masked = Object.values(query.data ?? {}).some((value) => value.includes(MASKED));
  const button = can('operator') && (masked || reveal) && (
    <Button
      size="xs"
      variant="default"
      leftSection={reveal ? <IconEyeOff size={15} aria-hidden /> : <IconEye size={15} aria-hidden />}
      onClick={() => setReveal(!reveal)}
    >
      {reveal ? text.conceal : text.reveal}
    </Button>
  );
  return (
    <Section title={text.outputs} lead={text.outputsHint} actions={button}>
      {d.workloads.length === 0 ? (
        <Text c="dimmed">{text.outputsLater}</Text>
      ) : (
        <QueryView query={query}>{(outputs) => <List outputs={outputs} />}</QueryView>
      )}
    </Section>
  );
}

function List({ outputs }: { outputs: Readonly<Record<string, string>> }) {
  const entries = Object.entries(outputs);
  if (entries.length === 0) return <Text c="dimmed">{text.noOutputs}</Text>;
  return (
    <Stack gap="xs">
      {entries.map(([name, value]) => (
        <Group key={name} gap="sm" wrap="nowrap" justify="space-between">
          <div className={classes.value}>
            <Text size="xs" c="dimmed">
              {name}
            </Text>
            {isWeb(value) ? (
              <Anchor href={value} target="_blank" rel="noopener noreferrer" size="sm">
                {value} <IconExternalLink size={13} aria-hidden />
              </Anchor>
            ) : (
              <code className={classes.code}>{value}</code>
            )}
          </div>
          {value !== MASKED && <CopyButton value={value} />}
        </Group>
      ))}
    </Stack>
  );
}
