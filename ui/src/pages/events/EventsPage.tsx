import { Card, Group, Select, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconActivity, IconSearchOff } from '@tabler/icons-react';
import { useMemo } from 'react';
import { eventLogQuery } from '../../api/queries/events';
import type { EventItem } from '../../api/types';
import { useRecentEvents } from '../../live/useLive';
import { common } from '../../text/common';
import { events as text } from '../../text/events';
import { EmptyState } from '../../ui/EmptyState';
import { EventList } from '../../ui/EventList';
import { FewFirst } from '../../ui/FewFirst';
import { Page } from '../../ui/Page';
import { QueryView } from '../../ui/QueryView';
import { SearchField } from '../../ui/SearchField';
import { useUrlState } from '../../ui/useUrlState';
import { filterEvents, mergeEvents } from './filter';

const SEVERITIES = Object.entries(text.atLeast).map(([value, label]) => ({ value, label }));
const KINDS = Object.entries(text.kinds).map(([value, label]) => ({ value, label }));

export function EventsPage() {
  const live = useRecentEvents();
  const log = useQuery(eventLogQuery);
  return (
    <Page title={text.title} lead={text.lead}>
      <QueryView query={log}>{(events) => <EventLog log={events} live={live} />}</QueryView>
    </Page>
  );
}

function EventLog({ log, live }: { log: readonly EventItem[]; live: readonly EventItem[] }) {
  const [search, setSearch] = useUrlState('q');
  const [severity, setSeverity] = useUrlState('severity');
  const [kind, setKind] = useUrlState('kind');
  const all = useMemo(() => mergeEvents(log, live), [log, live]);
  const found = useMemo(() => filterEvents(all, { search, severity, kind }), [all, search, severity, kind]);
  if (all.length === 0) return <EmptyState icon={IconActivity} title={text.none} text={text.noneHint} />;
  return (
    <>
      <Group gap="sm">
        <SearchField label={text.search} value={search} onChange={setSearch} flex="1 1 220px" maw={380} />
        <Select
          aria-label={text.severity}
          placeholder={text.anySeverity}
          data={SEVERITIES}
          value={severity || null}
          onChange={(value) => setSeverity(value ?? '')}
          clearable
          w={200}
        />
        <Select
          aria-label={text.kind}
          placeholder={text.anyKind}
          data={KINDS}
          value={kind || null}
          onChange={(value) => setKind(value ?? '')}
          clearable
          w={160}
        />
        <Text size="sm" c="dimmed" role="status">
          {text.count(found.length, all.length)}
        </Text>
      </Group>
      {found.length === 0 ? (
        <EmptyState icon={IconSearchOff} title={common.noMatch} text={common.noMatchHint} />
      ) : (
        <Card py="xs">
          <FewFirst all={found}>{(some) => <EventList events={some} />}</FewFirst>
        </Card>
      )}
    </>
  );
}
