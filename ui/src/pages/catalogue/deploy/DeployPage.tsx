import { Grid, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { ApiError } from '../../../api/errors';
import { templateQuery } from '../../../api/queries/catalogue';
import { catalogue as text } from '../../../text/catalogue';
import { Page } from '../../../ui/Page';
import { QueryView } from '../../../ui/QueryView';
import { manifestOf } from '../manifest';
import { UnknownTemplate } from '../TemplatePage';
import { DeployForm } from './DeployForm';

export function DeployPage() {
  const { name = '' } = useParams();
  return (
    <QueryView
      query={useQuery(templateQuery(name))}
      skeleton={<FormSkeleton />}
      onError={(error) =>
        error instanceof ApiError && error.status === 404 ? <UnknownTemplate name={name} /> : undefined
      }
    >
      {(detail) => {
        const { title, description } = manifestOf(detail);
        const crumbs = [
          { label: text.title, to: '/catalogue' },
          { label: title, to: `/catalogue/${name}` },
        ];
        return (
          <Page title={text.deployTitle(title)} lead={description} crumbs={crumbs}>
            <DeployForm key={name} template={name} schema={detail.schema} />
          </Page>
        );
      }}
    </QueryView>
  );
}

function FormSkeleton() {
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Skeleton h={420} radius="lg" />
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Skeleton h={260} radius="lg" />
      </Grid.Col>
    </Grid>
  );
}
