import { PasswordInput, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useRemoveSecret, useStoreSecret } from '../../api/queries/secret-actions';
import type { SecretItem } from '../../api/types';
import { fieldIssues } from '../../forms/field-issues';
import { secrets as text } from '../../text/secrets';
import { ConfirmDialog } from '../../ui/ConfirmDialog';

interface AddSecretProps {
  /** Names that are taken: storing one of them would overwrite it unasked. */
  taken: readonly string[];
  onClose: () => void;
}

export function AddSecret({ taken, onClose }: AddSecretProps) {
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const store = useStoreSecret();
  const issues = fieldIssues(store.error, ['/name', '/value']);
  const exists = taken.includes(name) ? text.exists(name) : undefined;
  return (
    <ConfirmDialog
      title={text.addTitle}
      action={text.store}
      busy={store.isPending}
      disabled={name === '' || value === '' || exists !== undefined}
      error={store.error}
      shownElsewhere={issues.shown}
      onConfirm={() => store.mutate({ name, value }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <TextInput
        label={text.name}
        description={text.nameHelp}
        error={exists ?? issues.at('/name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        required
        spellCheck={false}
        autoComplete="off"
        data-autofocus
      />
      <ValueField value={value} error={issues.at('/value')} onChange={setValue} />
    </ConfirmDialog>
  );
}

export function SetSecret({ secret, onClose }: { secret: SecretItem; onClose: () => void }) {
  const [value, setValue] = useState('');
  const store = useStoreSecret();
  const issues = fieldIssues(store.error, ['/value']);
  return (
    <ConfirmDialog
      title={text.setTitle(secret.name)}
      action={text.store}
      busy={store.isPending}
      disabled={value === ''}
      error={store.error}
      shownElsewhere={issues.shown}
      onConfirm={() => store.mutate({ name: secret.name, value }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text>{text.setHint(secret.used_by.length)}</Text>
      <ValueField value={value} error={issues.at('/value')} onChange={setValue} />
    </ConfirmDialog>
  );
}

export function RemoveSecret({ secret, onClose }: { secret: SecretItem; onClose: () => void }) {
  const remove = useRemoveSecret();
  return (
    <ConfirmDialog
      title={text.removeTitle(secret.name)}
      action={text.remove}
      danger
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(secret.name, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text>{text.removeHint}</Text>
    </ConfirmDialog>
  );
}

interface ValueFieldProps {
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

function ValueField({ value, error, onChange }: ValueFieldProps) {
  return (
    <PasswordInput
      label={text.value}
      description={text.valueHelp}
      error={error}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      required
      autoComplete="off"
    />
  );
}
