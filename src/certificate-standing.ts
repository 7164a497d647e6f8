// How a signer's certificate stands at this moment: in force, meant for signatures, below a trusted anchor, not revoked.

import { createHash } from 'node:crypto';
import type { CertificateStanding } from './identity/validate-identity.ts';
import { type Instant, SigningRefused } from './index.ts';
import type { Certificate } from './pki/certificate.ts';
import { keptCertificate } from './pki/kept-certificates.ts';
import { checkSignerKeyUsage } from './pki/key-usage.ts';
import type { TrustList } from './pki/trust-list.ts';
import { nodePlatform } from './platform/node.ts';
import { collectChainEvidence, type UnavailableCertificate } from './sign/chain-evidence.ts';
import type { RevocationSource } from './sign/ports.ts';
import { ValidationMaterial } from './sign/validation-material.ts';

export interface StandingContext {
  readonly clock: () => Instant;
  /** The list in force at this moment. */
  readonly trustList: () => TrustList;
  readonly revocation: RevocationSource;
  /** Whether a certificate may sign about whose revocation nobody says anything. */
  readonly unknownRevocation: 'refuse' | 'allow';
}

export type StandingOf = (chain: readonly Uint8Array[], signal: AbortSignal) => Promise<CertificateStanding>;

type Refusal = NonNullable<CertificateStanding['refusal']>;

// Answers about revocation are in force for hours; asking their keeper anew for each letter of a batch would change nothing.
const KEPT_MS = 5_000;

/** Asks once for all requests that come within seconds; only what is good is kept. */
export function certificateStandings(context: StandingContext): StandingOf {
  const kept = new Map<string, { readonly standing: CertificateStanding; readonly until: Instant }>();
  return async (chain, signal) => {
    const certificate = keptCertificate(chain[0] ?? new Uint8Array());
    const sha256 = createHash('sha256').update(certificate.der).digest('hex');
    const now = context.clock();
    const name = `${sha256} ${context.trustList().sha256}`;
    const known = kept.get(name);
    if (known !== undefined && now <= known.until && now >= known.until - KEPT_MS) return known.standing;
    const found = await judge(certificate, chain, now, context, signal);
    const serialNumber = Buffer.from(certificate.serialNumber).toString('hex');
    const standing: CertificateStanding = { sha256, serialNumber, ...found };
    if (standing.refusal !== null) return standing;
    if (kept.size > 1_000) kept.clear();
    kept.set(name, { standing, until: now + KEPT_MS });
    return standing;
  };
}

type Found = Pick<CertificateStanding, 'refusal' | 'revocation'>;

async function judge(
  leaf: Certificate,
  chain: readonly Uint8Array[],
  now: Instant,
  { trustList, revocation, unknownRevocation }: StandingContext,
  signal: AbortSignal,
): Promise<Found> {
  const plain = checkAlone(leaf, now);
  if (plain !== null) return { refusal: plain, revocation: [] };
  const material = new ValidationMaterial(nodePlatform.digests);
  for (const der of chain) material.addCertificate(der);
  const context = { platform: nodePlatform, trustList: trustList(), revocation, now, signal };
  try {
    const question = { leaf, purpose: 'signature', time: now } as const;
    const outcome = await collectChainEvidence(question, material, context);
    if (outcome.status === 'incomplete') return foundIncomplete(outcome.certificates, unknownRevocation);
    const { ocspResponses, crls } = outcome.evidence;
    const sources = [...(ocspResponses.length > 0 ? ['ocsp'] : []), ...(crls.length > 0 ? ['crl'] : [])];
    return { refusal: null, revocation: sources };
  } catch (error) {
    if (!(error instanceof SigningRefused) || error.code !== 'certificate-revoked') throw error;
    return { refusal: { code: 'certificate-revoked', reason: null }, revocation: [] };
  }
}

/** What the certificate itself says. */
function checkAlone(leaf: Certificate, now: Instant): Refusal | null {
  if (now < leaf.notBefore) return { code: 'certificate-not-yet-valid', reason: null };
  if (now > leaf.notAfter) return { code: 'certificate-expired', reason: null };
  const usage = checkSignerKeyUsage(leaf);
  return usage === null ? null : { code: 'certificate-wrong-usage', reason: usage };
}

function foundIncomplete(
  certificates: readonly UnavailableCertificate[],
  unknownRevocation: StandingContext['unknownRevocation'],
): Found {
  const reasons = certificates.map(({ reason }) => reason);
  const path = reasons.find((reason) => reason.startsWith('path '));
  if (path !== undefined)
    return { refusal: { code: 'certificate-untrusted', reason: path.slice(5) }, revocation: [] };
  // A certificate on hold may come back; nobody signs with it until then (RFC 5280, 5.3.1).
  if (reasons.includes('on-hold'))
    return { refusal: { code: 'certificate-revoked', reason: 'on-hold' }, revocation: [] };
  if (unknownRevocation === 'allow') return { refusal: null, revocation: ['unknown'] };
  return { refusal: { code: 'revocation-unavailable', reason: reasons[0] ?? null }, revocation: [] };
}
