import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useState } from 'react';
import { revisionsQuery } from '../../../api/queries/deployment-actions';
import type { Deployment, Revision } from '../../../api/types';
import { IfAllowed } from '../../../app/session-context';
import { deployment as text } from '../../../text/deployments';
import { Ago } from '../../../ui/Ago';
import { DifferenceTable } from '../../../ui/DifferenceTable';
import { QueryView } from '../../../ui/QueryView';
import { Section } from '../../../ui/Section';
import { StateBadge } from '../../../ui/StateBadge';
import { DEPLOYMENT_LOOKS } from '../../../ui/states';
import { RollbackDialog } from '../actions/RollbackDialog';
import classes from './RevisionsTab.module.css';

const WANTED = { ...DEPLOYMENT_LOOKS.ready, label: text.wanted };

export function RevisionsTab({ deployment: d }: { deployment: Deployment }) {
  const [asked, setAsked] = useState<number>();
  return (
    <Section title={text.tabs.revisions} lead={text.revisionsHint}>
      <QueryView query={useQuery(revisionsQuery(d.id))}>
        {(revisions) => (
          <ol className={classes.list} reversed>
            {revisions.map((revision) => (
              <li key={revision.number} className={classes.revision}>
                <RevisionCard revision={revision} onRollback={() => setAsked(revision.number)} />
              </li>
            ))}
          </ol>
        )}
      </QueryView>
      {asked !== undefined && (
        <RollbackDialog deployment={d} revision={asked} onClose={() => setAsked(undefined)} />
      )}
    </Section>
  );
}

function RevisionCard({ revision, onRollback }: { revision: Revision; onRollback: () => void }) {
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Group gap="sm">
          <Text fw={600} tt="capitalize">
            {text.revision(revision.number)}
          </Text>
          {revision.wanted && <StateBadge look={WANTED} />}
          <Text size="sm" c="dimmed" component="div">
            <Ago at={revision.created_at} /> · {text.replicas.toLowerCase()}: {revision.replicas}
          </Text>
        </Group>
        {!revision.wanted && (
          <IfAllowed role="operator">
            <Button
              size="xs"
              variant="default"
              leftSection={<IconArrowBackUp size={15} aria-hidden />}
              onClick={onRollback}
            >
              {text.rollBack}
            </Button>
          </IfAllowed>
        )}
      </Group>
      {revision.differences.length === 0 ? (
        <Text size="sm" c="dimmed">
          {text.noDifference}
        </Text>
      ) : (
        <DifferenceTable differences={revision.differences} />
      )}
    </Stack>
  );
}
