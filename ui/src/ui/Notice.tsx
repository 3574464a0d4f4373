import type { IconProps } from '@tabler/icons-react';
import { type ComponentType, type ReactNode, useId } from 'react';
import { Box, type BoxProps } from '@mantine/core';
import classes from './Notice.module.css';

interface NoticeProps extends BoxProps {
  tone: 'bad' | 'warn';
  icon: ComponentType<IconProps>;
  title: string;
  /** `alert` is read out at once; for what somebody has just caused. */
  role?: 'alert' | 'group';
  children: ReactNode;
}

/** Something that has to be read: icon, title and colour together. */
export function Notice({ tone, icon: Icon, title, role = 'group', children, ...rest }: NoticeProps) {
  const id = useId();
  return (
    <Box {...rest} role={role} aria-labelledby={id} className={classes.notice} data-tone={tone}>
      <Icon size={20} aria-hidden className={classes.icon} />
      <div className={classes.body}>
        <p id={id} className={classes.title}>
          {title}
        </p>
        {children}
      </div>
    </Box>
  );
}
