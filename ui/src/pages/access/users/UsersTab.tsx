import { Button, Card, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlus, IconUsers } from '@tabler/icons-react';
import { useState } from 'react';
import type { User } from '../../../api/types';
import { usersQuery } from '../../../api/queries/access';
import { EmptyState } from '../../../ui/EmptyState';
import { QueryView } from '../../../ui/QueryView';
import { users as text } from '../../../text/access';
import { AddUser } from './AddUser';
import { EditUser, RemoveUser, ResetPassword, SwitchUser } from './UserDialogs';
import { UserTable } from './UserTable';

export interface UserDoing {
  what: 'edit' | 'reset' | 'switch' | 'remove';
  user: User;
}
type Doing = UserDoing | { what: 'add' };

export function UsersTab() {
  const query = useQuery(usersQuery);
  const [doing, setDoing] = useState<Doing>();
  const close = () => setDoing(undefined);
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setDoing({ what: 'add' })}>
      {text.add}
    </Button>
  );
  return (
    <>
      <QueryView query={query}>
        {(users) =>
          users.length === 0 ? (
            <EmptyState icon={IconUsers} title={text.emptyTitle} text={text.empty} action={add} />
          ) : (
            <>
              <Group justify="space-between">
                <Text size="sm" c="dimmed">
                  {text.empty}
                </Text>
                {add}
              </Group>
              <Card p={0}>
                <UserTable users={users} onDo={setDoing} />
              </Card>
            </>
          )
        }
      </QueryView>
      {doing && <Dialog doing={doing} onClose={close} />}
    </>
  );
}

function Dialog({ doing, onClose }: { doing: Doing; onClose: () => void }) {
  switch (doing.what) {
    case 'add':
      return <AddUser onClose={onClose} />;
    case 'edit':
      return <EditUser user={doing.user} onClose={onClose} />;
    case 'reset':
      return <ResetPassword user={doing.user} onClose={onClose} />;
    case 'switch':
      return <SwitchUser user={doing.user} onClose={onClose} />;
    case 'remove':
      return <RemoveUser user={doing.user} onClose={onClose} />;
  }
}
