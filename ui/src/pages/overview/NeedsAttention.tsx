import { Anchor, Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { overview as text } from '../../text/overview';
import { Section } from '../../ui/Section';
import type { Concern } from './attention';
import classes from './NeedsAttention.module.css';

/** More would push everything else out of sight. */
const FIRST = 5;

export function NeedsAttention({ concerns }: { concerns: readonly Concern[] }) {
  const [all, setAll] = useState(false);
  if (concerns.length === 0) return <AllWell />;
  const shown = all ? concerns : concerns.slice(0, FIRST);
  return (
    <Section title={text.attention}>
      <ul className={classes.list}>
        {shown.map((concern) => (
          <li key={concern.key}>
            <ConcernLink concern={concern} />
          </li>
        ))}
      </ul>
      {shown.length < concerns.length && (
        <Anchor component="button" type="button" size="sm" onClick={() => setAll(true)}>
          {text.more(concerns.length - shown.length)}
        </Anchor>
      )}
    </Section>
  );
}

function ConcernLink({ concern }: { concern: Concern }) {
  const Icon = concern.tone === 'bad' ? IconCircleX : IconAlertTriangle;
  return (
    <Link to={concern.to} className={classes.link}>
      <Icon size={20} color={`var(--${concern.tone})`} aria-hidden className={classes.icon} />
      <span className={classes.body}>
        <Text component="span" fw={550} display="block">
          {concern.title}
        </Text>
        <Text component="span" size="sm" c="dimmed" display="block" lineClamp={2}>
          {concern.detail}
        </Text>
      </span>
    </Link>
  );
}

function AllWell() {
  return (
    <Group gap="sm" wrap="nowrap" className={classes.well}>
      <IconCircleCheck size={22} color="var(--good)" aria-hidden className={classes.icon} />
      <Text>
        <b>{text.allWell}.</b>{' '}
        <Text span c="dimmed">
          {text.allWellHint}
        </Text>
      </Text>
    </Group>
  );
}
