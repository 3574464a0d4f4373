import { Button } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { Link } from 'react-router';
import { errors } from '../text/errors';
import { EmptyState } from '../ui/EmptyState';
import { Page } from '../ui/Page';

export function NotFound() {
  return (
    <Page title={errors.notFoundTitle}>
      <EmptyState
        icon={IconMapQuestion}
        title={errors.notFoundTitle}
        text={errors.notFound}
        action={
          <Button component={Link} to="/" variant="default">
            {errors.home}
          </Button>
        }
      />
    </Page>
  );
}
