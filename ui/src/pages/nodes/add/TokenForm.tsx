import { Button, Group, NumberInput, Select, Stack } from '@mantine/core';
import { useState } from 'react';
import type { NewToken } from '../../../api/queries/tokens';
import { onboarding as text } from '../../../text/nodes';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { Section } from '../../../ui/Section';
import { LabelsField } from '../../../forms/LabelsField';
import { parseLabels } from '../../../forms/label-lines';

const TTLS = { hour: 3_600, day: 86_400, week: 604_800 } as const;
type Ttl = keyof typeof TTLS;

const CHOICES = (Object.keys(TTLS) as Ttl[]).map((value) => ({ value, label: text.ttls[value] }));

interface TokenFormProps {
  busy: boolean;
  error: Error | null;
  onCreate: (token: NewToken) => void;
}

export function TokenForm({ busy, error, onCreate }: TokenFormProps) {
  const [typed, setTyped] = useState('');
  const [uses, setUses] = useState<number | string>(1);
  const [ttl, setTtl] = useState<Ttl>('hour');
  const { labels, wrong } = parseLabels(typed);
  return (
    <Section title={text.stepToken}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onCreate({ labels, uses: Number(uses) || 1, ttl_seconds: TTLS[ttl] });
        }}
      >
        <Stack maw={520}>
          <Group grow align="flex-start">
            <NumberInput label={text.uses} min={1} allowDecimal={false} value={uses} onChange={setUses} />
            <Select
              label={text.ttl}
              data={CHOICES}
              value={ttl}
              onChange={(value) => setTtl(value ?? 'hour')}
              allowDeselect={false}
            />
          </Group>
          <LabelsField
            label={text.labels}
            description={text.labelsHelp}
            placeholder="zone=a"
            value={typed}
            onChange={setTyped}
          />
          {error && <ErrorNotice error={error} />}
          <Group>
            <Button type="submit" loading={busy} disabled={wrong !== undefined}>
              {text.create}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
