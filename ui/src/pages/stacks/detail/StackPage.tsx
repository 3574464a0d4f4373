import { Anchor, Button, Card, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconMapQuestion, IconPencil, IconTopologyStar3, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { ApiError } from '../../../api/errors';
import { stackQuery, useRemoveStack } from '../../../api/queries/stacks';
import type { Stack } from '../../../api/types';
import { IfAllowed } from '../../../app/session-context';
import { stack as text, stacks as listText } from '../../../text/stacks';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { EmptyState } from '../../../ui/EmptyState';
import { Page } from '../../../ui/Page';
import { QueryView } from '../../../ui/QueryView';
import { StateBadge } from '../../../ui/StateBadge';
import { DEPLOYMENT_LOOKS } from '../../../ui/states';
import { ServiceTable } from './ServiceTable';

const CRUMBS = [{ label: listText.title, to: '/stacks' }];

export function StackPage() {
  const { name = '' } = useParams();
  const query = useQuery(stackQuery(name));
  const [removing, setRemoving] = useState(false);
  const stack = query.data;
  return (
    <Page
      title={name}
      crumbs={CRUMBS}
      badge={stack && <StateBadge look={DEPLOYMENT_LOOKS[stack.status]} />}
      actions={stack && <StackActions name={name} onRemove={() => setRemoving(true)} />}
    >
      <QueryView
        query={query}
        onError={(error) =>
          error instanceof ApiError && error.status === 404 ? (
            <EmptyState
              icon={IconMapQuestion}
              title={listText.gone}
              text={listText.goneHint}
              action={
                <Anchor component={Link} to="/stacks">
                  {listText.toList}
                </Anchor>
              }
            />
          ) : undefined
        }
      >
        {(found) => (
          <Card p={0}>
            <ServiceTable stack={found} />
          </Card>
        )}
      </QueryView>
      {removing && stack && <RemoveStack stack={stack} onClose={() => setRemoving(false)} />}
    </Page>
  );
}

function StackActions({ name, onRemove }: { name: string; onRemove: () => void }) {
  return (
    <>
      <Button
        component={Link}
        to={`/map?q=${encodeURIComponent(`${name}-`)}`}
        variant="default"
        leftSection={<IconTopologyStar3 size={16} aria-hidden />}
      >
        {text.map}
      </Button>
      <IfAllowed role="operator">
        <Button
          component={Link}
          to={`/stacks/${encodeURIComponent(name)}/edit`}
          variant="default"
          leftSection={<IconPencil size={16} aria-hidden />}
        >
          {text.edit}
        </Button>
        <Button variant="default" leftSection={<IconTrash size={16} aria-hidden />} onClick={onRemove}>
          {text.remove}
        </Button>
      </IfAllowed>
    </>
  );
}

function RemoveStack({ stack, onClose }: { stack: Stack; onClose: () => void }) {
  const remove = useRemoveStack();
  const navigate = useNavigate();
  const { name, services } = stack;
  return (
    <ConfirmDialog
      title={text.removeTitle(name)}
      action={text.remove}
      danger
      typed={name}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(name, { onSuccess: () => void navigate('/stacks') })}
      onClose={onClose}
    >
      <Text>{text.removeHint(Object.keys(services).length)}</Text>
    </ConfirmDialog>
  );
}
