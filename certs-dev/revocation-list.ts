// Certificate revocation lists (RFC 5280, clause 5), written and signed.

import type { KeyObject } from 'node:crypto';
import {
  encodeEnumerated,
  encodeExplicit,
  encodeInteger,
  encodeSequence,
  encodeTime,
} from '../src/asn1/encode.ts';
import { Oid } from '../src/asn1/oids.ts';
import type { Instant } from '../src/asn1/values.ts';
import { parseCertificate } from '../src/pki/certificate.ts';
import type { Digests } from '../src/platform/platform.ts';
import type { Identity, Revocation } from './certificate-authority.ts';
import { authorityKeyIdentifier, encodeExtensions, plain } from './encode-extensions.ts';
import { type AuthorityDigest, signatureAlgorithm, signatureOver } from './sign-structure.ts';

export interface RevocationListContent {
  /** DER of the issuer's name. */
  readonly issuer: Uint8Array;
  /** SubjectPublicKeyInfo of the issuer, DER. */
  readonly issuerKey: Uint8Array;
  readonly thisUpdate: Instant;
  readonly nextUpdate: Instant;
  readonly revocations: readonly Revocation[];
}

/** A complete version 2 CRL, DER. */
export function encodeRevocationList(
  content: RevocationListContent,
  issuerKey: KeyObject,
  digest: AuthorityDigest,
  digests: Digests,
): Uint8Array {
  const tbs = encodeSequence(
    encodeInteger(1),
    signatureAlgorithm(issuerKey, digest),
    content.issuer,
    encodeTime(content.thisUpdate),
    encodeTime(content.nextUpdate),
    // An empty list of entries is absent, not empty (RFC 5280, 5.1.2.6).
    ...(content.revocations.length > 0 ? [encodeSequence(...content.revocations.map(encodeEntry))] : []),
    encodeExplicit(
      0,
      encodeExtensions([
        authorityKeyIdentifier(content.issuerKey, digests),
        // Monotonic, as 5.2.3 demands, without a counter to keep.
        plain(Oid.crlNumber, encodeInteger(Math.floor(content.thisUpdate / 1000))),
      ]),
    ),
  );
  return encodeSequence(tbs, ...signatureOver(issuerKey, digest, tbs));
}

const LIFETIME_MS = 24 * 3_600_000;

/** The list of one of the CAs as of `now`, good for a day. */
export function currentRevocationList(
  issuer: Identity,
  revocations: readonly Revocation[],
  now: Instant,
  digests: Digests,
): Uint8Array {
  const { subject, publicKeyInfo } = parseCertificate(issuer.certificate);
  const content: RevocationListContent = {
    issuer: subject.raw,
    issuerKey: publicKeyInfo,
    thisUpdate: now,
    nextUpdate: now + LIFETIME_MS,
    revocations: revocations.filter((revocation) => revocation.at <= now),
  };
  return encodeRevocationList(content, issuer.privateKey, 'sha256', digests);
}

function encodeEntry(revocation: Revocation): Uint8Array {
  return encodeSequence(
    encodeInteger(revocation.serialNumber),
    encodeTime(revocation.at),
    encodeExtensions([plain(Oid.reasonCode, encodeEnumerated(revocation.reason))]),
  );
}
