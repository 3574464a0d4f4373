import { useEffect, useState } from 'react';

/**
 * Gives the focus back to what had it before a dialog was there. The library does that when a dialog closes, but dialogs here are
 * there only while they are open.
 */
export function useReturnFocus(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // After the dialog has let the focus go. What is gone meanwhile, such as an entry of a menu, takes none.
      setTimeout(() => {
        if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
      });
    },
    [before],
  );
}
