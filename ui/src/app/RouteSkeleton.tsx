import { Skeleton, Stack } from '@mantine/core';
import { app } from '../text/app';

/** The shape of a page while its script is on the way. */
export function RouteSkeleton() {
  return (
    <Stack gap="xl" p="xl" role="status" aria-busy="true" aria-label={app.loading}>
      <Skeleton h={28} w={180} />
      <Skeleton h={110} />
      <Skeleton h={240} />
    </Stack>
  );
}
