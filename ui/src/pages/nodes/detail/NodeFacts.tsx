import { Stack } from '@mantine/core';
import type { Node } from '../../../api/types';
import { node as text } from '../../../text/nodes';
import { Ago } from '../../../ui/Ago';
import { Facts } from '../../../ui/Facts';
import { Section } from '../../../ui/Section';
import { formatMib } from '../../../ui/units';
import { engineWords } from '../facts';

export function NodeFacts({ node }: { node: Node }) {
  const { capabilities: facts } = node;
  const names = text.facts;
  const disks = (facts.disks ?? []).map((disk) =>
    text.disk(disk.mount ?? '', formatMib(disk.free_mb ?? 0), formatMib(disk.total_mb ?? 0)),
  );
  const networks = (facts.interfaces ?? []).flatMap((card) =>
    card.addresses?.length ? [`${card.name ?? ''}: ${card.addresses.join(', ')}`] : [],
  );
  const taints = node.taints.map(({ key, value }) => (value ? `${key}=${value}` : key));
  return (
    <Section title={text.factsTitle}>
      <Facts
        items={[
          [names.system, facts.os_version],
          [names.kernel, facts.kernel],
          [names.architecture, facts.arch],
          [names.processor, facts.cpu_count && text.cores(facts.cpu_model ?? '', facts.cpu_count)],
          [names.memory, facts.mem_mb && formatMib(facts.mem_mb)],
          [names.disks, lines(disks)],
          [names.network, lines(networks)],
          [names.executors, (facts.executors ?? []).join(', ')],
          [names.docker, engineWords(facts.docker)],
          [names.podman, engineWords(facts.podman)],
          [names.kubernetes, engineWords(facts.kubernetes)],
          [names.taints, taints.join(', ')],
          [names.agent, node.agent_version],
          [names.registered, <Ago key="registered" at={node.registered_at} />],
          [names.id, <code key="id">{node.id}</code>],
        ]}
      />
    </Section>
  );
}

function lines(words: readonly string[]) {
  if (words.length === 0) return undefined;
  return (
    <Stack gap={2}>
      {words.map((word) => (
        <span key={word}>{word}</span>
      ))}
    </Stack>
  );
}
