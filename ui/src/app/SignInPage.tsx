import { Card, Center, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { app } from '../text/app';
import { signIn as text } from '../text/sign-in';
import { SignInForm } from './SignInForm';

export function SignInPage() {
  useDocumentTitle(app.title(text.title));
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack w="100%" maw={400} gap="xl">
        <Group gap="md" justify="center">
          <img src="/favicon.svg" alt="" width={44} height={44} />
          <div>
            <Title order={1} lh={1.1}>
              {app.name}
            </Title>
            <Text c="dimmed">{text.lead}</Text>
          </div>
        </Group>
        <Card padding="xl">
          <SignInForm />
        </Card>
      </Stack>
    </Center>
  );
}
