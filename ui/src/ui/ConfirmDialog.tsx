import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { common } from '../text/common';
import { ErrorNotice } from './ErrorNotice';
import { useReturnFocus } from './useReturnFocus';

interface ConfirmDialogProps {
  title: string;
  children?: ReactNode;
  /** What the button does, as a verb. */
  action: string;
  danger?: boolean;
  /** What has to be typed before it can be done, for what cannot be undone. */
  typed?: string;
  busy?: boolean;
  disabled?: boolean;
  error?: unknown;
  /** Issues that are shown at their fields already, by path. */
  shownElsewhere?: ReadonlySet<string>;
  size?: string;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something is done. Mounted means open, so that each question begins anew. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const {
    title,
    children,
    action,
    danger,
    typed,
    busy,
    disabled,
    error,
    shownElsewhere,
    size = 'md',
    onConfirm,
    onClose,
  } = props;
  const [words, setWords] = useState('');
  useReturnFocus();
  const ready = (typed === undefined || words === typed) && !disabled;
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={size}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) onConfirm();
        }}
      >
        <Stack>
          {children}
          {typed !== undefined && (
            <TextInput
              label={common.typeToConfirm(typed)}
              value={words}
              onChange={(event) => setWords(event.currentTarget.value)}
              autoComplete="off"
              data-autofocus
            />
          )}
          {error != null && <ErrorNotice error={error} {...(shownElsewhere && { shownElsewhere })} />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" color={danger ? 'red.8' : 'iris'} loading={busy ?? false} disabled={!ready}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
