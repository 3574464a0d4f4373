import { Button, Skeleton, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconBoxOff } from '@tabler/icons-react';
import { Suspense, lazy } from 'react';
import { Link, useParams } from 'react-router';
import { ApiError } from '../../../api/errors';
import { deploymentQuery } from '../../../api/queries/fleet';
import type { Deployment } from '../../../api/types';
import { useSession } from '../../../app/session-context';
import { deployment as text, deployments as listText } from '../../../text/deployments';
import { Ago } from '../../../ui/Ago';
import { EmptyState } from '../../../ui/EmptyState';
import { Page } from '../../../ui/Page';
import { QueryView } from '../../../ui/QueryView';
import { StateBadge } from '../../../ui/StateBadge';
import { DEPLOYMENT_LOOKS } from '../../../ui/states';
import { useUrlState } from '../../../ui/useUrlState';
import { DeploymentActions } from '../actions/DeploymentActions';
import { DeploymentEvents } from './DeploymentEvents';
import classes from './DeploymentPage.module.css';
import { OverviewTab } from './OverviewTab';

const LogView = lazy(async () => ({ default: (await import('../logs/LogView')).LogView }));
const ParametersTab = lazy(async () => ({ default: (await import('./ParametersTab')).ParametersTab }));
const RevisionsTab = lazy(async () => ({ default: (await import('./RevisionsTab')).RevisionsTab }));

const CRUMBS = [{ label: listText.title, to: '/deployments' }];

type Tab = keyof typeof text.tabs;

export function DeploymentPage() {
  const { id = '' } = useParams();
  return (
    <QueryView
      query={useQuery(deploymentQuery(id))}
      skeleton={<Skeleton h={420} radius="lg" />}
      onError={(error) =>
        error instanceof ApiError && error.status === 404 ? <Gone name={id} /> : undefined
      }
    >
      {(deployment) => <Details key={deployment.id} deployment={deployment} />}
    </QueryView>
  );
}

/** Also what a page turns into when its deployment vanishes while it is open. */
function Gone({ name }: { name: string }) {
  return (
    <Page title={name} crumbs={CRUMBS}>
      <EmptyState
        icon={IconBoxOff}
        title={listText.gone}
        text={listText.goneHint}
        action={
          <Button component={Link} to="/deployments" variant="default">
            {listText.toList}
          </Button>
        }
      />
    </Page>
  );
}

function Details({ deployment: d }: { deployment: Deployment }) {
  const [tab, setTab] = useUrlState('tab', 'overview');
  const { can } = useSession();
  const tabs = (Object.keys(text.tabs) as Tab[]).filter((name) => name !== 'parameters' || can('operator'));
  return (
    <Page
      title={d.name}
      crumbs={CRUMBS}
      badge={<StateBadge look={DEPLOYMENT_LOOKS[d.status]} />}
      actions={<DeploymentActions deployment={d} />}
      lead={
        <>
          {d.template} · {text.revision(d.revision ?? 1)} · {listText.changed.toLowerCase()}{' '}
          <Ago at={d.updated_at} />
        </>
      }
    >
      <Tabs value={tab} onChange={(value) => setTab(value ?? 'overview')} keepMounted={false}>
        <Tabs.List mb="lg" className={classes.tabs}>
          {tabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {text.tabs[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Suspense fallback={<Skeleton h={320} radius="lg" />}>
          <Tabs.Panel value="overview">
            <OverviewTab deployment={d} />
          </Tabs.Panel>
          <Tabs.Panel value="logs">
            <LogView deployment={d} />
          </Tabs.Panel>
          <Tabs.Panel value="parameters">
            <ParametersTab deployment={d} />
          </Tabs.Panel>
          <Tabs.Panel value="revisions">
            <RevisionsTab deployment={d} />
          </Tabs.Panel>
          <Tabs.Panel value="events">
            <DeploymentEvents deployment={d} />
          </Tabs.Panel>
        </Suspense>
      </Tabs>
    </Page>
  );
}
