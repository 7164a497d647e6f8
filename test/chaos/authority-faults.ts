// Time-stamp, OCSP and CRL services that fail while letters are signed and verified.

import { ServicePath } from '../../certs-dev/profile.ts';
import { crlFaults, ocspFaults } from '../doubles/faulty-revocation.ts';
import { timestampFaults } from '../doubles/faulty-timestamps.ts';
import { signCall } from '../load/calls.ts';
import { type Fault, hold } from './fault.ts';
import {
  ask,
  askToSign,
  askToVerify,
  type ChaosGround,
  type Outcome,
  readyStatus,
  told,
  until,
  verdictOf,
} from './ground.ts';
import type { Trouble } from './line.ts';

const FIRST = `${ServicePath.timestamp}?1`;
const SECOND = `${ServicePath.timestamp}?2`;

// Slack for a machine that does other things too: what the service may take is 8 s.
const SLACK_MS = 4_000;
const BUDGET_MS = 8_000;

function bothAuthorities({ line }: ChaosGround): Record<string, string> {
  return { TEKEN_TSA_URLS: `${line.url}${FIRST},${line.url}${SECOND}` };
}

async function troublesOf({ place }: ChaosGround): Promise<Readonly<Record<string, Trouble>>> {
  const faults = await timestampFaults(place.pki, Date.now);
  const spoiled = (name: string): Trouble => {
    const fault = faults[name];
    if (fault === undefined) throw new Error(`no such fault: ${name}`);
    return { kind: 'answers', respond: fault.respond };
  };
  return {
    down: { kind: 'down' },
    hangs: { kind: 'hangs' },
    'five seconds late': { kind: 'slow', ms: 5_000 },
    'wrong nonce': spoiled('wrong nonce'),
    'another imprint': spoiled('another imprint'),
    'an expired certificate': spoiled('an expired certificate'),
    "a signer's certificate": spoiled("a signer's certificate"),
    'ten minutes slow': spoiled('a clock ten minutes slow'),
  };
}

/** Whether a signed letter has a time-stamp that the verifier accepts. */
async function isStamped(url: string, { answer }: Outcome): Promise<boolean> {
  if (answer?.status !== 200) return false;
  const judged = await askToVerify(url, answer.body);
  const [signature] = (JSON.parse(judged.answer?.body.toString('utf8') ?? '{}') as Verdict).signatures ?? [];
  return /^PAdES-B-(?:T|LT|LTA)$/.test(signature?.level ?? '');
}

interface Verdict {
  readonly signatures?: readonly { readonly level?: string }[];
}

const failover: Fault = {
  name: 'one of two time-stamp authorities fails, in eight ways',
  passes: 'every letter gets its time-stamp from the other within 8 s; within 1 s once the breaker knows',
  happen: async (ground) => {
    const { url } = await ground.serve(bothAuthorities(ground));
    const call = signCall(ground.place, { level: 'B-T' });
    hold((await ask(url, call)).status === 200, 'not signed before anything failed');
    let slowest = 0;
    const troubles = await troublesOf(ground);
    for (const [name, trouble] of Object.entries(troubles)) {
      ground.line.fail(FIRST, trouble);
      const outcome = await ask(url, call);
      hold(await isStamped(url, outcome), `${name}: ${told(outcome)}`);
      hold(outcome.ms <= BUDGET_MS + SLACK_MS, `${name}: ${told(outcome)}`);
      slowest = Math.max(slowest, outcome.ms);
    }
    ground.line.fail(FIRST, { kind: 'down' });
    for (let i = 0; i < 5; i += 1) await ask(url, call);
    const known: Outcome[] = [];
    for (let i = 0; i < 5; i += 1) known.push(await ask(url, call));
    const ms = known.map((outcome) => outcome.ms).toSorted((a, b) => a - b)[2] ?? 0;
    hold(known.every(({ status }) => status === 200) && ms <= 1_000, `known: ${known.map(told).join(', ')}`);
    return `slowest ${(slowest / 1000).toFixed(1)} s, known ${ms.toFixed(0)} ms`;
  },
};

const allDown: Fault = {
  name: 'all time-stamp authorities fail, and come back',
  passes: '503 tsa-unavailable within 8 s, nothing lowered to B-B; signed again within 10 s of their return',
  happen: async (ground) => {
    const { url } = await ground.serve(bothAuthorities(ground));
    const call = signCall(ground.place, { level: 'B-T' });
    const troubles = await troublesOf(ground);
    let slowest = 0;
    for (const name of ['down', 'hangs', 'wrong nonce', 'another imprint', 'an expired certificate']) {
      for (const path of [FIRST, SECOND]) ground.line.fail(path, troubles[name] ?? null);
      const outcome = await ask(url, call);
      hold(outcome.status === 503 && outcome.code === 'tsa-unavailable', `${name}: ${told(outcome)}`);
      hold(outcome.ms <= BUDGET_MS + SLACK_MS, `${name}: ${told(outcome)}`);
      slowest = Math.max(slowest, outcome.ms);
    }
    ground.line.heal();
    const backMs = await until(10_000, async () => (await ask(url, call)).status === 200);
    hold(Number.isFinite(backMs), 'not back within 10 s');
    return `slowest ${(slowest / 1000).toFixed(1)} s, back after ${(backMs / 1000).toFixed(1)} s`;
  },
};

