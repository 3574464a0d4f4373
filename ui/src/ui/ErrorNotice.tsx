import { type BoxProps, Button, Code, List, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { asApiError } from '../api/errors';
import { errors as text } from '../text/errors';
import { Notice } from './Notice';

interface ErrorNoticeProps extends BoxProps {
  error: unknown;
  title?: string;
  /** Issues that are shown at their fields already, by path. */
  shownElsewhere?: ReadonlySet<string>;
  onRetry?: () => void;
}

/** What happened, where, and what to do next: the server's envelope as it is. */
export function ErrorNotice({
  error,
  title = text.title,
  shownElsewhere,
  onRetry,
  ...rest
}: ErrorNoticeProps) {
  const problem = asApiError(error);
  const issues = problem.issues.filter((issue) => !shownElsewhere?.has(issue.path));
  // The message of a refused document strings its issues together; shown one by one they are easier to read.
  const repeats =
    problem.issues.length > 0 && problem.issues.every(({ message }) => problem.message.includes(message));
  const message = repeats ? text.seeIssues(issues.length, problem.issues.length) : problem.message;
  return (
    <Notice role="alert" tone="bad" title={title} icon={IconAlertCircle} {...rest}>
      <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
        {message}
      </Text>
      {issues.length > 0 && (
        <List size="sm" mt="xs">
          {issues.map((issue) => (
            <List.Item key={`${issue.path} ${issue.message}`}>
              {issue.path && <Code>{issue.path}</Code>} {issue.message}
              {issue.hint && <Text c="dimmed"> {issue.hint}</Text>}
            </List.Item>
          ))}
        </List>
      )}
      {problem.hint && !repeats && (
        <Text size="sm" mt="xs" c="dimmed">
          <b>{text.hint}:</b> {problem.hint}
        </Text>
      )}
      {problem.detail.retryAfter !== undefined && (
        <Text size="sm" mt="xs" c="dimmed">
          {text.waiting(problem.detail.retryAfter)}
        </Text>
      )}
      {onRetry && (
        <Button mt="sm" size="xs" variant="default" onClick={onRetry}>
          {text.again}
        </Button>
      )}
    </Notice>
  );
}
