import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { EventItem } from '../api/types';
import { common } from '../text/common';
import { Ago } from './Ago';
import classes from './EventList.module.css';
import { SEVERITY_LOOKS } from './states';

/** Where the subject of an event is shown, if there is such a page. */
function subjectPage({ subject }: EventItem): string | undefined {
  if (subject.kind === 'node') return `/nodes/${encodeURIComponent(subject.name)}`;
  if (subject.deployment) return `/deployments/${encodeURIComponent(subject.deployment)}`;
  return undefined;
}

/** Events that say the same of the same thing are one line: the newest of them, and how many they are. */
function groupEvents(events: readonly EventItem[]): { event: EventItem; times: number }[] {
  const groups = new Map<string, { event: EventItem; times: number }>();
  for (const event of events) {
    const key = JSON.stringify([event.subject.id, event.reason, event.message]);
    const group = groups.get(key);
    if (group) group.times += 1;
    else groups.set(key, { event, times: 1 });
  }
  return [...groups.values()];
}

/** What happened, newest first. */
export function EventList({ events, most }: { events: readonly EventItem[]; most?: number }) {
  return (
    <ul className={classes.list}>
      {groupEvents(events)
        .slice(0, most)
        .map(({ event, times }) => (
          <EventRow key={event.id} event={event} times={times} />
        ))}
    </ul>
  );
}

function EventRow({ event, times }: { event: EventItem; times: number }) {
  const look = SEVERITY_LOOKS[event.severity];
  const to = subjectPage(event);
  return (
    <li className={classes.row}>
      <look.icon
        size={17}
        color={`var(--${look.tone})`}
        aria-label={look.label}
        role="img"
        className={classes.icon}
      />
      <div className={classes.body}>
        <Text size="sm">
          {to ? (
            <Anchor component={Link} to={to} inherit fw={550} c="var(--mantine-color-text)">
              {event.subject.name}
            </Anchor>
          ) : (
            <b>{event.subject.name}</b>
          )}{' '}
          <span className={classes.message}>{event.message}</span>
        </Text>
        <Text size="xs" c="dimmed">
          <code className={classes.reason}>{event.reason}</code> · <Ago at={event.at} />
          {times > 1 && ` · ${common.times(times)}`}
        </Text>
      </div>
    </li>
  );
}