const clock: Fault = {
  name: 'our clock and those of all authorities are ten minutes apart',
  passes: 'nothing is signed, /readyz says clock-untrusted, a figure tells; signed again when they agree',
  happen: async (ground) => {
    const serving = await ground.serve({ ...bothAuthorities(ground), TEKEN_METRICS_PORT: '0' });
    const { url } = serving;
    const stamped = signCall(ground.place, { level: 'B-T' });
    const trouble = (await troublesOf(ground))['ten minutes slow'] ?? null;
    for (const path of [FIRST, SECOND]) ground.line.fail(path, trouble);
    const seen: Outcome[] = [];
    for (let i = 0; i < 3; i += 1) seen.push(await ask(url, stamped));
    seen.push(await ask(url, signCall(ground.place, { level: 'B-B' })));
    hold(
      seen.every(({ status, code }) => status === 503 && code === 'clock-untrusted'),
      seen.map(told).join(', '),
    );
    hold((await readyStatus(url)) === 503, 'ready all the same');
    const [, metricsUrl = ''] = /"metricsUrl":"([^"]+)"/.exec(serving.output()) ?? [];
    const { origin, pathname } = new URL(metricsUrl);
    const figures =
      (await ask(origin, { method: 'GET', path: pathname })).answer?.body.toString('utf8') ?? '';
    const offset = Number(/^tte_clock_offset_seconds (\S+)$/m.exec(figures)?.[1]);
    hold(Math.abs(offset) > 500, `the figure says ${offset}`);
    ground.line.heal();
    const backMs = await until(15_000, async () => (await ask(url, stamped)).status === 200);
    hold(Number.isFinite(backMs), 'not back within 15 s');
    return `offset ${offset.toFixed(0)} s, back after ${(backMs / 1000).toFixed(1)} s`;
  },
};

const revocation: Fault = {
  name: 'OCSP and CRL are down, late, garbage, stale, signed by a stranger',
  passes: '503 revocation-unavailable for B-LT; verdicts UNKNOWN_REVOCATION, never VALID or INVALID',
  happen: async (ground) => {
    const before = await ground.serve();
    const letter = (await askToSign(before.url, ground, { level: 'B-T' })).answer?.body;
    hold(
      letter !== undefined && verdictOf(await askToVerify(before.url, letter)) === 'VALID',
      'not valid before',
    );
    const [ocsp, crl] = [
      await ocspFaults(ground.place.pki, Date.now),
      await crlFaults(ground.place.pki, Date.now),
    ];
    const kinds: Readonly<Record<string, readonly [ocsp: Trouble | undefined, crl: Trouble | undefined]>> = {
      down: [{ kind: 'down' }, { kind: 'down' }],
      'try later': [spoiled(ocsp['try later']), { kind: 'down' }],
      garbage: [spoiled(ocsp.garbage), spoiled(crl.garbage)],
      stale: [spoiled(ocsp['an answer that has ended']), spoiled(crl['a list that has ended'])],
      stranger: [spoiled(ocsp['the signature of a stranger']), spoiled(crl['the signature of a stranger'])],
    };
    // Nobody has asked a service that has just started: nothing is remembered of better times.
    const services = await Promise.all(Object.keys(kinds).map(() => ground.serve()));
    for (const [i, [name, [ocspTrouble, crlTrouble]]] of Object.entries(kinds).entries()) {
      const url = services[i]?.url ?? '';
      ground.line.fail(ServicePath.ocsp, ocspTrouble ?? null);
      ground.line.fail(ServicePath.issuingCrl, crlTrouble ?? null);
      const verdict = verdictOf(await askToVerify(url, letter ?? new Uint8Array()));
      hold(verdict === 'UNKNOWN_REVOCATION', `${name}: ${verdict}`);
      const outcome = await askToSign(url, ground, { level: 'B-LT' });
      hold(outcome.status === 503 && outcome.code === 'revocation-unavailable', `${name}: ${told(outcome)}`);
    }
    return `${Object.keys(kinds).length} kinds`;
  },
};

function spoiled(
  fault: { readonly respond: Extract<Trouble, { kind: 'answers' }>['respond'] } | undefined,
): Trouble {
  if (fault === undefined) throw new Error('no such fault');
  return { kind: 'answers', respond: fault.respond };
}

const unresolved: Fault = {
  name: 'the first authority has a name that nobody knows, and every tenth connection is cut',
  passes: 'every letter gets its time-stamp within its deadline',
  happen: async (ground, rounds) => {
    const { line } = ground;
    const { url } = await ground.serve({
      TEKEN_TSA_URLS: `http://stempel.invalid/tsa,${line.url}${FIRST},${line.url}${SECOND}`,
    });
    for (const path of [FIRST, SECOND]) line.fail(path, { kind: 'lossy', every: 10 });
    const call = signCall(ground.place, { level: 'B-T' });
    let slowest = 0;
    for (let i = 0; i < rounds * 3; i += 1) {
      const outcome = await ask(url, call);
      hold(outcome.status === 200, `letter ${i + 1}: ${told(outcome)}`);
      slowest = Math.max(slowest, outcome.ms);
    }
    hold(slowest <= 15_000, `slowest ${slowest.toFixed(0)} ms`);
    return `${rounds * 3} letters, slowest ${(slowest / 1000).toFixed(1)} s`;
  },
};

export const authorityFaults: readonly Fault[] = [failover, allDown, clock, revocation, unresolved];
