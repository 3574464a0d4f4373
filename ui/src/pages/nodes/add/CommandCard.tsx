import { Anchor, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { Suspense, lazy, useState } from 'react';
import type { CreatedToken } from '../../../api/types';
import { onboarding as text } from '../../../text/nodes';
import { CodeLine } from '../../../ui/CodeLine';
import { Section } from '../../../ui/Section';
import { formatFull } from '../../../ui/time';

const QrCode = lazy(async () => ({ default: (await import('../../../ui/QrCode')).QrCode }));

export function CommandCard({ token, onAnother }: { token: CreatedToken; onAnother: () => void }) {
  const [shown, setShown] = useState(false);
  return (
    <Section title={text.commandTitle} lead={text.commandHint}>
      <Stack>
        <CodeLine value={token.join_command} />
        <Text size="sm" c="dimmed">
          {text.once} {text.expires}: {formatFull(new Date(token.expires_at))}.
        </Text>
        {shown && (
          <Suspense fallback={<Skeleton w={260} h={260} />}>
            <QrCode value={token.join_command} label={text.qrLabel} />
          </Suspense>
        )}
        <Group gap="lg">
          <Button variant="default" size="xs" onClick={() => setShown(!shown)} aria-expanded={shown}>
            {shown ? text.qrHide : text.qr}
          </Button>
          <Anchor component="button" type="button" size="sm" onClick={onAnother}>
            {text.another}
          </Anchor>
        </Group>
      </Stack>
    </Section>
  );
}
