// Certificates and revocation data that may serve as evidence: from the document, from the operator, from the network.

import { MalformedAsn1 } from '../asn1/element.ts';
import { Oid } from '../asn1/oids.ts';
import { hex } from '../asn1/values.ts';
import { attributeValues } from '../cms/attributes.ts';
import { readRevocationInfoArchival } from '../cms/revocation-info-archival.ts';
import type { SignedData } from '../cms/signed-data.ts';
import type { SecurityStoreContents } from '../pdf/security-store.ts';
import { type Certificate, MalformedCertificate, parseCertificate } from '../pki/certificate.ts';
import { type Crl, parseCrl } from '../pki/crl.ts';
import { type OcspResponse, parseOcspResponse } from '../pki/ocsp.ts';
import type { Digests } from '../platform/platform.ts';

/** Nothing in it is verified. What cannot be read is no evidence, and is left out: others of the same kind may serve. */
export class ValidationMaterial {
  readonly #digests: Digests;
  readonly #certificates = new Map<string, Certificate>();
  readonly #crls = new Map<string, Crl>();
  readonly #ocsps = new Map<string, OcspResponse>();

  constructor(digests: Digests) {
    this.#digests = digests;
  }

  get certificates(): readonly Certificate[] {
    return [...this.#certificates.values()];
  }

  get crls(): readonly Crl[] {
    return [...this.#crls.values()];
  }

  get ocsps(): readonly OcspResponse[] {
    return [...this.#ocsps.values()];
  }

  addCertificate(der: Uint8Array): void {
    this.#add(this.#certificates, der, parseCertificate);
  }

  addCrl(der: Uint8Array): void {
    this.#add(this.#crls, der, parseCrl);
  }

  addOcsp(der: Uint8Array): void {
    this.#add(this.#ocsps, der, parseOcspResponse);
  }

  addStore({ certificates, crls, ocspResponses }: SecurityStoreContents): void {
    for (const der of certificates) this.addCertificate(der);
    for (const der of crls) this.addCrl(der);
    for (const der of ocspResponses) this.addOcsp(der);
  }

  /** What a signature or a token brings along, in the envelope and in Adobe's attribute. */
  addSignedData({ certificates, crls, signerInfos }: SignedData): void {
    for (const der of certificates) this.addCertificate(der);
    for (const der of crls) this.addCrl(der);
    for (const { signedAttributes } of signerInfos) {
      for (const value of attributeValues(signedAttributes, Oid.adbeRevocationInfoArchival)) {
        const archival = readRevocationInfoArchival(value);
        for (const der of archival.crls) this.addCrl(der);
        for (const der of archival.ocspResponses) this.addOcsp(der);
      }
    }
  }

  #add<T>(items: Map<string, T>, der: Uint8Array, parse: (der: Uint8Array) => T): void {
    const key = hex(this.#digests.of('sha256', der));
    if (items.has(key)) return;
    const item = readOrNull(() => parse(der));
    if (item !== null) items.set(key, item);
  }
}

/** Null for what is malformed; a failure of ours is none of that. */
export function readOrNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedAsn1 || error instanceof MalformedCertificate) return null;
    throw error;
  }
}
