import { ActionIcon, Menu } from '@mantine/core';
import { IconDotsVertical, type IconProps } from '@tabler/icons-react';
import type { ComponentType } from 'react';

export interface RowAction {
  label: string;
  icon: ComponentType<IconProps>;
  danger?: boolean;
  onClick: () => void;
}

/** What can be done with one row of a table. */
export function RowMenu({ label, actions }: { label: string; actions: readonly RowAction[] }) {
  if (actions.length === 0) return null;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon aria-label={label} size="md">
          <IconDotsVertical size={17} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map(({ label: words, icon: Icon, danger, onClick }) => (
          <Menu.Item
            key={words}
            leftSection={<Icon size={16} aria-hidden />}
            {...(danger && { color: 'var(--tone-bad-fg)' })}
            onClick={onClick}
          >
            {words}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
