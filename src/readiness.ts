// Whether requests may come, and what does not work as it should; as words for an operator, without addresses or names.

import type { Config } from './config.ts';
import type { Check } from './http/ports.ts';
import { type Instant, parseCertificate, type TrustList, TrustServiceFailed } from './index.ts';
import { authorityName } from './metrics-services.ts';
import type { OpenSigners } from './open-signers.ts';
import type { SharedState } from './state/ports.ts';
import type { TimestampService } from './trust-services/timestamp-client.ts';

export interface ReadinessWiring {
  readonly config: Pick<Config, 'trustMaxAgeMs'>;
  readonly clock: () => Instant;
  readonly trustList: () => TrustList;
  readonly signers: OpenSigners;
  readonly timestamps: TimestampService | null;
  readonly state: SharedState;
}

/** The checks that decide whether requests may come. */
export async function readiness(wiring: ReadinessWiring): Promise<Check[]> {
  return Promise.all([
    keysCheck(wiring),
    certificatesCheck(wiring),
    clockCheck(wiring.timestamps),
    trustListCheck(wiring),
    stateCheck(wiring.state),
  ]);
}

/** What keeps no request away, but will if nobody looks after it. */
export function degraded(wiring: ReadinessWiring): Check[] {
  const authorities = (wiring.timestamps?.troubles() ?? []).map((reason, i) =>
    checked(authorityName(i), reason),
  );
  const ageing = ageOf(wiring) > AGEING * (wiring.config.trustMaxAgeMs ?? Number.POSITIVE_INFINITY);
  return [
    ...authorities,
    checked('trust-list', ageing ? 'trust-list-ageing' : null),
    checked('signer-registry', wiring.signers.refused() ? 'registry-refused' : null),
    checked('signing-certificates', expiresSoon(wiring) ? 'certificate-expires-soon' : null),
  ].filter(({ ok }) => !ok);
}

function checked(name: string, reason: string | null): Check {
  return { name, ok: reason === null, reason };
}

async function keysCheck({ signers }: ReadinessWiring): Promise<Check> {
  const usable = await Promise.all(signers.all().map(({ backend }) => backend.ready()));
  return checked('signing-keys', usable.every(Boolean) ? null : 'signer-unavailable');
}

/** One official whose certificate has ended keeps nobody else from signing. */
async function certificatesCheck(wiring: ReadinessWiring): Promise<Check> {
  const validities = validitiesOf(wiring);
  const now = wiring.clock();
  const inForce = validities.some(({ notBefore, notAfter }) => notBefore <= now && now <= notAfter);
  const none = wiring.signers.all().length === 0;
  return checked('signing-certificates', none || inForce ? null : 'certificate-expired');
}

// Issuing a new one takes an office about a month.
const SOON_MS = 30 * 86_400_000;

function expiresSoon(wiring: ReadinessWiring): boolean {
  const now = wiring.clock();
  return validitiesOf(wiring).some(({ notAfter }) => now <= notAfter && notAfter < now + SOON_MS);
}

function validitiesOf({ signers }: ReadinessWiring): { notBefore: Instant; notAfter: Instant }[] {
  return signers.all().flatMap(
    ({
      signer: {
        chain: [leaf],
      },
    }) => (leaf === undefined ? [] : [validityOf(leaf)]),
  );
}

const validities = new WeakMap<Uint8Array, { notBefore: Instant; notAfter: Instant }>();

/** Read once for each certificate: balancers ask every few seconds. */
function validityOf(leaf: Uint8Array): { notBefore: Instant; notAfter: Instant } {
  const known = validities.get(leaf) ?? parseCertificate(leaf);
  const { notBefore, notAfter } = known;
  validities.set(leaf, { notBefore, notAfter });
  return { notBefore, notAfter };
}

const CLOCK_CHECK_MS = 2_000;

/** Asks an authority only while something speaks against our clock: nobody else would then, for no request comes. */
async function clockCheck(timestamps: TimestampService | null): Promise<Check> {
  try {
    await timestamps?.requireTrustedClock(AbortSignal.timeout(CLOCK_CHECK_MS));
  } catch (error) {
    if (!(error instanceof TrustServiceFailed)) throw error;
    return checked('clock', 'clock-untrusted');
  }
  return checked('clock', null);
}

/** From two thirds of what it may be; there is time left then to distribute a new one. */
const AGEING = 2 / 3;

/** An old list hides whom nobody trusts any more. */
async function trustListCheck(wiring: ReadinessWiring): Promise<Check> {
  const most = wiring.config.trustMaxAgeMs ?? Number.POSITIVE_INFINITY;
  return checked('trust-list', ageOf(wiring) > most ? 'trust-list-too-old' : null);
}

function ageOf({ clock, trustList }: ReadinessWiring): number {
  return clock() - trustList().asOf;
}

async function stateCheck(state: SharedState): Promise<Check> {
  return checked('shared-state', (await state.ready()) ? null : 'state-unavailable');
}
