import { Anchor, List, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { statusQuery } from '../../../api/queries/fleet';
import { signInMethods } from '../../../api/session';
import type { FleetStatus } from '../../../api/types';
import { server as text } from '../../../text/settings';
import { states } from '../../../text/states';
import { Facts } from '../../../ui/Facts';
import { QueryView } from '../../../ui/QueryView';
import { Section } from '../../../ui/Section';

const LINKS = [
  { href: '/openapi.json', label: text.openapi },
  { href: '/ca.pem', label: text.ca },
] as const;

export function ServerTab() {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
      <Section title={text.title}>
        <QueryView query={useQuery(statusQuery)}>{(status) => <ServerFacts status={status} />}</QueryView>
      </Section>
      <Section title={text.links} lead={text.linksLead}>
        <List spacing="xs" size="sm" listStyleType="none">
          {LINKS.map(({ href, label }) => (
            <List.Item key={href}>
              <Anchor href={href} target="_blank" rel="noreferrer" size="sm">
                {label}
              </Anchor>
            </List.Item>
          ))}
        </List>
      </Section>
    </SimpleGrid>
  );
}

function ServerFacts({ status }: { status: FleetStatus }) {
  const methods = useQuery({ queryKey: ['sign-in-methods'], queryFn: signInMethods });
  const ways = methods.data && [
    ...(methods.data.password ? [text.signInBy.password] : []),
    ...(methods.data.key ? [text.signInBy.key] : []),
    ...(methods.data.oidc ? [methods.data.oidc.name] : []),
  ];
  return (
    <Facts
      items={[
        [text.version, status.version],
        [text.address, window.location.origin],
        [text.nodes, counted(status.nodes, states.node)],
        [text.deployments, counted(status.deployments, states.deployment)],
        [text.guard, status.guard ?? text.guardOff],
        [text.signIn, ways?.join(', ')],
      ]}
    />
  );
}

/** `3 online, 1 offline`; states that this page does not know are named as the server names them. */
function counted(counts: Record<string, number>, words: Record<string, string>): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return parts.map(([state, count]) => text.count(count, words[state] ?? state)).join(', ') || text.none;
}
