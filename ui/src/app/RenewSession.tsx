import { Anchor, Modal, Stack, Text } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { loadSession } from '../api/session';
import { sessionStore } from '../api/session-store';
import { signIn as text } from '../text/sign-in';
import { SignInForm } from './SignInForm';

/** Lies over the pages when the session has ended. It cannot be closed: behind it every request would be refused. */
export function RenewSession({ opened, user }: { opened: boolean; user: string }) {
  useWindowEvent('focus', () => {
    // Somebody may have signed in beside this page. A failure changes nothing: the question stays.
    if (opened) loadSession().catch(() => undefined);
  });
  return (
    <Modal
      opened={opened}
      onClose={() => undefined}
      title={text.endedTitle}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack>
        <Text>{text.ended}</Text>
        <SignInForm user={user} keepPage />
        <Anchor component="button" type="button" size="sm" onClick={() => sessionStore.signedOut()}>
          {text.instead}
        </Anchor>
      </Stack>
    </Modal>
  );
}
