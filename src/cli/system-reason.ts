// What the system says about a file that it does not give.

/** The system's word for what went wrong with a file, such as `ENOENT`; never the whole message, which repeats the path. */
export function systemReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : 'error';
}
