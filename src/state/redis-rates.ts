// Buckets of requests in Redis, for all replicas.

import type { RateCounters } from './ports.ts';
import { SharedStateUnavailable } from './ports.ts';
import type { RunScript } from './redis.ts';

/** The value is the time when the bucket will be full again. */
const TAKE = `
local t = redis.call('TIME')
local now = t[1] * 1000 + t[2] / 1000
local window, cost = tonumber(ARGV[1]), tonumber(ARGV[2])
local before = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local after = before + cost
if after - now > window then return { 0, math.ceil(before - now), math.ceil(after - now - window) } end
redis.call('SET', KEYS[1], string.format('%.3f', after), 'PX', math.ceil(after - now))
return { 1, math.ceil(after - now), 0 }
`;

export function redisRates(run: RunScript): RateCounters {
  return {
    take: async (key, { requests, windowMs }, tokens = 1) => {
      const perToken = windowMs / requests;
      const reply = await run(TAKE, `rate:${key}`, [windowMs, tokens * perToken]);
      const [allowed, resetMs, retryAfterMs] = Array.isArray(reply) ? reply.map(Number) : [];
      if (allowed === undefined || resetMs === undefined || retryAfterMs === undefined)
        throw new SharedStateUnavailable('reply');
      const remaining = Math.max(0, Math.floor((windowMs - resetMs) / perToken));
      return { allowed: allowed === 1, remaining, resetMs, retryAfterMs };
    },
  };
}
