import { Button, Card, Code, Grid, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type SubmitEvent, useMemo, useState } from 'react';
import { ApiError } from '../../../api/errors';
import { templateQuery } from '../../../api/queries/catalogue';
import { planUpdate, useUpdateDeployment } from '../../../api/queries/deployment-actions';
import type { Deployment, TemplateDetail } from '../../../api/types';
import { paramErrors } from '../../../forms/issues';
import { ParamForm } from '../../../forms/ParamForm';
import { fieldsOf } from '../../../forms/schema';
import { type Draft, changedParams } from '../../../forms/values';
import { deployment as text } from '../../../text/deployments';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { PlanPanel } from '../../../ui/plan/PlanPanel';
import { usePlan } from '../../../ui/plan/usePlan';
import { QueryView } from '../../../ui/QueryView';

/** How the source of a deployment without a template is called. */
const COMPOSE = 'compose';

export function ParametersTab({ deployment: d }: { deployment: Deployment }) {
  const isCompose = d.template === COMPOSE;
  const query = useQuery({ ...templateQuery(d.template), enabled: !isCompose });
  if (isCompose) {
    return (
      <Card padding="xl">
        <Text>{text.composeParameters}</Text>
        <Text c="dimmed">{text.composeParametersHint}</Text>
      </Card>
    );
  }
  return (
    <QueryView
      query={query}
      onError={(error) =>
        error instanceof ApiError && error.status === 404 ? <TemplateGone deployment={d} /> : undefined
      }
    >
      {(detail) => <Form deployment={d} schema={detail.schema} />}
    </QueryView>
  );
}

function TemplateGone({ deployment }: { deployment: Deployment }) {
  return (
    <Card padding="xl">
      <Stack>
        <Text>{text.templateGone}</Text>
        <Code block>{JSON.stringify(deployment.params, null, 2)}</Code>
      </Stack>
    </Card>
  );
}

function Form({ deployment: d, schema }: { deployment: Deployment; schema: TemplateDetail['schema'] }) {
  const fields = useMemo(() => fieldsOf(schema), [schema]);
  const [draft, setDraft] = useState<Draft>({});
  const update = useUpdateDeployment();
  const params = changedParams(fields, draft, d.params);
  const change = Object.keys(params).length > 0 ? { params } : undefined;
  const { plan, error, stale } = usePlan(['update', d.id], change, (wanted, signal) =>
    planUpdate(d, wanted, signal),
  );
  const errors = change ? paramErrors(error) : new Map<string, string>();
  const shownElsewhere = new Set([...errors.keys()].map((name) => `/params/${name}`));

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!change || stale || error) return;
    update.mutate([d, change], { onSuccess: () => setDraft({}) });
  };

  return (
    <form onSubmit={submit} noValidate>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Card padding="xl">
            <ParamForm fields={fields} draft={draft} errors={errors} current={d.params} onChange={setDraft} />
          </Card>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack gap="lg">
            {change ? (
              <PlanPanel plan={plan} error={error} shownElsewhere={shownElsewhere} stale={stale} />
            ) : (
              <Card>
                <Text c="dimmed">{text.nothingChanged}</Text>
              </Card>
            )}
            {update.isError && <ErrorNotice error={update.error} />}
            <Group justify="flex-end">
              <Button type="submit" loading={update.isPending} disabled={!change || stale || error !== null}>
                {text.save}
              </Button>
            </Group>
          </Stack>
        </Grid.Col>
      </Grid>
    </form>
  );
}
