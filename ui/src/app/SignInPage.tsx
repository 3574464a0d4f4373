import { Alert, Card, Center, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { app } from '../text/app';
import { signIn as text } from '../text/sign-in';
import { ErrorNotice } from '../ui/ErrorNotice';
import type { Arrival } from './arrival';
import { SignInForm } from './SignInForm';

interface SignInPageProps {
  problem: Arrival['problem'];
  /** Why a link did not sign in. */
  linkError?: unknown;
}

export function SignInPage({ problem, linkError }: SignInPageProps) {
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
        {problem && (
          <Alert role="alert" color="red" variant="outline" title={text.failed}>
            {text.problems[problem]}
          </Alert>
        )}
        {linkError !== undefined && <ErrorNotice error={linkError} title={text.failed} />}
        <Card padding="xl">
          <SignInForm />
        </Card>
      </Stack>
    </Center>
  );
}
