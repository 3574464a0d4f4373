import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { asApiError } from '../../../api/errors';
import { templateQuery, templatesQuery } from '../../../api/queries/catalogue';
import { openApiQuery } from '../../../api/queries/openapi';
import { secretsQuery } from '../../../api/queries/secrets';
import { planStack, useApplyStack } from '../../../api/queries/stacks';
import type { ApplyStack } from '../../../api/types';
import { editor as text } from '../../../text/stacks';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { Section } from '../../../ui/Section';
import { CodeEditor } from './CodeEditor';
import type { Sources } from './completion';
import { marksOf, parseStack } from './document';
import { StackPlan } from './StackPlan';

interface StackEditorProps {
  initial: string;
  /** The stack that is edited; nothing for a new one. */
  stack?: string;
}

interface Wanted {
  source: string;
  name: string;
  body: ApplyStack;
}

/** The file of a stack beside what applying it would do. It can be applied only as it was planned. */
export function StackEditor({ initial, stack }: StackEditorProps) {
  const [source, setSource] = useState(initial);
  const navigate = useNavigate();
  const sources = useSources();
  const parsed = useMemo(() => parseStack(source), [source]);
  const plan = useMutation({
    mutationFn: async ({ source: planned, name, body }: Wanted) => ({
      source: planned,
      answer: await planStack(name, body),
    }),
  });
  const apply = useApplyStack();
  const otherName = parsed.ok && stack !== undefined && parsed.name !== stack;
  const error = apply.error ?? plan.error;

  const marks = useMemo(() => {
    if (!parsed.ok) return parsed.marks;
    if (otherName) return [{ from: 0, to: 0, message: text.otherName(stack) }];
    return error ? marksOf(asApiError(error).issues, parsed.document) : [];
  }, [parsed, otherName, stack, error]);

  const wanted = parsed.ok && !otherName ? { source, name: parsed.name, body: parsed.body } : undefined;
  const current = plan.data?.source === source;
  const show = () => {
    apply.reset();
    if (wanted) plan.mutate(wanted);
  };
  const run = () => {
    if (!wanted) return;
    apply.mutate(wanted, { onSuccess: () => void navigate(`/stacks/${encodeURIComponent(wanted.name)}`) });
  };

  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
      <Stack gap="sm">
        <CodeEditor
          initial={initial}
          label={text.label}
          sources={sources}
          marks={marks}
          onChange={setSource}
        />
        {marks.length > 0 && (
          <Text size="sm" c="var(--mantine-color-error)" role="status">
            {marks[0]?.message}
          </Text>
        )}
        <Group gap="sm">
          <Button
            onClick={show}
            loading={plan.isPending}
            disabled={!wanted}
            variant={current ? 'default' : 'filled'}
          >
            {text.plan}
          </Button>
          <Button onClick={run} loading={apply.isPending} disabled={!wanted || !current}>
            {text.apply}
          </Button>
          {plan.data !== undefined && !current && (
            <Text size="sm" c="dimmed">
              {text.applyHint}
            </Text>
          )}
        </Group>
      </Stack>
      <Section title={text.planTitle}>
        {error && <ErrorNotice error={error} />}
        {plan.data ? (
          <StackPlan answer={plan.data.answer} />
        ) : (
          !error && <Text c="dimmed">{text.planFirst}</Text>
        )}
      </Section>
    </SimpleGrid>
  );
}

/** Where completion looks; each is asked once, when it is first needed. */
function useSources(): Sources {
  const queries = useQueryClient();
  return useMemo(
    () => ({
      openApi: () => queries.query(openApiQuery),
      templates: () => queries.query(templatesQuery),
      template: (name) => queries.query(templateQuery(name)),
      secrets: async () => (await queries.query(secretsQuery)).map(({ name }) => name),
    }),
    [queries],
  );
}
