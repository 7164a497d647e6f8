// An error as it may be logged. Messages of errors that are not ours can repeat what was parsed, so they stay out.

export interface LoggableError {
  readonly name: string;
  readonly code: string | null;
  /** Where it was thrown: the stack without its first line, which repeats the message. */
  readonly at: readonly string[];
  readonly cause: LoggableError | null;
}

const FRAMES = 6;
const CAUSES = 4;

/** Null for what is no error. */
export function loggableError(error: unknown, depth = 0): LoggableError | null {
  if (!(error instanceof Error) || depth >= CAUSES) return null;
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    code: typeof code === 'string' ? code : null,
    at: (error.stack ?? '')
      .split('\n')
      .filter((line) => line.startsWith('    at '))
      .slice(0, FRAMES)
      .map((line) => line.trim()),
    cause: loggableError(error.cause, depth + 1),
  };
}
