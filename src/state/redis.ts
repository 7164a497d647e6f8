// Shared state of several replicas in Redis or Valkey. While it is gone, every call fails; there is no second place to count.

import { createClient } from '@redis/client';
import { type SharedState, SharedStateUnavailable } from './ports.ts';
import { redisAttempts } from './redis-attempts.ts';
import { redisCodes } from './redis-codes.ts';
import { redisRates } from './redis-rates.ts';
import { redisSlots } from './redis-slots.ts';

export interface RedisOptions {
  /** `redis://`, `rediss://` with user, password and number of the database; or `unix:/path/of/socket`. */
  readonly url: string;
  /** Whatever the connection says while it is lost; for the log. */
  readonly onTrouble?: (error: unknown) => void;
  /** How long an answer may take. */
  readonly timeoutMs?: number;
}

/** One Lua script, run without anything in between; the arguments are texts, the reply is what the script returns. */
export type RunScript = (
  script: string,
  key: string,
  values: readonly (string | number | Buffer)[],
) => Promise<unknown>;

// An answer takes less than a millisecond; who signs waits for it.
const ANSWER_MS = 1_000;

// A host that is gone says nothing: without a sign of life within this time the connection is made anew.
const SILENCE_MS = 5_000;
const PING_MS = 2_000;

// Back within two seconds after Redis is; a restart takes less.
const RECONNECT_MS = { first: 100, most: 2_000 };

/** Connects in the background; until then, and whenever the connection is lost, everything is `state-unavailable`. */
export function redisState({ url, onTrouble, timeoutMs = ANSWER_MS }: RedisOptions): SharedState {
  const client = createClient({
    ...addressOf(url),
    disableOfflineQueue: true,
    commandsQueueMaxLength: 10_000,
    pingInterval: PING_MS,
  });
  client.on('error', (error: unknown) => onTrouble?.(error));
  client.connect().catch((error: unknown) => onTrouble?.(error));
  const run: RunScript = async (script, key, values) => {
    const options = { keys: [`teken:${key}`], arguments: values.map((value) => textOf(value)) };
    return inTime(() => client.eval(script, options), timeoutMs);
  };
  return {
    attempts: redisAttempts(run),
    rates: redisRates(run),
    slots: redisSlots(run),
    codes: redisCodes(run),
    ready: () =>
      inTime(() => client.ping(), timeoutMs).then(
        () => true,
        () => false,
      ),
    close: async () => client.destroy(),
  };
}

type Address = Pick<NonNullable<Parameters<typeof createClient>[0]>, 'url' | 'socket'>;

function addressOf(url: string): Address {
  const waiting = {
    reconnectStrategy: (tries: number) => Math.min(RECONNECT_MS.first * 2 ** tries, RECONNECT_MS.most),
    connectTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
  };
  const path = /^unix:(.+)$/.exec(url)?.[1];
  return path === undefined ? { url, socket: waiting } : { socket: { ...waiting, path, tls: false } };
}

function textOf(value: string | number | Buffer): string | Buffer {
  return typeof value === 'number' ? String(value) : value;
}

/** The client's own time limit ends when a command is written; a server that stands still would keep us for ever. */
async function inTime<T>(work: () => Promise<T>, timeoutMs: number): Promise<T> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new SharedStateUnavailable('timeout')), timeoutMs);
  try {
    return await Promise.race([work(), over]);
  } catch (error) {
    throw error instanceof SharedStateUnavailable ? error : new SharedStateUnavailable('connection', error);
  } finally {
    clearTimeout(timer);
  }
}
