// What certificate revocation lists say about a certificate (RFC 5280, 6.3.3): scope, signer, entry, delta.

import { MalformedAsn1 } from '../asn1/element.ts';
import type { Certificate } from './certificate.ts';
import { type Crl, findCrlEntry, haveSameScope } from './crl.ts';
import type { CrlEntry } from './crl-entries.ts';
import { reasonsCovered } from './crl-scope.ts';
import { sameName } from './name.ts';
import { findTrustedPath } from './path.ts';
import {
  effectiveRevocation,
  issuerKeyInfo,
  Reason,
  type RevocationFact,
  type RevocationFinding,
  type RevocationInquiry,
} from './revocation-facts.ts';
import { isSignedBy } from './signature-lookup.ts';

/** The statements of all lists about this certificate; a delta speaks only together with a base that it fits. */
export function crlFacts(inquiry: RevocationInquiry): RevocationFact[] {
  const complete = inquiry.crls.filter(({ baseCrlNumber }) => baseCrlNumber === null);
  return complete.flatMap((crl) => {
    const reasons = reasonsCovered(crl, inquiry.certificate);
    if (reasons === 0) return [];
    if (crl.unknownCritical) {
      inquiry.findings.add('critical-extension-unknown');
      return [];
    }
    const signer = authorisedSigner(crl, inquiry);
    if (signer === null) return [];
    return factsOf(crl, signer, inquiry).map((fact) => ({ ...fact, reasons }));
  });
}

type FactWithoutReasons = Omit<RevocationFact, 'reasons'>;

function factsOf(crl: Crl, signer: Certificate, inquiry: RevocationInquiry): FactWithoutReasons[] {
  const { certificate, findings } = inquiry;
  try {
    const entry = findCrlEntry(crl, certificate.issuer, certificate.serialNumber);
    const facts = [factOf(crl, entry, crl, signer)];
    const delta = newestDelta(crl, signer, inquiry);
    if (delta !== null) {
      const change = findCrlEntry(delta, certificate.issuer, certificate.serialNumber);
      facts.push(factOf(delta, afterDelta(entry, change), crl, signer));
    }
    return facts;
  } catch (cause) {
    // The list names this certificate in a way that cannot be read: it neither convicts nor acquits.
    if (!(cause instanceof MalformedAsn1)) throw cause;
    findings.add('crl-entry-malformed');
    return [];
  }
}

function factOf(newest: Crl, entry: CrlEntry | null, complete: Crl, signer: Certificate): FactWithoutReasons {
  return {
    source: 'crl',
    item: complete.der,
    producedAt: newest.thisUpdate,
    thisUpdate: newest.thisUpdate,
    nextUpdate: newest.nextUpdate,
    retainsSince: complete.expiredCertsSince,
    signer,
    scheme: newest.signatureAlgorithm.scheme,
    ...statusOf(entry),
  };
}

function statusOf(entry: CrlEntry | null): Pick<RevocationFact, 'status' | 'revokedAt' | 'reason'> {
  if (entry === null) return { status: 'good', revokedAt: null, reason: null };
  const { revocationDate, reason, invalidityDate } = entry;
  return {
    status: reason === Reason.certificateHold ? 'on-hold' : 'revoked',
    revokedAt: effectiveRevocation(revocationDate, reason, invalidityDate),
    reason,
  };
}

// RFC 5280, 5.2.4: a delta may lift a hold; no other revocation ends.
function afterDelta(entry: CrlEntry | null, change: CrlEntry | null): CrlEntry | null {
  if (change === null) return entry;
  if (change.reason !== Reason.removeFromCrl) return change;
  return entry?.reason === Reason.certificateHold ? null : entry;
}

/** The newest delta that continues this list: same scope and signer, based on it or on an earlier one (6.3.3 (c)). */
function newestDelta(complete: Crl, signer: Certificate, inquiry: RevocationInquiry): Crl | null {
  const number = complete.crlNumber;
  if (number === null) return null;
  const deltas = inquiry.crls.filter(
    ({ baseCrlNumber, crlNumber, unknownCritical }) =>
      baseCrlNumber !== null &&
      crlNumber !== null &&
      baseCrlNumber <= number &&
      crlNumber > number &&
      !unknownCritical,
  );
  const keyInfo = keyInfoOf(signer, inquiry);
  const signed = deltas
    .filter((delta) => haveSameScope(complete, delta))
    .toSorted((a, b) => b.thisUpdate - a.thisUpdate)
    .find((delta) => isSignedBy(delta, signer, inquiry.verified, keyInfo));
  return signed ?? null;
}

/** The issuer on the path; else somebody of the list's name whose own path ends in the same anchor (6.3.3 (f), (g)). */
function authorisedSigner(crl: Crl, inquiry: RevocationInquiry): Certificate | null {
  const { issuer, findings, verified, path } = inquiry;
  const candidates = [
    issuer,
    ...(path === undefined ? [] : [path.anchor.certificate, ...inquiry.pool]),
  ].filter((candidate) => sameName(candidate.subject, crl.issuer) && maySignLists(candidate));
  let refusal: RevocationFinding = 'crl-signer-not-authorised';
  for (const candidate of candidates) {
    if (!isSignedBy(crl, candidate, verified, keyInfoOf(candidate, inquiry))) {
      refusal = 'evidence-signature-invalid';
    } else if (candidate === issuer || isTrustedSigner(candidate, crl, inquiry)) {
      return candidate;
    }
  }
  findings.add(refusal);
  return null;
}

function maySignLists({ keyUsage }: Certificate): boolean {
  return keyUsage === null || keyUsage.has('cRLSign');
}

function keyInfoOf(signer: Certificate, inquiry: RevocationInquiry): Uint8Array {
  return signer === inquiry.issuer ? issuerKeyInfo(inquiry) : signer.publicKeyInfo;
}

function isTrustedSigner(signer: Certificate, crl: Crl, inquiry: RevocationInquiry): boolean {
  const { path, pool, verified, digests, asking } = inquiry;
  if (path === undefined) return false;
  const { anchor } = path;
  if (signer === anchor.certificate) return true;
  inquiry.budget.followUps -= 1;
  if (inquiry.budget.followUps < 0 || (asking.includes(signer) && !vouchesForItself(signer, inquiry)))
    return false;
  const [purpose = 'signature'] = anchor.purposes;
  const outcome = findTrustedPath(signer, {
    pool: [...path.certificates, ...pool],
    trustList: { anchors: [anchor], intermediates: [] },
    purpose,
    time: crl.thisUpdate,
    verified,
    digests,
  });
  if (outcome.status === 'failed' || outcome.outOfValidity.length > 0) return false;
  const { certificates } = outcome.path;
  return certificates.every((certificate, i) => {
    const issuer = certificates[i + 1] ?? anchor.certificate;
    // What the path in question itself rests on is asked about there, and what is being asked about here.
    if (path.certificates.includes(certificate) || certificate === inquiry.certificate) return true;
    return inquiry.statusOf(certificate, issuer, crl.thisUpdate) === 'good';
  });
}

// A CA may hand all its lists over to an issuer of indirect lists whose own certificate it issued; then that certificate names
// its subject as cRLIssuer, and only the list that it signs itself can tell its status (PKITS 4.14.30).
function vouchesForItself(signer: Certificate, { certificate }: RevocationInquiry): boolean {
  return signer === certificate && !sameName(signer.subject, signer.issuer);
}
