import { SimpleGrid, Stack, Text } from '@mantine/core';
import { backup as text } from '../../../text/settings';
import { CodeLine } from '../../../ui/CodeLine';
import { Section } from '../../../ui/Section';
import { BackupForm } from './BackupForm';
import { KeysSection } from './KeysSection';

const VERIFY = 'miaas restore miaas.age --identity backup.key --verify';
const RESTORE = 'miaas restore miaas.age --identity backup.key --state-dir /var/lib/miaas';

export function BackupTab() {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
      <Section title={text.title} lead={text.lead}>
        <BackupForm />
      </Section>
      <Section title={text.checkTitle}>
        <Stack gap="xs">
          <Text size="sm">{text.check}</Text>
          <CodeLine value={VERIFY} />
          <Text size="sm" mt="sm">
            {text.restore}
          </Text>
          <CodeLine value={RESTORE} />
        </Stack>
      </Section>
      <KeysSection />
    </SimpleGrid>
  );
}
