// Tries of secrets, counted in Redis for all replicas, by the server's clock. The same rules as memory-attempts.ts.

import { randomUUID } from 'node:crypto';
import type { Admission, AttemptCounters, AttemptRules } from './ports.ts';
import { SharedStateUnavailable } from './ports.ts';
import type { RunScript } from './redis.ts';

/** One hash per subject: attempt → `o` (open) or `f` (failed), milliseconds, party. */
const READ_TRIES = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local window = tonumber(ARGV[1])
local tries = {}
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local state, at, party = string.match(all[i + 1], '^(%a)|(%d+)|(.*)$')
  if tonumber(at) + window <= now then redis.call('HDEL', KEYS[1], all[i])
  else table.insert(tries, { id = all[i], open = state == 'o', at = tonumber(at), party = party }) end
end
local function keep(id, state, at, party)
  redis.call('HSET', KEYS[1], id, state .. '|' .. string.format('%.0f', at) .. '|' .. party)
  redis.call('PEXPIRE', KEYS[1], window)
end
`;

const ADMIT = `${READ_TRIES}
local id, party = ARGV[2], ARGV[3]
local perParty, perSubject, lease = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local tried, failed, first, last = { own = 0, all = 0 }, { own = 0, all = 0 }, {}, 0
for _, try in ipairs(tries) do
  for _, of in ipairs({ 'all', try.party == party and 'own' or nil }) do
    tried[of] = tried[of] + 1
    if not try.open or try.at + lease <= now then
      failed[of] = failed[of] + 1
      first[of] = math.min(first[of] or try.at, try.at)
      if of == 'own' then last = math.max(last, try.at) end
    end
  end
end
local wait = 0
if failed.own >= perParty then wait = math.max(wait, first.own + window - now) end
if failed.all >= perSubject then wait = math.max(wait, first.all + window - now) end
local pause = ARGV[6 + math.min(failed.own, #ARGV - 6)]
if failed.own > 0 and #ARGV > 6 then wait = math.max(wait, last + tonumber(pause) - now) end
if wait > 0 then return { 'refused', wait } end
if tried.own >= perParty or tried.all >= perSubject then return { 'busy', 0 } end
if id ~= '' then keep(id, 'o', now, party) end
return { 'admitted', 0 }
`;

const SETTLE = `${READ_TRIES}
local id, outcome, party = ARGV[2], ARGV[3], nil
for _, try in ipairs(tries) do if try.id == id then party = try.party end end
if party == nil then return 0 end
if outcome == 'failed' then keep(id, 'f', now, party) return 1 end
redis.call('HDEL', KEYS[1], id)
if outcome == 'passed' then
  for _, try in ipairs(tries) do
    if try.party == party and not try.open then redis.call('HDEL', KEYS[1], try.id) end
  end
end
return 1
`;

/** Instead of the name of an attempt: it is not made. */
const NOBODY = '';

export function redisAttempts(run: RunScript): AttemptCounters {
  return {
    admit: async (subject, party, rules) => {
      const attempt = randomUUID();
      return readAdmission(await run(ADMIT, keyOf(subject), admitting(attempt, party, rules)), attempt);
    },
    refusedFor: async (subject, party, rules) => {
      const reply = readAdmission(await run(ADMIT, keyOf(subject), admitting(NOBODY, party, rules)), NOBODY);
      return reply.kind === 'refused' ? reply.retryAfterMs : 0;
    },
    settle: async (subject, attempt, outcome, { windowMs }) => {
      await run(SETTLE, keyOf(subject), [windowMs, attempt, outcome]);
    },
  };
}

function keyOf(subject: string): string {
  return `attempts:${subject}`;
}

function admitting(attempt: string, party: string, rules: AttemptRules): readonly (string | number)[] {
  const { windowMs, perParty, perSubject, leaseMs, pausesMs } = rules;
  return [windowMs, attempt, party, perParty, perSubject, leaseMs, ...pausesMs];
}

function readAdmission(reply: unknown, attempt: string): Admission {
  const [kind, waitMs] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
  if (kind === 'admitted') return { kind, attempt };
  if (kind === 'busy') return { kind };
  if (kind === 'refused') return { kind, retryAfterMs: Number(waitMs) };
  throw new SharedStateUnavailable('reply');
}
