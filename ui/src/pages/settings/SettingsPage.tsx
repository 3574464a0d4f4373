import { Outlet } from 'react-router';
import { settings as text } from '../../text/settings';
import { Page } from '../../ui/Page';
import { TabLinks } from '../../ui/TabLinks';

const TABS = [
  { to: '/settings', label: text.tabs.server, end: true },
  { to: '/settings/webhooks', label: text.tabs.webhooks },
  { to: '/settings/audit', label: text.tabs.audit },
  { to: '/settings/backup', label: text.tabs.backup },
];

export function SettingsPage() {
  return (
    <Page title={text.title} lead={text.lead}>
      <TabLinks label={text.tabs.label} tabs={TABS} />
      <Outlet />
    </Page>
  );
}
