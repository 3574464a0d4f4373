import { Button } from '@mantine/core';
import { useRouteError } from 'react-router';
import { asApiError } from '../api/errors';
import { errors } from '../text/errors';
import { ErrorNotice } from '../ui/ErrorNotice';
import { Page } from '../ui/Page';

/** A chunk of an older build is gone once the server has a newer page. */
const isOldBuild = (error: unknown) =>
  error instanceof TypeError && /dynamically imported module|module script/i.test(error.message);

/** What stands in place of a page that failed. */
export function RouteError() {
  const error = useRouteError();
  const old = isOldBuild(error);
  return (
    <Page title={errors.pageTitle}>
      {!old && <ErrorNotice error={asApiError(error)} />}
      <Button
        variant="default"
        mt="md"
        style={{ alignSelf: 'flex-start' }}
        onClick={() => window.location.reload()}
      >
        {old ? `${errors.newVersion} ${errors.reload}` : errors.reload}
      </Button>
    </Page>
  );
}
