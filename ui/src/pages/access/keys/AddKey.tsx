import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useCreateKey } from '../../../api/queries/access';
import type { CreatedKey, Role } from '../../../api/types';
import { fieldIssues } from '../../../forms/field-issues';
import { parseLabels } from '../../../forms/label-lines';
import { apiKeys as text } from '../../../text/access';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { RoleAndScope } from '../RoleAndScope';

const DAY = 86_400;
const TTLS = { never: null, day: DAY, month: 30 * DAY, quarter: 90 * DAY, year: 365 * DAY } as const;
type Ttl = keyof typeof TTLS;

const CHOICES = (Object.keys(TTLS) as Ttl[]).map((value) => ({ value, label: text.ttls[value] }));

interface AddKeyProps {
  onCreated: (key: CreatedKey) => void;
  onClose: () => void;
}

export function AddKey({ onCreated, onClose }: AddKeyProps) {
  const [description, setDescription] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [scope, setScope] = useState('');
  const [ttl, setTtl] = useState<Ttl>('quarter');
  const create = useCreateKey();
  const { labels, wrong } = parseLabels(scope);
  const issues = fieldIssues(create.error, ['/description', '/role', '/scope', '/ttl_seconds']);
  const submit = () =>
    create.mutate(
      { description, role, scope: labels, ttl_seconds: TTLS[ttl] },
      { onSuccess: (key) => onCreated(key) },
    );
  return (
    <ConfirmDialog
      title={text.addTitle}
      action={text.create}
      busy={create.isPending}
      disabled={wrong !== undefined}
      error={create.error}
      shownElsewhere={issues.shown}
      onConfirm={submit}
      onClose={onClose}
    >
      <TextInput
        label={text.description}
        description={text.descriptionHelp}
        error={issues.at('/description')}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        data-autofocus
      />
      <RoleAndScope role={role} scope={scope} issueAt={issues.at} onRole={setRole} onScope={setScope} />
      <Select
        label={text.ttl}
        error={issues.at('/ttl_seconds')}
        data={CHOICES}
        value={ttl}
        onChange={(value) => setTtl(value ?? ttl)}
        allowDeselect={false}
      />
    </ConfirmDialog>
  );
}
