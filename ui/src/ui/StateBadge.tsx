import type { IconProps } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import classes from './StateBadge.module.css';

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'calm';

/** How a state looks: always icon, word and colour together. */
export interface Look {
  tone: Tone;
  icon: ComponentType<IconProps>;
  label: string;
}

interface StateBadgeProps {
  look: Look;
  /** Without a background, for rows with many. */
  plain?: boolean;
}

export function StateBadge({ look, plain = false }: StateBadgeProps) {
  return (
    <span className={classes.badge} data-tone={look.tone} data-plain={plain || undefined}>
      <look.icon size={15} stroke={2} aria-hidden className={classes.icon} />
      {look.label}
    </span>
  );
}
