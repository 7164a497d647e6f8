// Results of requests with an idempotency key, in Redis for all replicas.

import { randomUUID } from 'node:crypto';
import { LARGEST_RESULT_BYTES } from './limits.ts';
import type { Claim, IdempotencySlots } from './ports.ts';
import { SharedStateUnavailable } from './ports.ts';
import type { RunScript } from './redis.ts';

/** A hash: `f` fingerprint, `c` claim, `r` result in base64 once there is one. */
const CLAIM = `
local f = redis.call('HGET', KEYS[1], 'f')
if f and f ~= ARGV[1] then return { 'other-payload' } end
if f then
  local r = redis.call('HGET', KEYS[1], 'r')
  if r then return { 'done', r } end
  return { 'in-flight' }
end
redis.call('HSET', KEYS[1], 'f', ARGV[1], 'c', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return { 'claimed' }
`;

const OWN = `if redis.call('HGET', KEYS[1], 'c') ~= ARGV[1] or redis.call('HEXISTS', KEYS[1], 'r') == 1 then return 0 end
`;

const FINISH = `${OWN}
redis.call('HSET', KEYS[1], 'r', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
`;

const ABANDON = `${OWN} return redis.call('DEL', KEYS[1])`;

const STATUS = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 'unknown' end
return redis.call('HEXISTS', KEYS[1], 'r') == 1 and 'done' or 'in-flight'
`;

const FORGET = `return redis.call('DEL', KEYS[1])`;

export function redisSlots(run: RunScript): IdempotencySlots {
  const abandon = async (key: string, claim: string): Promise<void> => {
    await run(ABANDON, keyOf(key), [claim]);
  };
  return {
    claim: async (key, fingerprint, leaseMs) => {
      const claim = randomUUID();
      return readClaim(await run(CLAIM, keyOf(key), [fingerprint, claim, leaseMs]), claim);
    },
    finish: async (key, claim, result, keepMs) => {
      if (result.length > LARGEST_RESULT_BYTES) {
        await abandon(key, claim);
        return false;
      }
      const text = Buffer.from(result).toString('base64');
      return (await run(FINISH, keyOf(key), [claim, text, keepMs])) === 1;
    },
    abandon,
    status: async (key) => {
      const status = await run(STATUS, keyOf(key), []);
      if (status === 'unknown' || status === 'in-flight' || status === 'done') return status;
      throw new SharedStateUnavailable('reply');
    },
    forget: async (key) => {
      await run(FORGET, keyOf(key), []);
    },
  };
}

function keyOf(key: string): string {
  return `slot:${key}`;
}

function readClaim(reply: unknown, claim: string): Claim {
  const [kind, result] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
  if (kind === 'claimed') return { kind, claim };
  if (kind === 'in-flight' || kind === 'other-payload') return { kind };
  if (kind === 'done' && typeof result === 'string')
    return { kind, result: new Uint8Array(Buffer.from(result, 'base64')) };
  throw new SharedStateUnavailable('reply');
}
