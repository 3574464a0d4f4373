import { asApiError } from '../api/errors';
import { forms as text } from '../text/forms';

/** What the server said about fields that a form shows, by the JSON pointers that it knows. */
export function fieldIssues(error: unknown, known: readonly string[]) {
  const issues = error == null ? [] : asApiError(error).issues.filter(({ path }) => known.includes(path));
  return {
    /** Words for one field; nothing when it is right. */
    at: (path: string) =>
      issues
        .filter((issue) => issue.path === path)
        .map(({ message, hint }) => text.tail(message, hint))
        .join(' ') || undefined,
    shown: new Set(issues.map(({ path }) => path)),
  };
}
