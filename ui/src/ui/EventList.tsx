import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { EventItem } from '../api/types';
import { Ago } from './Ago';
import classes from './EventList.module.css';
import { SEVERITY_LOOKS } from './states';

/** Where the subject of an event is shown, if there is such a page. */
function subjectPage({ subject }: EventItem): string | undefined {
  if (subject.kind === 'node') return `/nodes/${encodeURIComponent(subject.name)}`;
  if (subject.deployment) return `/deployments/${encodeURIComponent(subject.deployment)}`;
  return undefined;
}

/** What happened, one event a line. */
export function EventList({ events }: { events: readonly EventItem[] }) {
  return (
    <ul className={classes.list}>
      {events.map((event) => (
        <EventRow key={event.id} event={event} />
      ))}
    </ul>
  );
}

function EventRow({ event }: { event: EventItem }) {
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
        </Text>
      </div>
    </li>
  );
}
