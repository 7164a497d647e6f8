// Names for requests and signatures: what the caller chose, or a UUID of version 7 (RFC 9562, 5.7).

import type { Instant } from '../index.ts';

const CALLERS_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** The caller's `X-Request-Id` if it is harmless, else null. */
export function callersRequestId(header: string | string[] | undefined): string | null {
  return typeof header === 'string' && CALLERS_ID.test(header) ? header : null;
}

/** A UUID that sorts by time. `random` is 10 bytes. */
export function uuidV7(now: Instant, random: Uint8Array): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes.set(random.subarray(0, 10), 6);
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
