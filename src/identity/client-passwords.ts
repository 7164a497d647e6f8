// Passwords of HTTP Basic: people choose them, so what is stored takes long to try (scrypt, RFC 7914).

import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { PasswordEntry } from './client-file.ts';

// OWASP's least for scrypt, N = 2^17, r = 8, p = 1: 128 MiB and about 0.3 s a try.
const COST = { log2N: 17, r: 8, p: 1 } as const;
const LEAST_LOG2N = 14;
// More than this in a file is a mistake that would take the service's memory.
const MOST_LOG2N = 18;
const SALT_BYTES = 16;
const DIGEST_BYTES = 32;
// Each takes 128 MiB; the others wait.
const AT_ONCE = 2;
// Of passwords that were right: an application shows the same one with every call, and may not wait for scrypt each time.
const MOST_REMEMBERED = 1_000;

const derive = promisify<string | Uint8Array, Uint8Array, number, object, Buffer>(scrypt);

/** The stored form of a password: `log2 N $ r $ p $ salt $ digest`, the last two in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const digest = await digestOf(Buffer.from(password, 'utf8'), { ...COST, salt });
  return [COST.log2N, COST.r, COST.p, salt.toString('base64url'), digest.toString('base64url')].join('$');
}

interface Parameters {
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Uint8Array;
}

function digestOf(password: Uint8Array, { log2N, r, p, salt }: Parameters): Promise<Buffer> {
  const N = 2 ** log2N;
  return derive(password, salt, DIGEST_BYTES, { N, r, p, maxmem: 256 * N * r });
}

/** Whether the text is a stored form whose cost this process can bear. */
export function isStoredPassword(text: string): boolean {
  const [, log2N] = /^(\d{2})\$8\$1\$[\w-]{22}\$[\w-]{43}$/.exec(text) ?? [];
  return log2N !== undefined && Number(log2N) >= LEAST_LOG2N && Number(log2N) <= MOST_LOG2N;
}

export interface PasswordCheck {
  /**
   * Takes equally long for a user that nobody is (`entry` null) as for a wrong password.
   * @param counted - is handed each comparison of a password that was not right before; what it throws ends the try
   */
  matches(
    password: Uint8Array,
    entry: PasswordEntry | null,
    counted: (compare: () => Promise<boolean>) => Promise<boolean>,
  ): Promise<boolean>;
}

/** Remembers right passwords by a keyed digest for as long as the process lives and their entry is the same. */
export function passwordCheck(): PasswordCheck {
  const memoryKey = randomBytes(32);
  const remembered = new Set<string>();
  const underWay = new Map<string, Promise<boolean>>();
  const inTurn = turns(AT_ONCE);
  // Nobody's: its digest is random, so no password has it.
  const nobody = [COST.log2N, COST.r, COST.p, base64url(SALT_BYTES), base64url(DIGEST_BYTES)].join('$');
  return {
    matches: async (password, entry, counted) => {
      const stored = entry?.scrypt ?? nobody;
      const name = createHmac('sha256', memoryKey).update(`${stored}\0`).update(password).digest('base64');
      if (remembered.has(name)) return true;
      // An application that starts shows the same password many times at once: that is one try.
      const pending =
        underWay.get(name) ??
        counted(() => inTurn(() => compare(password, stored))).finally(() => underWay.delete(name));
      underWay.set(name, pending);
      const right = await pending;
      if (right) {
        if (remembered.size >= MOST_REMEMBERED) remembered.clear();
        remembered.add(name);
      }
      return right;
    },
  };
}

function base64url(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

async function compare(password: Uint8Array, stored: string): Promise<boolean> {
  const [log2N, r, p, salt = '', digest = ''] = stored.split('$');
  const parameters = {
    log2N: Number(log2N),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt, 'base64url'),
  };
  return timingSafeEqual(await digestOf(password, parameters), Buffer.from(digest, 'base64url'));
}

/** Lets so many run at once; the others wait in order. */
function turns(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
