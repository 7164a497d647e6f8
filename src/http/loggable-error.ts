// An error as it may be logged. Messages of errors that are not ours can repeat what was parsed, so they stay out.

export interface LoggableError {
  readonly name: string;
  readonly code: string | null;
  /** Where it was thrown: the stack without its first line, which repeats the message. */
  readonly at: readonly string[];
  readonly cause: LoggableError | null;
}

/**
 * The code of an error where it looks like one of ours (`signer-locked`) or of Node (`ENOSPC`); null else, for what an error that is not
 * ours carries under this name may be anything.
 */
export function stableCode(error: unknown): string | null {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code !== 'string') return null;
  return /^(?:[a-z][a-z0-9]{0,20}(?:-[a-z0-9]{1,20}){0,8}|[A-Z][A-Z0-9_]{1,60})$/.test(code) ? code : null;
}

const FRAMES = 6;
const CAUSES = 4;

/** Null for what is no error. */
export function loggableError(error: unknown, depth = 0): LoggableError | null {
  if (!(error instanceof Error) || depth >= CAUSES) return null;
  return {
    name: error.name,
    code: stableCode(error),
    at: (error.stack ?? '')
      .split('\n')
      .filter((line) => line.startsWith('    at '))
      .slice(0, FRAMES)
      .map((line) => line.trim()),
    cause: loggableError(error.cause, depth + 1),
  };
}
