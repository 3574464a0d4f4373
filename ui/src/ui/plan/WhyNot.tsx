import { Text } from '@mantine/core';
import type { Unplaceable } from '../../api/types';
import { explain as text } from '../../text/explain';
import { Disclosure } from '../Disclosure';
import { VerdictList } from './VerdictList';

/** Why no node can take a workload, node by node. */
export function WhyNot({ unplaceable }: { unplaceable: Unplaceable }) {
  const { by_node: verdicts, excluded } = unplaceable;
  if (verdicts.length === 0) return null;
  return (
    <Disclosure title={text.whyNot(verdicts.length)}>
      {excluded && excluded.length > 0 && (
        <Text size="sm" mb="xs">
          {excluded.map(({ count, what }) => text.excluded(count, what)).join('; ')}.
        </Text>
      )}
      <VerdictList verdicts={verdicts} />
    </Disclosure>
  );
}
