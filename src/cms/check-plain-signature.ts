// The oldest form in PDF, `adbe.x509.rsa_sha1`: a PKCS#1 value over the covered bytes, without CMS; certificates stand beside it
// (ISO 32000-1, 12.8.3.2). Nothing in it names the digest, so the known ones are tried.

import { parseLeadingElement, Tag } from '../asn1/element.ts';
import { readOctetString } from '../asn1/values.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { SignatureLookup } from '../pki/signature-lookup.ts';
import type { DigestAlgorithm } from '../platform/platform.ts';
import type { SignerCheck } from './check-signer.ts';
import { MalformedCms, readingCms } from './errors.ts';
import { type CmsFinding, finding } from './finding.ts';

/** ISO 32000-1, table 257, the one that gave the form its name first. */
const DIGESTS: readonly DigestAlgorithm[] = ['sha1', 'sha256', 'sha384', 'sha512', 'ripemd160'];

/**
 * The value in `/Contents`: an OCTET STRING, whatever fills the room behind it.
 * @throws MalformedCms
 */
export function parsePlainSignature(contents: Uint8Array): Uint8Array {
  return readingCms(() => {
    const element = parseLeadingElement(contents, 'Contents');
    if (element.tag !== Tag.octetString) throw new MalformedCms('cms-malformed', 'Contents');
    return readOctetString(element, 'Contents');
  });
}

export interface PlainSignatureContext {
  /** The covered bytes; undefined where they are too many to be held. */
  readonly content: () => Uint8Array | undefined;
  /** The first one of `/Cert`; null where there is none that can be read. */
  readonly certificate: Certificate | null;
  readonly verified: SignatureLookup;
}

/** Applies the rules; a value that fits by no digest fits not. */
export function checkPlainSignature(
  signature: Uint8Array,
  { content, certificate, verified }: PlainSignatureContext,
): SignerCheck {
  const message = certificate === null ? undefined : content();
  const fits = (digest: DigestAlgorithm): boolean =>
    certificate?.publicKey.algorithm === 'rsa' &&
    message !== undefined &&
    verified({
      publicKey: certificate.publicKeyInfo,
      scheme: { kind: 'rsa-pkcs1', digest },
      message,
      signature,
    }) !== false;
  const digest = message === undefined ? undefined : DIGESTS.find(fits);
  const findings: CmsFinding[] = [finding('signing-certificate-absent', 'info', 'adbe.x509.rsa_sha1')];
  if (certificate === null) findings.push(finding('signing-certificate-not-found', 'constraint', 'Cert'));
  const valueMatches = message === undefined ? null : digest !== undefined;
  if (valueMatches === false) findings.push(finding('signature-value-mismatch', 'value', 'Contents'));
  return {
    findings,
    certificate,
    digestAlgorithm: digest ?? null,
    scheme: digest === undefined ? null : { kind: 'rsa-pkcs1', digest },
    digestMatches: null,
    valueMatches,
    signingTime: null,
    hasSigningCertificateAttribute: false,
    signatureTimestamps: [],
    contentTimestamps: [],
  };
}
