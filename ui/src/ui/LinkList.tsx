import { Anchor, Group } from '@mantine/core';
import { Link } from 'react-router';

/** Names that each lead to a page, in one line. */
export function LinkList({ names, to }: { names: readonly string[]; to: (name: string) => string }) {
  return (
    <Group component="span" gap={8}>
      {names.map((name) => (
        <Anchor key={name} component={Link} to={to(name)} size="sm">
          {name}
        </Anchor>
      ))}
    </Group>
  );
}
