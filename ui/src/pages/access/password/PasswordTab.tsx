import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconLockOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useChangePassword } from '../../../api/queries/access';
import { useSession } from '../../../app/session-context';
import { fieldIssues } from '../../../forms/field-issues';
import { access, ownPassword as text } from '../../../text/access';
import { EmptyState } from '../../../ui/EmptyState';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { Section } from '../../../ui/Section';

export function PasswordTab() {
  const { session } = useSession();
  if (session.from !== 'password') {
    return <EmptyState icon={IconLockOff} title={text.noneTitle} text={text.none} />;
  }
  return (
    <Section title={access.tabs.password} lead={text.lead}>
      <PasswordForm user={session.user} />
    </Section>
  );
}

const EMPTY = { old: '', new: '', again: '' };

function PasswordForm({ user }: { user: string }) {
  const [typed, setTyped] = useState(EMPTY);
  const change = useChangePassword();
  const issues = fieldIssues(change.error, ['/old', '/new']);
  const differs = typed.again !== '' && typed.again !== typed.new;
  const ready = typed.old !== '' && typed.new !== '' && typed.again === typed.new;
  const submit = () => {
    change.mutate(
      { old: typed.old, new: typed.new },
      {
        onSuccess: () => {
          setTyped(EMPTY);
          notifications.show({ title: text.doneTitle, message: text.done });
        },
      },
    );
  };
  const field = (name: keyof typeof EMPTY) => ({
    value: typed[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      setTyped({ ...typed, [name]: event.currentTarget.value }),
    required: true,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) submit();
      }}
    >
      <Stack maw={420}>
        {/* Keepers of passwords ask for the user that one belongs to. */}
        <input type="text" name="username" autoComplete="username" value={user} readOnly hidden />
        <PasswordInput
          label={text.old}
          autoComplete="current-password"
          error={issues.at('/old')}
          {...field('old')}
        />
        <PasswordInput
          label={text.new}
          description={text.newHelp}
          autoComplete="new-password"
          error={issues.at('/new')}
          {...field('new')}
        />
        <PasswordInput
          label={text.again}
          autoComplete="new-password"
          error={differs ? text.differs : undefined}
          {...field('again')}
        />
        {change.error && <ErrorNotice error={change.error} shownElsewhere={issues.shown} />}
        <Group>
          <Button type="submit" loading={change.isPending} disabled={!ready}>
            {text.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
