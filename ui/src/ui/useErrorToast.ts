import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { asApiError } from '../api/errors';
import { errors } from '../text/errors';

/** Tells of the failure of an action that has no place of its own for it. */
export function useErrorToast(error: unknown): void {
  useEffect(() => {
    if (error == null) return;
    const { message, hint } = asApiError(error);
    notifications.show({
      color: 'red',
      title: errors.title,
      message: hint ? `${message}\n${hint}` : message,
      autoClose: 10_000,
      style: { whiteSpace: 'pre-wrap' },
    });
  }, [error]);
}
