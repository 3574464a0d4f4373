import { Avatar, Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconDeviceDesktop, IconLogout, IconMoon, IconSun, IconUser } from '@tabler/icons-react';
import { asApiError } from '../api/errors';
import { signOut } from '../api/session';
import { app } from '../text/app';
import { errors } from '../text/errors';
import { useSession } from './session-context';

const SCHEMES = [
  { value: 'light', icon: IconSun },
  { value: 'dark', icon: IconMoon },
  { value: 'auto', icon: IconDeviceDesktop },
] as const;

export function AccountMenu() {
  const { session } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const leave = () => {
    signOut().catch((error: unknown) =>
      notifications.show({ color: 'red', title: errors.title, message: asApiError(error).message }),
    );
  };
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <UnstyledButton aria-label={`${app.account}: ${session.user}`}>
          {/* No initials: what is seen has to be part of the name that is heard (WCAG 2.5.3). */}
          <Avatar size={32} color="iris" radius="xl">
            <IconUser size={18} aria-hidden />
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text span fw={600} c="var(--mantine-color-text)" display="block" truncate>
            {session.user}
          </Text>
          {app.roles[session.role]}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>{app.theme.label}</Menu.Label>
        {SCHEMES.map(({ value, icon: Icon }) => (
          <Menu.Item
            key={value}
            role="menuitemradio"
            aria-checked={colorScheme === value}
            leftSection={<Icon size={16} aria-hidden />}
            rightSection={colorScheme === value ? <IconCheck size={16} aria-hidden /> : null}
            onClick={() => setColorScheme(value)}
          >
            {app.theme[value]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={leave}>
          {app.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
