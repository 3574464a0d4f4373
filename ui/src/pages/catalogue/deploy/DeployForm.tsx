import { Button, Card, Divider, Grid, Group, Stack, Text } from '@mantine/core';
import { IconRocket } from '@tabler/icons-react';
import { type SubmitEvent, useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { asApiError } from '../../../api/errors';
import { newRequestKey, planCreate, useCreateDeployment } from '../../../api/queries/plan';
import type { TemplateDetail } from '../../../api/types';
import { errorsBelow, paramErrors } from '../../../forms/issues';
import { ParamForm } from '../../../forms/ParamForm';
import { fieldsOf } from '../../../forms/schema';
import { type Draft, paramsOf } from '../../../forms/values';
import { deploy as text } from '../../../text/catalogue';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { PlanPanel } from '../../../ui/plan/PlanPanel';
import { usePlan } from '../../../ui/plan/usePlan';
import { NameFields, PlacementFields } from './SettingsFields';
import { NO_SETTINGS, documentOf } from './settings';
import classes from './DeployForm.module.css';

/** Everything about a new deployment on the left, what the server would make of it on the right. */
export function DeployForm({ template, schema }: { template: string; schema: TemplateDetail['schema'] }) {
  const navigate = useNavigate();
  const fields = useMemo(() => fieldsOf(schema), [schema]);
  const [draft, setDraft] = useState<Draft>({});
  const [settings, setSettings] = useState(NO_SETTINGS);
  const [attempted, setAttempted] = useState(false);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const create = useCreateDeployment();

  const wanted = documentOf(template, paramsOf(fields, draft), settings);
  const document = wanted && JSON.stringify(wanted);
  // A repeated click is the same request; another document is another one.
  const requestKey = useMemo(() => ({ document, key: newRequestKey() }), [document]).key;
  const { plan, error, stale } = usePlan(['create'], wanted, planCreate);

  // Nobody is told off for a field that they have not come to yet.
  const told = (name: string) => attempted || name in draft || left.has(name);
  const allParams = paramErrors(error);
  const errors = new Map([...allParams].filter(([name]) => told(name)));
  const ownErrors = errorsBelow(error, '/');
  const shownElsewhere = new Set([
    ...[...errors.keys()].map((name) => `/params/${name}`),
    ...[...ownErrors.keys()].filter((path) => AT_FIELDS.has(path)).map((path) => `/${path}`),
  ]);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setAttempted(true);
    if (!wanted || error || stale) return;
    create.mutate(
      { wanted, requestKey },
      { onSuccess: ({ name }) => void navigate(`/deployments/${encodeURIComponent(name)}`) },
    );
  };

  const waits = (plan?.problems.length ?? 0) > 0;
  const common = { template, settings, errors: ownErrors, onChange: setSettings };
  return (
    <form onSubmit={submit} noValidate>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Card padding="xl">
            <Stack gap="xl">
              <NameFields {...common} />
              <Divider />
              <ParamForm
                fields={fields}
                draft={draft}
                errors={errors}
                onChange={setDraft}
                onBlur={(name) => setLeft(new Set([...left, name]))}
              />
              <Divider />
              <PlacementFields {...common} />
            </Stack>
          </Card>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack gap="lg" className={classes.side}>
            <PlanPanel plan={plan} error={error} shownElsewhere={shownElsewhere} stale={stale} />
            {create.isError && <ErrorNotice error={asApiError(create.error)} />}
            <Group justify="flex-end">
              {waits && (
                <Text size="sm" c="dimmed" flex={1}>
                  {text.submitWaitingHint}
                </Text>
              )}
              <Button
                type="submit"
                size="md"
                leftSection={<IconRocket size={18} aria-hidden />}
                loading={create.isPending}
                disabled={stale || (attempted && error !== null)}
              >
                {waits ? text.submitWaiting : text.submit}
              </Button>
            </Group>
          </Stack>
        </Grid.Col>
      </Grid>
    </form>
  );
}

/** Parts of the document beside the parameters that have a field of their own. */
const AT_FIELDS: ReadonlySet<string> = new Set([
  'name',
  'replicas',
  'placement/node',
  'placement/node_selector',
  'labels',
]);
