import { IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import classes from './Disclosure.module.css';

interface DisclosureProps {
  title: ReactNode;
  /** Opens it when it becomes true. It is never closed but by the reader. */
  open?: boolean;
  children: ReactNode;
}

/** Details on demand, with what the browser has for that. */
export function Disclosure({ title, open = false, children }: DisclosureProps) {
  const [shown, setShown] = useState(open);
  const [before, setBefore] = useState(open);
  if (open !== before) {
    setBefore(open);
    if (open) setShown(true);
  }
  return (
    <details
      className={classes.details}
      open={shown}
      onToggle={(event) => setShown(event.currentTarget.open)}
    >
      <summary className={classes.summary}>
        <IconChevronRight size={16} aria-hidden className={classes.chevron} />
        {title}
      </summary>
      <div className={classes.body}>{children}</div>
    </details>
  );
}
