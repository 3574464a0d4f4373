import { Badge, Group, Text } from '@mantine/core';
import {
  IconBan,
  IconCircleCheck,
  IconLockPassword,
  IconLogin2,
  IconTrash,
  IconUserEdit,
} from '@tabler/icons-react';
import type { User } from '../../../api/types';
import { useSession } from '../../../app/session-context';
import { access, users as text } from '../../../text/access';
import { app } from '../../../text/app';
import { common } from '../../../text/common';
import { Ago } from '../../../ui/Ago';
import { type Column, DataTable } from '../../../ui/DataTable';
import { RowMenu } from '../../../ui/RowMenu';
import { StateBadge } from '../../../ui/StateBadge';
import { Scope } from '../Scope';
import type { UserDoing } from './UsersTab';

const LOOKS = {
  active: { tone: 'good', icon: IconCircleCheck, label: text.active },
  disabled: { tone: 'calm', icon: IconBan, label: text.disabled },
} as const;

interface UserTableProps {
  users: readonly User[];
  onDo: (doing: UserDoing) => void;
}

export function UserTable({ users, onDo }: UserTableProps) {
  const { session } = useSession();
  const own = session.from === 'key' ? undefined : session.user;
  const columns: readonly Column<User>[] = [
    {
      header: text.name,
      head: true,
      cell: ({ name }) => (
        <Group gap="xs">
          <Text span fw={600} size="sm">
            {name}
          </Text>
          {name === own && <Badge>{text.you}</Badge>}
        </Group>
      ),
    },
    {
      header: text.state,
      cell: ({ disabled }) => <StateBadge plain look={disabled ? LOOKS.disabled : LOOKS.active} />,
    },
    { header: access.role, cell: ({ role }) => app.roles[role] },
    { header: access.scope, cell: ({ scope }) => <Scope labels={scope} /> },
    { header: text.lastSignIn, cell: (user) => <Ago at={user.last_sign_in_at} /> },
    { header: access.created, cell: (user) => <Ago at={user.created_at} /> },
    {
      header: common.actions,
      end: true,
      cell: (user) => (
        <RowMenu
          label={`${common.actions}: ${user.name}`}
          actions={[
            { label: text.edit, icon: IconUserEdit, onClick: () => onDo({ what: 'edit', user }) },
            { label: text.reset, icon: IconLockPassword, onClick: () => onDo({ what: 'reset', user }) },
            {
              label: user.disabled ? text.enable : text.disable,
              icon: user.disabled ? IconLogin2 : IconBan,
              onClick: () => onDo({ what: 'switch', user }),
            },
            {
              label: access.remove,
              icon: IconTrash,
              danger: true,
              onClick: () => onDo({ what: 'remove', user }),
            },
          ]}
        />
      ),
    },
  ];
  return <DataTable label={access.tabs.users} columns={columns} rows={users} rowKey={({ name }) => name} />;
}
