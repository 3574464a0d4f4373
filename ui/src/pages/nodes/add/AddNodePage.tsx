import { SimpleGrid } from '@mantine/core';
import { useState } from 'react';
import { useCreateToken } from '../../../api/queries/tokens';
import { nodes as listText, onboarding as text } from '../../../text/nodes';
import { Page } from '../../../ui/Page';
import { CommandCard } from './CommandCard';
import { TokenForm } from './TokenForm';
import { WaitingCard } from './WaitingCard';

/** From nothing to a node: make the command, run it, watch the machine come. */
export function AddNodePage() {
  const create = useCreateToken();
  const [since, setSince] = useState<Date>();
  const token = create.data;
  return (
    <Page title={text.title} lead={text.lead} crumbs={[{ label: listText.title, to: '/nodes' }]}>
      {token && since ? (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          <CommandCard token={token} onAnother={create.reset} />
          <WaitingCard since={since} />
        </SimpleGrid>
      ) : (
        <TokenForm
          busy={create.isPending}
          error={create.error}
          onCreate={(wanted) => {
            setSince(new Date());
            create.mutate(wanted);
          }}
        />
      )}
    </Page>
  );
}
