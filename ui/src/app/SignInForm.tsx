import {
  Button,
  Divider,
  PasswordInput,
  SegmentedControl,
  Skeleton,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { asApiError } from '../api/errors';
import { type Credentials, type SignInMethods, oidcAddress, signIn, signInMethods } from '../api/session';
import { signIn as text } from '../text/sign-in';
import { ErrorNotice } from '../ui/ErrorNotice';

interface SignInFormProps {
  /** Who was signed in before. */
  user?: string;
  /** Whether the page must stay, so that other sign-ins open beside it. */
  keepPage?: boolean;
}

type By = 'password' | 'key';

export function SignInForm({ user = '', keepPage = false }: SignInFormProps) {
  const methods = useQuery({ queryKey: ['sign-in-methods'], queryFn: signInMethods });
  if (methods.isPending) return <Skeleton h={180} />;
  if (methods.isError) {
    return <ErrorNotice error={methods.error} onRetry={() => void methods.refetch()} />;
  }
  return <Form methods={methods.data} user={user} keepPage={keepPage} />;
}

function Form({ methods, user, keepPage }: Required<SignInFormProps> & { methods: SignInMethods }) {
  const [by, setBy] = useState<By>(methods.password ? 'password' : 'key');
  const [name, setName] = useState(user);
  const [secret, setSecret] = useState('');
  const signing = useMutation({ mutationFn: (credentials: Credentials) => signIn(credentials) });

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    signing.mutate(by === 'key' ? { key: secret.trim() } : { user: name, password: secret });
  };

  return (
    <Stack>
      {(methods.password || methods.key) && (
        <form onSubmit={submit}>
          <Stack>
            {methods.password && methods.key && (
              <SegmentedControl
                fullWidth
                aria-label={text.by}
                value={by}
                onChange={(value) => {
                  setBy(value);
                  setSecret('');
                  signing.reset();
                }}
                data={[
                  { value: 'password', label: text.password },
                  { value: 'key', label: text.key },
                ]}
              />
            )}
            {by === 'password' ? (
              <>
                <TextInput
                  label={text.user}
                  autoComplete="username"
                  required
                  value={name}
                  onChange={(event) => setName(event.currentTarget.value)}
                />
                <PasswordInput
                  label={text.userPassword}
                  autoComplete="current-password"
                  required
                  value={secret}
                  onChange={(event) => setSecret(event.currentTarget.value)}
                />
              </>
            ) : (
              <PasswordInput
                label={text.apiKey}
                description={text.apiKeyHelp}
                autoComplete="off"
                required
                value={secret}
                onChange={(event) => setSecret(event.currentTarget.value)}
              />
            )}
            {signing.isError && <ErrorNotice error={asApiError(signing.error)} title={text.failed} />}
            <Button type="submit" loading={signing.isPending} fullWidth>
              {text.submit}
            </Button>
          </Stack>
        </form>
      )}
      {methods.oidc && (
        <>
          {(methods.password || methods.key) && <Divider label={text.or} />}
          <OidcLink {...methods.oidc} keepPage={keepPage} />
        </>
      )}
    </Stack>
  );
}

function OidcLink({ name, path, keepPage }: { name: string; path: string; keepPage: boolean }) {
  const here = window.location.pathname + window.location.search;
  return (
    <div>
      <Button
        component="a"
        variant="default"
        fullWidth
        href={oidcAddress(path, keepPage ? '/' : here)}
        {...(keepPage && { target: '_blank', rel: 'noopener' })}
      >
        {text.oidc(name)}
      </Button>
      {keepPage && (
        <Text size="sm" c="dimmed" mt={6}>
          {text.oidcInTab}
        </Text>
      )}
    </div>
  );
}
