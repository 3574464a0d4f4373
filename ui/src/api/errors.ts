import { errors as text } from '../text/errors';
import type { ErrorBody, Issue } from './types';

/** What went wrong with a request: the server's envelope, or that no server answered. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    message: string,
    readonly detail: {
      /** Status of HTTP; 0 when there was no answer. */
      status: number;
      code: string;
      hint?: string | undefined;
      issues?: readonly Issue[] | undefined;
      /** Seconds after which the server wants to be asked again. */
      retryAfter?: number | undefined;
    },
  ) {
    super(message);
  }

  get status(): number {
    return this.detail.status;
  }

  get hint(): string | undefined {
    return this.detail.hint;
  }

  get issues(): readonly Issue[] {
    return this.detail.issues ?? [];
  }

  /** Whether the same request may well work a little later. */
  get passes(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

function isEnvelope(body: unknown): body is ErrorBody {
  if (typeof body !== 'object' || body === null || !('error' in body)) return false;
  const { error } = body;
  return typeof error === 'object' && error !== null && 'message' in error && 'code' in error;
}

/** The error that an answer tells of; also of answers that are not the server's own, as those of a proxy. */
export function errorOf(response: Response, body: unknown): ApiError {
  const wait = Number(response.headers.get('retry-after'));
  const retryAfter = wait > 0 ? wait : undefined;
  if (!isEnvelope(body)) {
    const message = text.foreign(response.status, response.statusText);
    return new ApiError(message, {
      status: response.status,
      code: 'foreign',
      hint: text.foreignHint,
      retryAfter,
    });
  }
  const { code, message, hint, details } = body.error;
  return new ApiError(message, {
    status: response.status,
    code,
    hint: hint ?? undefined,
    issues: details,
    retryAfter,
  });
}

/** What a failed `fetch` says, in words that help. */
export function unreachable(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause;
  if (cause instanceof DOMException && cause.name === 'AbortError') {
    return new ApiError(text.aborted, { status: 0, code: 'aborted' });
  }
  return new ApiError(text.unreachable, { status: 0, code: 'unreachable', hint: text.unreachableHint });
}

/** Any thrown value as an error that can be shown. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ApiError(message, { status: 0, code: 'defect', hint: text.defectHint });
}
