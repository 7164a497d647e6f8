// A chain in the order that signatures want it: the signer's certificate, then each one's issuer, the anchor left out.

import { X509Certificate } from 'node:crypto';
import { sameBytes } from '../asn1/values.ts';
import { type Certificate, MalformedCertificate, parseCertificate } from '../pki/certificate.ts';
import { sameName } from '../pki/name.ts';
import { SignerFailed } from '../sign/errors.ts';

/** A certificate of a key store. @throws SignerFailed `signer-certificate-unusable` { reason } */
export function readCertificate(der: Uint8Array): Certificate {
  try {
    return parseCertificate(der);
  } catch (cause) {
    if (!(cause instanceof MalformedCertificate)) throw cause;
    throw new SignerFailed('signer-certificate-unusable', { reason: cause.code }, cause);
  }
}

/** The same certificate for OpenSSL, which knows whether a key belongs to it. @throws SignerFailed as `readCertificate` */
export function readKeyCertificate(der: Uint8Array): X509Certificate {
  readCertificate(der);
  try {
    return new X509Certificate(der);
  } catch (cause) {
    throw new SignerFailed('signer-certificate-unusable', { reason: 'unknown to OpenSSL' }, cause);
  }
}

/**
 * Orders what a key store holds. Certificates that do not belong to the leaf's chain are dropped.
 *
 * @param others - DER, in any order, the leaf among them or not
 * @returns DER, leaf first, up to but without a self-signed one; nothing is verified here
 * @throws SignerFailed `signer-certificate-unusable`
 */
export function orderChain(leaf: Uint8Array, others: readonly Uint8Array[]): Uint8Array[] {
  const pool = others.map(readCertificate);
  const chain = [readCertificate(leaf)];
  for (;;) {
    const last = chain.at(-1);
    const issuer = last === undefined ? undefined : issuerOf(last, pool);
    if (issuer === undefined || isSelfIssued(issuer) || chain.includes(issuer)) break;
    chain.push(issuer);
  }
  return chain.map(({ der }) => der);
}

/** Of several certificates under the issuer's name, the one whose key identifier fits goes first. */
function issuerOf(certificate: Certificate, pool: readonly Certificate[]): Certificate | undefined {
  if (isSelfIssued(certificate)) return undefined;
  const named = pool.filter(({ subject }) => sameName(subject, certificate.issuer));
  return named.find((candidate) => keyIdentifierFits(certificate, candidate)) ?? named[0];
}

function keyIdentifierFits(certificate: Certificate, issuer: Certificate): boolean {
  const { authorityKeyIdentifier: wanted } = certificate;
  const { subjectKeyIdentifier: own } = issuer;
  return wanted !== null && own !== null && sameBytes(wanted, own);
}

function isSelfIssued({ issuer, subject }: Certificate): boolean {
  return sameName(issuer, subject);
}
