// The reason phrases of HTTP's status codes (RFC 9110, 15).

/**
 * Not imported: a module shows every member of `node:http`, one of which loads a whole web client, and each start would wait for it.
 */
const { STATUS_CODES } = process.getBuiltinModule('node:http');

/** As `Not Found`; null for a number that has none. */
export function reasonPhrase(status: number): string | null {
  return STATUS_CODES[status] ?? null;
}
