import { List, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { Problem } from '../../api/types';
import { problems as text } from '../../text/explain';
import { Notice } from '../Notice';
import { WhyNot } from './WhyNot';

/** What stands in the way, with what would help. */
export function ProblemList({ problems }: { problems: readonly Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <Stack gap="sm">
      {problems.map((problem) => (
        <Notice
          key={`${problem.kind} ${problem.message}`}
          tone="warn"
          icon={IconAlertTriangle}
          title={text.kinds[problem.kind] ?? text.other}
        >
          <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
            {problem.message}
          </Text>
          {problem.hint && !problem.unplaceable?.hints.includes(problem.hint) && (
            <Text size="sm" c="dimmed" mt={4}>
              {problem.hint}
            </Text>
          )}
          {problem.unplaceable && problem.unplaceable.hints.length > 0 && (
            <>
              <Text size="sm" fw={600} mt="xs">
                {text.wouldHelp}
              </Text>
              <List size="sm">
                {problem.unplaceable.hints.map((hint) => (
                  <List.Item key={hint}>{hint}</List.Item>
                ))}
              </List>
            </>
          )}
          {problem.unplaceable && <WhyNot unplaceable={problem.unplaceable} />}
        </Notice>
      ))}
    </Stack>
  );
}
