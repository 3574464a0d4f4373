import { Stack, Table, Text } from '@mantine/core';
import type { Explanation } from '../../api/types';
import { explain as text } from '../../text/explain';
import { Disclosure } from '../Disclosure';
import { VerdictList } from './VerdictList';

const SCORE = new Intl.NumberFormat('en-GB');
const plain = (name: string) => name.replaceAll('_', ' ');

/** Why a workload is where it is: the scores of those that could, the reasons of those that could not. */
export function WhyThere({ why, open = false }: { why: Explanation; open?: boolean }) {
  const candidates = why.candidates ?? [];
  const rejected = why.rejected ?? [];
  // Parts that are the same everywhere decided nothing.
  const parts = Object.keys(candidates[0]?.parts ?? {}).filter(
    (part) => new Set(candidates.map((c) => c.parts[part])).size > 1,
  );
  return (
    <Stack gap="sm">
      {why.summary && <Text size="sm">{why.summary}</Text>}
      {candidates.length > 0 && (
        <Disclosure title={text.candidates} open={open}>
          <Table.ScrollContainer minWidth={360}>
            <Table aria-label={text.candidates} verticalSpacing={6}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th scope="col">{text.node}</Table.Th>
                  <Table.Th scope="col" ta="right">
                    {text.score}
                  </Table.Th>
                  {parts.map((part) => (
                    <Table.Th key={part} scope="col" ta="right">
                      {plain(part)}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {candidates.map((candidate, rank) => (
                  <Table.Tr key={candidate.node}>
                    <Table.Th scope="row" fw={rank === 0 ? 650 : 450}>
                      {candidate.name} {rank === 0 && `(${text.chosen})`}
                    </Table.Th>
                    <Table.Td ta="right">{SCORE.format(candidate.score)}</Table.Td>
                    {parts.map((part) => (
                      <Table.Td key={part} ta="right" c="dimmed">
                        {SCORE.format(candidate.parts[part] ?? 0)}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          <Text size="xs" c="dimmed">
            {[
              text.candidatesHint,
              why.strategy && text.strategy(why.strategy),
              why.considered && text.considered(why.considered),
            ]
              .filter(Boolean)
              .join(' ')}
          </Text>
        </Disclosure>
      )}
      {rejected.length > 0 && (
        <Disclosure title={text.rejected} open={open}>
          <VerdictList verdicts={rejected} />
        </Disclosure>
      )}
    </Stack>
  );
}
