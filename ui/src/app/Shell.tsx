import { AppShell, Box, Burger, Group, ScrollArea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Outlet, ScrollRestoration, useLocation } from 'react-router';
import { recordAnswers } from '../fleet/history';
import { app } from '../text/app';
import { useLiveUpdates } from '../live/useLive';
import { AccountMenu } from './AccountMenu';
import { Brand } from './Brand';
import { LiveBadge } from './LiveBadge';
import { Navigation } from './Navigation';
import { StaleBanner } from './StaleBanner';
import classes from './Shell.module.css';

/** The frame of every page: areas, account, and whether what is shown is live. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  useLiveUpdates();
  const queries = useQueryClient();
  useEffect(() => recordAnswers(queries), [queries]);
  useEffect(close, [pathname, close]);

  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 232, breakpoint: 'md', collapsed: { mobile: !opened } }}
      padding={0}
    >
      <a href="#content" className={classes.skip}>
        {app.skip}
      </a>
      <AppShell.Header className={classes.header}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="md"
              size="sm"
              aria-label={opened ? app.closeNavigation : app.openNavigation}
              aria-expanded={opened}
            />
            <Brand />
          </Group>
          <Group gap="sm" wrap="nowrap">
            <LiveBadge />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} aria-label={app.navigation}>
        <ScrollArea p="sm" type="auto">
          <Navigation />
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        <StaleBanner />
        <Box className={classes.content}>
          <Outlet />
        </Box>
      </AppShell.Main>
      <ScrollRestoration />
    </AppShell>
  );
}
