import { Anchor, Breadcrumbs, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { app } from '../text/app';

export interface Crumb {
  label: string;
  to: string;
}

interface PageProps {
  /** Also the title of the document. */
  title: string;
  lead?: ReactNode;
  /** Beside the title, for example a state. */
  badge?: ReactNode;
  crumbs?: readonly Crumb[];
  actions?: ReactNode;
  children: ReactNode;
}

/** The frame of one page: where one is, its title, what can be done, its content. */
export function Page({ title, lead, badge, crumbs = [], actions, children }: PageProps) {
  useDocumentTitle(app.title(title));
  return (
    <Stack gap="xl">
      <Stack gap={6}>
        {crumbs.length > 0 && (
          <Breadcrumbs separator="/">
            {crumbs.map((crumb) => (
              <Anchor key={crumb.to} component={Link} to={crumb.to} size="sm">
                {crumb.label}
              </Anchor>
            ))}
          </Breadcrumbs>
        )}
        <Group justify="space-between" align="center" gap="md">
          <Group gap="sm">
            <Title order={1}>{title}</Title>
            {badge}
          </Group>
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
        {lead && (
          <Text component="div" c="dimmed" maw={720}>
            {lead}
          </Text>
        )}
      </Stack>
      {children}
    </Stack>
  );
}
