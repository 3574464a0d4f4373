import type { ApiError } from '../api/errors';
import { forms as text } from '../text/forms';

/** What the server said about the parameters, by their names. Paths are JSON pointers. */
export function paramErrors(error: ApiError | null): Map<string, string> {
  return errorsBelow(error, '/params/');
}

/** The same for any other part of a document, by what follows the prefix. */
export function errorsBelow(error: ApiError | null, prefix: string): Map<string, string> {
  const own = (error?.issues ?? []).filter(({ path }) => path.startsWith(prefix));
  return new Map(
    own.map(({ path, message, hint }) => [unescape(path.slice(prefix.length)), text.tail(message, hint)]),
  );
}

/** JSON pointers write `/` and `~` of a name in another way. */
const unescape = (part: string) => part.replaceAll('~1', '/').replaceAll('~0', '~');
