import { Button, Card, Group, Select, Switch, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDownload } from '@tabler/icons-react';
import { useMemo, useState, useSyncExternalStore } from 'react';
import type { Deployment } from '../../../api/types';
import { logs as text } from '../../../text/deployments';
import { ErrorNotice } from '../../../ui/ErrorNotice';
import { SearchField } from '../../../ui/SearchField';
import { useUrlState } from '../../../ui/useUrlState';
import { type KeptLine, LogSearch } from './log-buffer';
import { logAddress } from './log-stream';
import { LineDialog } from './LineDialog';
import { LogLines } from './LogLines';
import { useLog } from './useLog';

/** Typing in a long log should not search it at every key. */
const SETTLE_MS = 200;

/** What all replicas write, as it comes: searched, by service, downloaded. */
export function LogView({ deployment }: { deployment: Deployment }) {
  const { buffer, phase, error } = useLog(deployment.name);
  const [search, setSearch] = useUrlState('q');
  const [service, setService] = useUrlState('service');
  const [settled] = useDebouncedValue(search, SETTLE_MS);
  const [follow, setFollow] = useState(true);
  const [opened, setOpened] = useState<KeptLine>();
  const filter = useMemo(() => new LogSearch({ search: settled, service }), [settled, service]);
  useSyncExternalStore(buffer.subscribe, buffer.version);
  const shown = filter.matches(buffer);
  const services = [...new Set(deployment.workloads.flatMap((w) => Object.keys(w.state.services ?? {})))];

  return (
    <Card p={0}>
      <Group p="sm" gap="sm">
        <SearchField label={text.search} value={search} onChange={setSearch} flex="1 1 180px" maw={360} />
        <Select
          aria-label={text.service}
          placeholder={text.allServices}
          data={services}
          value={service || null}
          onChange={(value) => setService(value ?? '')}
          clearable
          w={160}
        />
        <Switch
          label={text.follow}
          checked={follow}
          onChange={(event) => setFollow(event.currentTarget.checked)}
        />
        <Text size="sm" c="dimmed" className="tabular" flex={1} ta="right" miw={90}>
          {text.lines(shown.length, buffer.lines.length)}
        </Text>
        <Button
          component="a"
          href={logAddress(deployment.name, { follow: false })}
          download={`${deployment.name}.log`}
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          {text.download}
        </Button>
      </Group>
      {error && <ErrorNotice error={error} mx="sm" mb="sm" />}
      <LogLines
        lines={shown}
        words={settled}
        follow={follow}
        onFollow={setFollow}
        onOpen={setOpened}
        empty={emptyWords(phase, buffer.lines.length)}
      />
      <Text size="xs" c="dimmed" px="sm" py={6} mih={28}>
        {buffer.dropped > 0 ? text.dropped : phase === 'ended' ? text.ended : ''}
      </Text>
      {opened && <LineDialog line={opened} onClose={() => setOpened(undefined)} />}
    </Card>
  );
}

function emptyWords(phase: string, all: number): string {
  if (all > 0) return text.noMatch;
  return phase === 'connecting' ? text.connecting : `${text.none}. ${text.noneHint}`;
}
