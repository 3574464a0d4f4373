import { Anchor, Group, Text } from '@mantine/core';
import { Link } from 'react-router';
import classes from './StateBar.module.css';
import type { Look } from './StateBadge';

export interface StateCount {
  look: Look;
  count: number;
  /** Where these are listed. */
  to: string;
}

/** How many are in which state: a bar for the proportions, words and numbers for the rest. */
export function StateBar({ counts }: { counts: readonly StateCount[] }) {
  const shown = counts.filter(({ count }) => count > 0);
  return (
    <div>
      <div className={classes.bar} aria-hidden>
        {shown.map(({ look, count }) => (
          <span key={look.label} data-tone={look.tone} style={{ flexGrow: count }} />
        ))}
      </div>
      <Group gap="lg" mt="sm" component="ul" className={classes.list}>
        {shown.map(({ look, count, to }) => (
          <li key={look.label}>
            <Anchor component={Link} to={to} className={classes.link}>
              <look.icon size={16} color={`var(--${look.tone})`} aria-hidden />
              <Text component="span" size="sm" fw={600} className="tabular">
                {count}
              </Text>
              <Text component="span" size="sm" c="dimmed">
                {look.label}
              </Text>
            </Anchor>
          </li>
        ))}
      </Group>
    </div>
  );
}
