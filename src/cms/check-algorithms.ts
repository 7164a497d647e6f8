// Whether all places that name an algorithm name the same one, so that none can be swapped (RFC 6211, RFC 8419, RFC 8933).

import { MalformedAsn1 } from '../asn1/element.ts';
import { sameBytes } from '../asn1/values.ts';
import { schemeFitsKey } from '../pki/algorithm-identifiers.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { DigestAlgorithm, SignatureScheme } from '../platform/platform.ts';
import { type CmsFinding, finding } from './finding.ts';
import { type AlgorithmProtection, readAlgorithmProtection } from './signed-attributes.ts';
import type { SignerInfo } from './signed-data.ts';

/** How strong the algorithms are is the policy's affair, see pki/algorithm-policy.ts. */
export function checkAlgorithms(
  signerInfo: SignerInfo,
  scheme: SignatureScheme | null,
  certificate: Certificate | null,
): CmsFinding[] {
  const { digestAlgorithm, digestAlgorithmIdentifier, signatureAlgorithm } = signerInfo;
  const findings = [...checkProtection(signerInfo)];
  if (digestAlgorithm === null) {
    findings.push(finding('digest-algorithm-unsupported', 'constraint', digestAlgorithmIdentifier.oid));
  }
  if (scheme === null) {
    findings.push(finding('signature-algorithm-unsupported', 'constraint', signatureAlgorithm.oid));
    return findings;
  }
  const implied = digestOf(scheme);
  if (digestAlgorithm !== null && implied !== null && digestAlgorithm !== implied) {
    findings.push(finding('algorithm-disagreement', 'constraint', 'digestAlgorithm'));
  }
  return certificate === null
    ? [...findings, ...checkPss(scheme)]
    : [...findings, ...checkPss(scheme), ...checkKey(scheme, certificate)];
}

/** The digest that the signature algorithm implies; Ed25519 goes with SHA-512, Ed448 with SHAKE256 (RFC 8419, 2.3). */
function digestOf(scheme: SignatureScheme): DigestAlgorithm | null {
  switch (scheme.kind) {
    case 'ed25519':
      return 'sha512';
    case 'ed448':
      return 'shake256';
    // RFC 9882, 3.3 leaves the choice of a digest of sufficient strength.
    case 'ml-dsa-44':
    case 'ml-dsa-65':
    case 'ml-dsa-87':
      return null;
    case 'rsa-pkcs1':
    case 'rsa-pss':
    case 'ecdsa':
    case 'ecdsa-plain':
    case 'dsa':
      return scheme.digest;
  }
}

function checkKey(scheme: SignatureScheme, { publicKey }: Certificate): CmsFinding[] {
  if (!schemeFitsKey(scheme, publicKey.algorithm)) {
    return [finding('algorithm-disagreement', 'constraint', 'subjectPublicKeyInfo')];
  }
  // No strength is known of a curve that is not named, or by a name that is not known.
  if (publicKey.algorithm === 'ec' && publicKey.bits === 0) {
    return [finding('key-unacceptable', 'constraint', publicKey.curve ?? 'namedCurve')];
  }
  return [];
}

function checkPss(scheme: SignatureScheme): CmsFinding[] {
  if (scheme.kind !== 'rsa-pss') return [];
  if (scheme.digest !== scheme.mgfDigest) {
    return [finding('algorithm-disagreement', 'constraint', 'maskGenAlgorithm')];
  }
  const expected = DIGEST_OCTETS[scheme.digest];
  return scheme.saltLength === expected
    ? []
    : [finding('pss-salt-length', 'info', `saltLength ${scheme.saltLength}`)];
}

const DIGEST_OCTETS: Readonly<Record<DigestAlgorithm, number>> = {
  md5: 16,
  ripemd160: 20,
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
  'sha3-256': 32,
  'sha3-384': 48,
  'sha3-512': 64,
  shake256: 64,
};

/** RFC 6211, 2: both identifiers under protection are exactly those outside of it. */
function checkProtection(signerInfo: SignerInfo): CmsFinding[] {
  const protection = readProtection(signerInfo);
  if (protection === null) return [];
  const same =
    sameBytes(protection.digestAlgorithm, signerInfo.digestAlgorithmIdentifier.raw) &&
    protection.signatureAlgorithm !== null &&
    sameBytes(protection.signatureAlgorithm, signerInfo.signatureAlgorithm.raw);
  return same ? [] : [finding('algorithm-disagreement', 'constraint', 'CMSAlgorithmProtection')];
}

/** A malformed one is found with the other attributes. */
function readProtection({ signedAttributes }: SignerInfo): AlgorithmProtection | null {
  if (signedAttributes === null) return null;
  try {
    return readAlgorithmProtection(signedAttributes);
  } catch (cause) {
    if (cause instanceof MalformedAsn1) return null;
    throw cause;
  }
}
