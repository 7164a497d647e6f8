// One-time codes in Redis, for all replicas; only digests of them are there.

import type { OneTimeCodes } from './ports.ts';
import { SharedStateUnavailable } from './ports.ts';
import type { RunScript } from './redis.ts';

/** A hash: `d` digest, `t` tries left, `u` documents that one redemption may cover. */
const ISSUE = `
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'd', ARGV[1], 't', ARGV[2], 'u', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
`;

const REDEEM = `
local d = redis.call('HGET', KEYS[1], 'd')
if not d then return 'none' end
if d ~= ARGV[1] then
  if redis.call('HINCRBY', KEYS[1], 't', -1) < 1 then redis.call('DEL', KEYS[1]) end
  return 'wrong'
end
if tonumber(ARGV[2]) > tonumber(redis.call('HGET', KEYS[1], 'u')) then return 'too-many' end
redis.call('DEL', KEYS[1])
return 'accepted'
`;

const USE_ONCE = `
if redis.call('SET', KEYS[1], '1', 'NX', 'PX', ARGV[1]) then return 1 end
return 0
`;

export function redisCodes(run: RunScript): OneTimeCodes {
  return {
    issue: async (subject, digest, { expiresInMs, tries, uses }) => {
      await run(ISSUE, keyOf(subject), [digest, tries, uses, expiresInMs]);
    },
    redeem: async (subject, digest, uses) => {
      const reply = await run(REDEEM, keyOf(subject), [digest, uses]);
      if (reply === 'accepted' || reply === 'wrong' || reply === 'too-many' || reply === 'none') return reply;
      throw new SharedStateUnavailable('reply');
    },
    useOnce: async (key, rememberMs) => (await run(USE_ONCE, `once:${key}`, [rememberMs])) === 1,
  };
}

function keyOf(subject: string): string {
  return `code:${subject}`;
}
