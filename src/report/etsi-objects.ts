// The objects that a report of ETSI TS 119 102-2 refers to, each once: the document, certificates, revocation data, time-stamps.

import type { Instant } from '../asn1/values.ts';
import type { VerificationReport } from '../verify/report.ts';
import type { CertificateDetails, SignatureDetails, TimestampDetails } from '../verify/report-details.ts';
import { rfc3339 } from './time-text.ts';
import { base64OfHex, type Xml, xmlElement, xmlLeaf } from './xml.ts';

const OBJECT = 'urn:etsi:019102:validationObject:';
export const POE_BY_VALIDATION = 'urn:etsi:019102:poetype:validation';

export const documentId = 'D-1';

export function certificateId({ fingerprint }: Pick<CertificateDetails, 'fingerprint'>): string {
  return `C-${fingerprint}`;
}

export function revocationId(item: string): string {
  return `R-${item}`;
}

export function timestampId({ token }: Pick<TimestampDetails, 'token'>): string | null {
  return token === null ? null : `T-${token}`;
}

interface Described {
  readonly type: string;
  readonly sha256: string;
  readonly provenSince: Instant | null;
}

/** `SignatureValidationObjects`. */
export function validationObjects({ file, signatures, checkedAt }: VerificationReport): Xml {
  const objects = new Map<string, Described>();
  objects.set(documentId, { type: 'signedData', sha256: file.sha256, provenSince: checkedAt });
  for (const { details } of signatures) {
    if (details !== null)
      for (const [id, object] of objectsOf(details)) if (!objects.has(id)) objects.set(id, object);
  }
  return xmlElement(
    'SignatureValidationObjects',
    {},
    ...[...objects].map(([id, { type, sha256, provenSince }]) =>
      xmlElement(
        'ValidationObject',
        { id },
        xmlLeaf('ObjectType', `${OBJECT}${type}`),
        xmlElement('ValidationObjectRepresentation', {}, digestAlgAndValue(sha256, 'SHA-256')),
        provenSince === null ? null : poe('POE', provenSince),
      ),
    ),
  );
}

function* objectsOf({ chain, timestamps }: SignatureDetails): Generator<readonly [string, Described]> {
  for (const certificate of [...chain, ...timestamps.flatMap((stamp) => stamp.chain)]) {
    const { fingerprint: sha256, provenSince, revocation } = certificate;
    yield [certificateId(certificate), { type: 'certificate', sha256, provenSince }];
    if (revocation?.item == null) continue;
    const type = revocation.source === 'crl' ? 'CRL' : 'OCSPResponse';
    yield [
      revocationId(revocation.item),
      { type, sha256: revocation.item, provenSince: revocation.provenSince },
    ];
  }
  for (const stamp of timestamps) {
    const id = timestampId(stamp);
    if (id !== null && stamp.token !== null)
      yield [id, { type: 'timestamp', sha256: stamp.token, provenSince: null }];
  }
}

export function poe(name: string, time: Instant, object: string | null = null): Xml {
  return xmlElement(
    name,
    {},
    xmlLeaf('POETime', rfc3339(time)),
    xmlLeaf('TypeOfProof', POE_BY_VALIDATION),
    object === null ? null : reference('POEObject', object),
  );
}

export function reference(name: string, ...ids: readonly string[]): Xml {
  return xmlElement(name, { VOReference: ids.join(' ') });
}

const DIGEST_METHODS: Readonly<Record<string, string>> = {
  'SHA-1': 'http://www.w3.org/2000/09/xmldsig#sha1',
  'SHA-224': 'http://www.w3.org/2001/04/xmldsig-more#sha224',
  'SHA-256': 'http://www.w3.org/2001/04/xmlenc#sha256',
  'SHA-384': 'http://www.w3.org/2001/04/xmldsig-more#sha384',
  'SHA-512': 'http://www.w3.org/2001/04/xmlenc#sha512',
  'SHA3-256': 'http://www.w3.org/2007/05/xmldsig-more#sha3-256',
  'SHA3-384': 'http://www.w3.org/2007/05/xmldsig-more#sha3-384',
  'SHA3-512': 'http://www.w3.org/2007/05/xmldsig-more#sha3-512',
  MD5: 'http://www.w3.org/2001/04/xmldsig-more#md5',
};

/** @param algorithm - as the details name it */
export function digestAlgAndValue(digestHex: string, algorithm: string): Xml {
  const method = DIGEST_METHODS[algorithm] ?? 'urn:etsi:019102:algorithm:unidentified';
  return xmlElement(
    'DigestAlgAndValue',
    {},
    xmlElement('ds:DigestMethod', { Algorithm: method }),
    xmlLeaf('ds:DigestValue', base64OfHex(digestHex)),
  );
}
