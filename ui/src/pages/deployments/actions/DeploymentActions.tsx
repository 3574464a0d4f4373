import { ActionIcon, Button, Menu } from '@mantine/core';
import {
  IconArrowsSplit2,
  IconDots,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useUpdateDeployment } from '../../../api/queries/deployment-actions';
import type { Deployment } from '../../../api/types';
import { useSession } from '../../../app/session-context';
import { deploymentActions as text } from '../../../text/deployments';
import { useErrorToast } from '../../../ui/useErrorToast';
import { ChangeDialog } from './ChangeDialog';
import { RemoveDialog } from './RemoveDialog';
import { ScaleDialog } from './ScaleDialog';

type Question = 'scale' | 'restart' | 'stop' | 'remove';

/** What can be done with a deployment as a whole. */
export function DeploymentActions({ deployment: d }: { deployment: Deployment }) {
  const { can } = useSession();
  const [question, setQuestion] = useState<Question>();
  const update = useUpdateDeployment();
  useErrorToast(update.error);
  if (!can('operator') || d.status === 'removing') return null;

  const close = () => setQuestion(undefined);
  const stopped = d.status === 'stopped';
  const paused = d.update?.paused ?? false;
  return (
    <>
      {stopped ? (
        <Button
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          loading={update.isPending}
          onClick={() => update.mutate([d, { state: 'running' }])}
        >
          {text.start}
        </Button>
      ) : (
        <Button
          variant="default"
          leftSection={<IconArrowsSplit2 size={16} aria-hidden />}
          onClick={() => setQuestion('scale')}
        >
          {text.scale}
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={text.more}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {!stopped && (
            <>
              <Menu.Item
                leftSection={<IconRefresh size={16} aria-hidden />}
                onClick={() => setQuestion('restart')}
              >
                {text.restart}
              </Menu.Item>
              <Menu.Item
                leftSection={<IconPlayerStop size={16} aria-hidden />}
                onClick={() => setQuestion('stop')}
              >
                {text.stop}
              </Menu.Item>
            </>
          )}
          {(paused || d.rollout?.phase === 'progressing') && (
            <Menu.Item
              leftSection={
                paused ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />
              }
              onClick={() => update.mutate([d, { update: { ...d.update, paused: !paused } }])}
            >
              {paused ? text.resume : text.pause}
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={() => setQuestion('remove')}
          >
            {text.remove}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {question === 'scale' && <ScaleDialog deployment={d} onClose={close} />}
      {question === 'restart' && (
        <ChangeDialog
          deployment={d}
          change={{ restart: true }}
          title={text.restartTitle(d.name)}
          lead={text.restartLead}
          action={text.restart}
          onClose={close}
        />
      )}
      {question === 'stop' && (
        <ChangeDialog
          deployment={d}
          change={{ state: 'stopped' }}
          title={text.stopTitle(d.name)}
          lead={text.stopLead}
          action={text.stop}
          onClose={close}
        />
      )}
      {question === 'remove' && <RemoveDialog deployment={d} onClose={close} />}
    </>
  );
}
