import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconBan, IconDots, IconLogout2, IconPlayerPlay, IconTag, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useCordon, useUncordon } from '../../../api/queries/node-actions';
import type { Node } from '../../../api/types';
import { useSession } from '../../../app/session-context';
import { nodeActions as text } from '../../../text/nodes';
import { useErrorToast } from '../../../ui/useErrorToast';
import { DrainDialog } from './DrainDialog';
import { LabelsDialog } from './LabelsDialog';
import { RemoveNodeDialog } from './RemoveNodeDialog';

type Question = 'drain' | 'labels' | 'remove';

/** What can be done with a node. The most usual thing is a button, the rest is in a menu. */
export function NodeActions({ node }: { node: Node }) {
  const { can } = useSession();
  const [question, setQuestion] = useState<Question>();
  const cordon = useCordon();
  const uncordon = useUncordon();
  useErrorToast(cordon.error ?? uncordon.error);
  if (!can('operator')) return null;

  const close = () => setQuestion(undefined);
  const closed = node.cordoned || node.drain != null;
  return (
    <>
      {closed ? (
        <Button
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          loading={uncordon.isPending}
          onClick={() => uncordon.mutate([node.id])}
        >
          {node.drain ? text.endDrain : text.uncordon}
        </Button>
      ) : (
        <Button
          variant="default"
          leftSection={<IconLogout2 size={16} aria-hidden />}
          onClick={() => setQuestion('drain')}
        >
          {text.drain}
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={text.more}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {!closed && (
            <Menu.Item
              leftSection={<IconBan size={16} aria-hidden />}
              onClick={() => cordon.mutate([node.id])}
            >
              {text.cordon}
            </Menu.Item>
          )}
          {closed && !node.drain && (
            <Menu.Item
              leftSection={<IconLogout2 size={16} aria-hidden />}
              onClick={() => setQuestion('drain')}
            >
              {text.drain}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconTag size={16} aria-hidden />} onClick={() => setQuestion('labels')}>
            {text.labels}
          </Menu.Item>
          {can('admin') && (
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => setQuestion('remove')}
            >
              {text.remove}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {question === 'drain' && <DrainDialog node={node} onClose={close} />}
      {question === 'labels' && <LabelsDialog node={node} onClose={close} />}
      {question === 'remove' && <RemoveNodeDialog node={node} onClose={close} />}
    </>
  );
}
