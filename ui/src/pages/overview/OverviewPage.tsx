import { app } from '../../text/app';
import { Page } from '../../ui/Page';

export function OverviewPage() {
  return <Page title={app.areas.overview}>{null}</Page>;
}
