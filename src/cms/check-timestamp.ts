// Whether a time-stamp token proves what it is shown for (RFC 3161, 2.4.2): all rules but nonce, clock and trust.

import { sameBytes } from '../asn1/values.ts';
import type { Certificate } from '../pki/certificate.ts';
import { checkTimestampKeyUsage } from '../pki/key-usage.ts';
import type { SignatureLookup } from '../pki/signature-lookup.ts';
import type { DigestAlgorithm, Digests } from '../platform/platform.ts';
import { checkSignerInfo, type SignerCheck } from './check-signer.ts';
import { type CmsFinding, finding } from './finding.ts';
import type { TimestampToken, TstInfo } from './timestamp-token.ts';

export interface TimestampContext {
  /** Digest of what the token is to be about, undefined while it has not been computed. */
  readonly imprint: (algorithm: DigestAlgorithm) => Uint8Array | undefined;
  /** Where the authority's certificate may be found, those of the token among them; none is trusted. */
  readonly candidates: readonly Certificate[];
  readonly verified: SignatureLookup;
  readonly digests: Digests;
}

export interface TimestampCheck {
  /** A finding with any effect but `info` makes the token prove nothing. */
  readonly findings: readonly CmsFinding[];
  /** The authority's certificate, its path not validated; null where it was not found. */
  readonly certificate: Certificate | null;
  readonly signer: SignerCheck;
}

/** Applies the rules; whatever the token says, the answer is findings. */
export function checkTimestampToken(token: TimestampToken, context: TimestampContext): TimestampCheck {
  const signer = checkSignerInfo(token.signedData, {
    kind: 'timestamp',
    contentDigest: () => undefined,
    candidates: context.candidates,
    verified: context.verified,
    digests: context.digests,
  });
  const { certificate } = signer;
  return {
    findings: [
      ...signer.findings,
      ...checkTstInfo(token.tstInfo, context),
      ...(certificate === null ? [] : checkAuthority(certificate, token.tstInfo)),
    ],
    certificate,
    signer,
  };
}

function checkTstInfo({ version, imprint }: TstInfo, context: TimestampContext): CmsFinding[] {
  const findings: CmsFinding[] = [];
  if (version !== 1) findings.push(finding('tst-info-version', 'structure', `version ${version}`));
  if (imprint.algorithm === null) {
    findings.push(finding('imprint-algorithm-unsupported', 'constraint', 'messageImprint'));
    return findings;
  }
  const expected = context.imprint(imprint.algorithm);
  if (expected !== undefined && !sameBytes(expected, imprint.digest)) {
    findings.push(finding('imprint-mismatch', 'hash', 'messageImprint'));
  }
  return findings;
}

function checkAuthority(certificate: Certificate, { genTime }: TstInfo): CmsFinding[] {
  const findings: CmsFinding[] = [];
  if (checkTimestampKeyUsage(certificate) !== null) {
    findings.push(finding('timestamp-key-usage', 'constraint', 'extKeyUsage'));
  }
  if (genTime < certificate.notBefore || genTime > certificate.notAfter) {
    findings.push(finding('timestamp-certificate-not-in-force', 'constraint', 'genTime'));
  }
  return findings;
}
