import { PasswordInput, Text } from '@mantine/core';
import { useState } from 'react';
import type { User } from '../../../api/types';
import { useChangeUser, useRemoveUser } from '../../../api/queries/access';
import { fieldIssues } from '../../../forms/field-issues';
import { formatLabels, parseLabels } from '../../../forms/label-lines';
import { access, users as text } from '../../../text/access';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { RoleAndScope } from '../RoleAndScope';

interface UserDialogProps {
  user: User;
  onClose: () => void;
}

export function EditUser({ user, onClose }: UserDialogProps) {
  const [role, setRole] = useState(user.role);
  const [scope, setScope] = useState(formatLabels(user.scope));
  const save = useChangeUser();
  const { labels, wrong } = parseLabels(scope);
  const issues = fieldIssues(save.error, ['/role', '/scope']);
  return (
    <ConfirmDialog
      title={text.editTitle(user.name)}
      action={text.save}
      busy={save.isPending}
      disabled={wrong !== undefined}
      error={save.error}
      shownElsewhere={issues.shown}
      onConfirm={() =>
        save.mutate({ name: user.name, change: { role, scope: labels } }, { onSuccess: onClose })
      }
      onClose={onClose}
    >
      <RoleAndScope role={role} scope={scope} issueAt={issues.at} onRole={setRole} onScope={setScope} />
    </ConfirmDialog>
  );
}

export function ResetPassword({ user, onClose }: UserDialogProps) {
  const [password, setPassword] = useState('');
  const save = useChangeUser();
  const issues = fieldIssues(save.error, ['/password']);
  return (
    <ConfirmDialog
      title={text.resetTitle(user.name)}
      action={text.save}
      busy={save.isPending}
      disabled={password === ''}
      error={save.error}
      shownElsewhere={issues.shown}
      onConfirm={() => save.mutate({ name: user.name, change: { password } }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text>{text.resetHint}</Text>
      <PasswordInput
        label={text.password}
        description={text.passwordHelp}
        error={issues.at('/password')}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        required
        autoComplete="new-password"
        data-autofocus
      />
    </ConfirmDialog>
  );
}

/** Keeps somebody out, or lets them in again. */
export function SwitchUser({ user, onClose }: UserDialogProps) {
  const save = useChangeUser();
  const { name, disabled } = user;
  return (
    <ConfirmDialog
      title={disabled ? text.enableTitle(name) : text.disableTitle(name)}
      action={disabled ? text.enable : text.disable}
      danger={!disabled}
      busy={save.isPending}
      error={save.error}
      onConfirm={() => save.mutate({ name, change: { disabled: !disabled } }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text>{disabled ? text.enableHint : text.disableHint}</Text>
    </ConfirmDialog>
  );
}

export function RemoveUser({ user, onClose }: UserDialogProps) {
  const remove = useRemoveUser();
  return (
    <ConfirmDialog
      title={text.removeTitle(user.name)}
      action={access.remove}
      danger
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(user.name, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text>{text.removeHint}</Text>
    </ConfirmDialog>
  );
}
