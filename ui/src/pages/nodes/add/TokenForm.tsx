import { Button, Group, NumberInput, Select, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { NewToken } from '../../../api/queries/tokens';
import { nodeActions, onboarding as text } from '../../../text/nodes';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { Section } from '../../../ui/Section';
import { parseLabels } from '../labels';

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
              onChange={(value) => setTtl((value ?? 'hour') as Ttl)}
              allowDeselect={false}
            />
          </Group>
          <Textarea
            label={text.labels}
            description={text.labelsHelp}
            placeholder="zone=a"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            error={wrong === undefined ? undefined : nodeActions.labelLine(wrong)}
            autosize
            minRows={2}
            maxRows={8}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
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
