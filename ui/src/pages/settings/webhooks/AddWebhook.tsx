import { Select, TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useCreateWebhook } from '../../../api/queries/webhooks';
import type { CreatedWebhook } from '../../../api/types';
import { fieldIssues } from '../../../forms/field-issues';
import { webhooks as text } from '../../../text/settings';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';

type Least = keyof typeof text.severities;

const SEVERITIES = (Object.keys(text.severities) as Least[]).map((value) => ({
  value,
  label: text.severities[value],
}));

interface AddWebhookProps {
  onCreated: (webhook: CreatedWebhook) => void;
  onClose: () => void;
}

export function AddWebhook({ onCreated, onClose }: AddWebhookProps) {
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<string[]>([]);
  const [least, setLeast] = useState<Least>('all');
  const create = useCreateWebhook();
  const issues = fieldIssues(create.error, ['/name', '/url', '/events', '/min_severity']);
  const submit = () =>
    create.mutate(
      { name, url, events, min_severity: least === 'all' ? null : least },
      { onSuccess: (webhook) => onCreated(webhook) },
    );
  return (
    <ConfirmDialog
      title={text.addTitle}
      action={text.create}
      busy={create.isPending}
      disabled={name === '' || url === ''}
      error={create.error}
      shownElsewhere={issues.shown}
      onConfirm={submit}
      onClose={onClose}
    >
      <TextInput
        label={text.name}
        error={issues.at('/name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        required
        autoComplete="off"
        data-autofocus
      />
      <TextInput
        label={text.url}
        description={text.urlHelp}
        error={issues.at('/url')}
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
        required
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
      />
      <TagsInput
        label={text.events}
        description={text.eventsHelp}
        placeholder={text.eventsPlaceholder}
        error={issues.at('/events')}
        value={events}
        onChange={setEvents}
        splitChars={[',', ' ']}
        acceptValueOnBlur
      />
      <Select
        label={text.severity}
        error={issues.at('/min_severity')}
        data={SEVERITIES}
        value={least}
        onChange={(value) => setLeast(value ?? least)}
        allowDeselect={false}
      />
    </ConfirmDialog>
  );
}
