import { Anchor, Badge, Button, Card, Grid, Group, List, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconExternalLink, IconPuzzleOff, IconRocket } from '@tabler/icons-react';
import { Suspense, lazy } from 'react';
import { Link, useParams } from 'react-router';
import { ApiError } from '../../api/errors';
import { templateQuery } from '../../api/queries/catalogue';
import type { TemplateDetail } from '../../api/types';
import { IfAllowed } from '../../app/session-context';
import { catalogue as text } from '../../text/catalogue';
import { EmptyState } from '../../ui/EmptyState';
import { Facts } from '../../ui/Facts';
import { Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { Section } from '../../ui/Section';
import { categoryName } from './categories';
import { type Manifest, manifestOf } from './manifest';

const Markdown = lazy(async () => ({ default: (await import('../../ui/Markdown')).Markdown }));

const CRUMBS = [{ label: text.title, to: '/catalogue' }];

export function TemplatePage() {
  const { name = '' } = useParams();
  return (
    <QueryView
      query={useQuery(templateQuery(name))}
      skeleton={<Skeleton h={420} radius="lg" />}
      onError={(error) =>
        error instanceof ApiError && error.status === 404 ? <UnknownTemplate name={name} /> : undefined
      }
    >
      {(detail) => <Details detail={detail} />}
    </QueryView>
  );
}

export function UnknownTemplate({ name }: { name: string }) {
  return (
    <Page title={name} crumbs={CRUMBS}>
      <EmptyState
        icon={IconPuzzleOff}
        title={text.gone}
        text={text.goneHint}
        action={
          <Button component={Link} to="/catalogue" variant="default">
            {text.toCatalogue}
          </Button>
        }
      />
    </Page>
  );
}

function Details({ detail }: { detail: TemplateDetail }) {
  const manifest = manifestOf(detail);
  return (
    <Page
      title={manifest.title}
      lead={manifest.description}
      crumbs={CRUMBS}
      actions={
        <IfAllowed role="operator">
          <Button
            component={Link}
            to={`/catalogue/${manifest.name}/deploy`}
            leftSection={<IconRocket size={16} aria-hidden />}
          >
            {text.deploy}
          </Button>
        </IfAllowed>
      }
    >
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 8 }} order={{ base: 2, md: 1 }}>
          <Card padding="xl">
            <Suspense fallback={<Skeleton h={320} />}>
              <Markdown text={detail.readme ?? ''} />
            </Suspense>
          </Card>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }} order={{ base: 1, md: 2 }}>
          <Stack gap="lg">
            <About manifest={manifest} />
            <Variants manifest={manifest} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function About({ manifest: m }: { manifest: Manifest }) {
  return (
    <Section title={text.about}>
      <Facts
        items={[
          [text.category, categoryName(m.category)],
          [text.appVersion, m.appVersion],
          [text.version, m.version],
          [text.license, m.license],
          [text.runsOn, m.executors.map((kind) => text.executors[kind] ?? kind).join(', ')],
          [text.architectures, m.architectures.join(', ')],
          [text.ports, m.ports.map((port) => port.purpose || port.name).join(', ')],
          [text.links, m.links.length > 0 && <Links key="links" links={m.links} />],
          [text.tags, m.tags.length > 0 && <Tags key="tags" tags={m.tags} />],
        ]}
      />
    </Section>
  );
}

function Links({ links }: { links: Manifest['links'] }) {
  return (
    <Stack gap="xs">
      {links.map(([name, address]) => (
        <Anchor key={name} href={address} target="_blank" rel="noopener noreferrer" size="sm">
          {text.linkNames[name] ?? name} <IconExternalLink size={13} aria-hidden />
        </Anchor>
      ))}
    </Stack>
  );
}

function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <Group gap={6}>
      {tags.map((tag) => (
        <Badge key={tag}>{tag}</Badge>
      ))}
    </Group>
  );
}

function Variants({ manifest }: { manifest: Manifest }) {
  if (manifest.variants.length === 0) return null;
  return (
    <Section title={text.variants} lead={text.variantsHint}>
      <List type="ordered" size="sm">
        {manifest.variants.map((variant) => (
          <List.Item key={variant.name}>
            {variant.title || variant.name}{' '}
            <Text span c="dimmed" size="sm">
              ({variant.name})
            </Text>
          </List.Item>
        ))}
      </List>
    </Section>
  );
}
