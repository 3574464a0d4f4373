import { PasswordInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useCreateUser } from '../../../api/queries/access';
import type { Role } from '../../../api/types';
import { fieldIssues } from '../../../forms/field-issues';
import { parseLabels } from '../../../forms/label-lines';
import { users as text } from '../../../text/access';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { RoleAndScope } from '../RoleAndScope';

export function AddUser({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [scope, setScope] = useState('');
  const create = useCreateUser();
  const { labels, wrong } = parseLabels(scope);
  const issues = fieldIssues(create.error, ['/name', '/password', '/role', '/scope']);
  return (
    <ConfirmDialog
      title={text.addTitle}
      action={text.create}
      busy={create.isPending}
      disabled={name === '' || password === '' || wrong !== undefined}
      error={create.error}
      shownElsewhere={issues.shown}
      onConfirm={() => create.mutate({ name, password, role, scope: labels }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <TextInput
        label={text.name}
        description={text.nameHelp}
        error={issues.at('/name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        required
        spellCheck={false}
        autoComplete="off"
        data-autofocus
      />
      <PasswordInput
        label={text.password}
        description={text.passwordHelp}
        error={issues.at('/password')}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        required
        autoComplete="new-password"
      />
      <RoleAndScope role={role} scope={scope} issueAt={issues.at} onRole={setRole} onScope={setScope} />
    </ConfirmDialog>
  );
}
