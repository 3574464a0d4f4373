import { NumberInput, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { deploymentsQuery, nodesQuery } from '../../../api/queries/fleet';
import { LabelsField } from '../../../forms/LabelsField';
import { deploy as text } from '../../../text/catalogue';
import { Disclosure } from '../../../ui/Disclosure';
import type { Settings } from './settings';

interface SettingsFieldsProps {
  template: string;
  settings: Settings;
  /** What the server said, by the path in the document. */
  errors: ReadonlyMap<string, string>;
  onChange: (settings: Settings) => void;
}

export function NameFields({ template, settings, errors, onChange }: SettingsFieldsProps) {
  const { data: deployments = [] } = useQuery(deploymentsQuery);
  const name = settings.name.trim() || template;
  const taken = deployments.some((deployment) => deployment.name === name);
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
      <TextInput
        label={text.name}
        description={text.nameHelp}
        placeholder={template}
        autoComplete="off"
        spellCheck={false}
        value={settings.name}
        error={taken ? text.taken(name) : errors.get('name')}
        onChange={(event) => onChange({ ...settings, name: event.currentTarget.value })}
      />
      <NumberInput
        label={text.replicas}
        description={text.replicasHelp}
        min={1}
        allowDecimal={false}
        value={settings.replicas}
        error={errors.get('replicas')}
        onChange={(replicas) => onChange({ ...settings, replicas })}
      />
    </SimpleGrid>
  );
}

export function PlacementFields({ settings, errors, onChange }: SettingsFieldsProps) {
  const { data: nodes = [] } = useQuery(nodesQuery);
  const open = [...errors.keys()].some((path) => path.startsWith('placement') || path.startsWith('labels'));
  return (
    <Disclosure title={text.placement} open={open}>
      <Stack>
        <Select
          label={text.node}
          description={text.nodeHelp}
          placeholder={text.anyNode}
          data={nodes.map((node) => node.name)}
          value={settings.node || null}
          error={errors.get('placement/node')}
          searchable
          clearable
          maw={360}
          onChange={(node) => onChange({ ...settings, node: node ?? '' })}
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
          <LabelsField
            label={text.selector}
            description={text.selectorHelp}
            placeholder="zone=a"
            value={settings.selector}
            error={errors.get('placement/node_selector')}
            onChange={(selector) => onChange({ ...settings, selector })}
          />
          <LabelsField
            label={text.labels}
            description={text.labelsHelp}
            placeholder="team=search"
            value={settings.labels}
            error={errors.get('labels')}
            onChange={(labels) => onChange({ ...settings, labels })}
          />
        </SimpleGrid>
      </Stack>
    </Disclosure>
  );
}
