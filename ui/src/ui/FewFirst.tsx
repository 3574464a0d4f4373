import { Button, Center, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { common as text } from '../text/common';

interface FewFirstProps<T> {
  all: readonly T[];
  step?: number;
  children: (shown: T[]) => ReactNode;
}

/** The first of a long list, and more on demand: thousands at once would be slow to lay out, and are found by a search. */
export function FewFirst<T>({ all, step = 100, children }: FewFirstProps<T>) {
  const [limit, setLimit] = useState(step);
  const rest = all.length - limit;
  return (
    <>
      {children(all.slice(0, limit))}
      {rest > 0 && (
        <Center p="sm" style={{ gap: 12, flexWrap: 'wrap' }}>
          <Text size="sm" c="dimmed" className="tabular">
            {text.firstOf(limit, all.length)}
          </Text>
          <Button variant="default" onClick={() => setLimit(limit + step)}>
            {text.more(Math.min(step, rest))}
          </Button>
        </Center>
      )}
    </>
  );
}
