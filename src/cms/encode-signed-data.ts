// SignedData (RFC 5652, clause 5): structure to DER, with one SignerInfo.

import { childrenOf, contextTag, parseElement, Tag } from '../asn1/element.ts';
import {
  encodeElement,
  encodeExplicit,
  encodeInteger,
  encodeOctetString,
  encodeOid,
  encodeSequence,
  encodeSetOf,
  sortSetOf,
} from '../asn1/encode.ts';
import { sequenceFields } from '../asn1/fields.ts';
import { Oid } from '../asn1/oids.ts';
import { encodeDigestAlgorithm, encodeSignatureAlgorithm } from '../pki/algorithm-identifiers.ts';
import { keptCertificate } from '../pki/kept-certificates.ts';
import type { DigestAlgorithm, SignatureScheme } from '../platform/platform.ts';
import { encodeAttribute } from './attributes.ts';
import { MalformedCms, readingCms } from './errors.ts';
import { parseSignedData } from './signed-data.ts';

export interface SignedDataContent {
  /** DER with the tag of SET OF, as `encodeSignedAttributes` made it and the key signed it. */
  readonly signedAttributes: Uint8Array;
  /** DER, the signing certificate first. */
  readonly certificates: readonly Uint8Array[];
  readonly digest: DigestAlgorithm;
  readonly scheme: SignatureScheme;
  /** The signature value, not verified here. */
  readonly signature: Uint8Array;
  /** DER of whole attributes. */
  readonly unsignedAttributes?: readonly Uint8Array[];
  /** id-data unless told otherwise. */
  readonly eContentType?: string;
  /** Detached unless given. */
  readonly eContent?: Uint8Array;
}

/**
 * A DER ContentInfo with SignedData: version 1 over id-data, 3 over any other content (RFC 5652, 5.1).
 *
 * @throws MalformedCertificate when the signing certificate cannot be read
 */
export function encodeSignedData(content: SignedDataContent): Uint8Array {
  const eContentType = content.eContentType ?? Oid.data;
  const eContent =
    content.eContent === undefined ? [] : [encodeExplicit(0, encodeOctetString(content.eContent))];
  return encodeContentInfo(
    encodeInteger(eContentType === Oid.data ? 1 : 3),
    encodeSetOf(encodeDigestAlgorithm(content.digest)),
    encodeSequence(encodeOid(eContentType), ...eContent),
    encodeElement(contextTag(0), ...sortSetOf(content.certificates)),
    encodeSetOf(encodeSignerInfo(content)),
  );
}

/** SignerInfo version 1: the signer named by issuer and serial number (RFC 5652, 5.3). */
function encodeSignerInfo(content: SignedDataContent): Uint8Array {
  const [leaf] = content.certificates;
  if (leaf === undefined) throw new MalformedCms('cms-malformed', 'certificates');
  const { issuer, serialNumber } = keptCertificate(leaf);
  const unsigned = content.unsignedAttributes ?? [];
  return encodeSequence(
    encodeInteger(1),
    // The serial number is copied with its octets, so that sid and certificate agree byte for byte.
    encodeSequence(issuer.raw, encodeElement(Tag.integer, serialNumber)),
    encodeDigestAlgorithm(content.digest),
    encodeElement(contextTag(0), parseElement(content.signedAttributes, 'signedAttrs').content),
    encodeSignatureAlgorithm(content.scheme),
    encodeOctetString(content.signature),
    ...(unsigned.length === 0 ? [] : [encodeElement(contextTag(1), ...sortSetOf(unsigned))]),
  );
}

function encodeContentInfo(...signedData: readonly Uint8Array[]): Uint8Array {
  return encodeSequence(encodeOid(Oid.signedData), encodeExplicit(0, encodeSequence(...signedData)));
}

/**
 * The `signature` octets of the one SignerInfo: what a signature time-stamp is taken over (EN 319 122-1, 5.3).
 *
 * @throws MalformedCms
 */
export function signatureOctets(cms: Uint8Array): Uint8Array {
  const [signerInfo, ...others] = parseSignedData(cms).signerInfos;
  if (signerInfo === undefined || others.length > 0) throw new MalformedCms('cms-malformed', 'signerInfos');
  return signerInfo.signature;
}

/**
 * The same CMS with the token as signature-time-stamp attribute; every other byte of its content stays.
 *
 * @param cms - DER with one SignerInfo
 * @param token - a time-stamp token over `signatureOctets(cms)`, embedded byte for byte
 * @throws MalformedCms when `cms` is not such a CMS
 */
export function withSignatureTimestamp(cms: Uint8Array, token: Uint8Array): Uint8Array {
  return readingCms(() => {
    const contentInfo = sequenceFields(parseElement(cms, 'ContentInfo'), 'ContentInfo');
    contentInfo.take(Tag.oid);
    const signedData = childrenOf(
      parseElement(contentInfo.take(contextTag(0)).content, 'content'),
      'content',
    );
    const signerInfos = signedData.pop();
    if (signerInfos?.tag !== Tag.set) throw new MalformedCms('cms-malformed', 'signerInfos');
    const signerInfo = childrenOf(parseElement(signerInfos.content, 'SignerInfo'), 'SignerInfo');
    const unsigned = signerInfo.at(-1)?.tag === contextTag(1) ? signerInfo.pop() : undefined;
    const attributes = unsigned === undefined ? [] : childrenOf(unsigned, 'unsignedAttrs');
    const timestamped = encodeSequence(
      ...signerInfo.map(({ raw }) => raw),
      encodeElement(
        contextTag(1),
        ...sortSetOf([...attributes.map(({ raw }) => raw), encodeAttribute(Oid.signatureTimestamp, token)]),
      ),
    );
    return encodeContentInfo(...signedData.map(({ raw }) => raw), encodeSetOf(timestamped));
  });
}
