import { Navigate, Outlet } from 'react-router';
import type { Role } from '../../api/types';
import { useSession } from '../../app/session-context';
import { access as text } from '../../text/access';
import { Page } from '../../ui/Page';
import { TabLinks } from '../../ui/TabLinks';

const PARTS: readonly { to: string; label: string; role: Role }[] = [
  { to: '/access/users', label: text.tabs.users, role: 'admin' },
  { to: '/access/keys', label: text.tabs.keys, role: 'admin' },
  { to: '/access/tokens', label: text.tabs.tokens, role: 'admin' },
  { to: '/access/sessions', label: text.tabs.sessions, role: 'viewer' },
  { to: '/access/password', label: text.tabs.password, role: 'viewer' },
];

function useParts() {
  const { can } = useSession();
  return PARTS.filter(({ role }) => can(role));
}

export function AccessPage() {
  return (
    <Page title={text.title} lead={text.lead}>
      <TabLinks label={text.tabs.label} tabs={useParts()} />
      <Outlet />
    </Page>
  );
}

/** The area itself has no content: who opens it sees the first part that the role allows. */
export function FirstPart() {
  const [first] = useParts();
  return <Navigate to={first?.to ?? '/'} replace />;
}
