// SignedData (RFC 5652, clause 5): bytes to structure. Nothing in it is verified here.

import {
  childrenOf,
  contextTag,
  type Element,
  parseElement,
  parseLeadingElement,
  Tag,
} from '../asn1/element.ts';
import { type Fields, sequenceFields } from '../asn1/fields.ts';
import { Oid } from '../asn1/oids.ts';
import { octetsOf, readOctetString, readOid, readSmallInteger } from '../asn1/values.ts';
import { readDigestAlgorithm, readSignatureAlgorithm } from '../pki/algorithm-identifiers.ts';
import type { SignatureAlgorithmIdentifier } from '../pki/certificate.ts';
import { type Name, parseName } from '../pki/name.ts';
import type { DigestAlgorithm } from '../platform/platform.ts';
import { type Attributes, parseSignedAttributes, parseUnsignedAttributes } from './attributes.ts';
import { distinguishedEncodingOf } from './distinguished-encoding.ts';
import { MalformedCms, readingCms } from './errors.ts';

/** Largest `/Contents` that is read: the largest honest one seen has 600 kB, most have below 20 kB. */
export const MAX_CMS_BYTES = 2 * 1024 * 1024;
/** The longest honest chains with their time-stamps and revocation responders stay below 20. */
export const MAX_CMS_CERTIFICATES = 50;
/** More than one is refused anyway; this bounds what is parsed to be able to say so. */
const MAX_SIGNER_INFOS = 16;
const MAX_CRLS = 50;

/** What tells the signing certificate among others (RFC 5652, 5.3); a claim until the signing-certificate attribute agrees. */
export type SignerIdentifier =
  | {
      readonly kind: 'issuerAndSerialNumber';
      readonly issuer: Name;
      /** Content octets of the INTEGER, as encoded. */
      readonly serialNumber: Uint8Array;
    }
  | { readonly kind: 'subjectKeyIdentifier'; readonly subjectKeyIdentifier: Uint8Array };

export interface SignerInfo {
  readonly version: number;
  readonly sid: SignerIdentifier;
  /** Null for a digest that is not known by name. */
  readonly digestAlgorithm: DigestAlgorithm | null;
  /** The AlgorithmIdentifier of the digest, DER, and its object identifier. */
  readonly digestAlgorithmIdentifier: { readonly oid: string; readonly raw: Uint8Array };
  readonly signedAttributes: Attributes | null;
  readonly signatureAlgorithm: SignatureAlgorithmIdentifier;
  readonly signature: Uint8Array;
  readonly unsignedAttributes: Attributes | null;
}

export interface SignedData {
  /** The ContentInfo as it stands, without what follows it; may be BER. */
  readonly der: Uint8Array;
  /** Bytes other than zero follow the ContentInfo. */
  readonly trailingBytes: boolean;
  readonly version: number;
  /** Object identifiers. */
  readonly digestAlgorithms: readonly string[];
  readonly eContentType: string;
  /** Null in a detached signature. */
  readonly eContent: Uint8Array | null;
  /** As the bytes stand; not parsed, other choices than a certificate left out. */
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly signerInfos: readonly SignerInfo[];
}

/**
 * Reads a CMS signature, BER or DER, and leaves zero padding after it.
 *
 * @param contents - the octets of `/Contents`, or of a time-stamp token
 * @throws MalformedCms `cms-malformed`, `limits-exceeded`
 */
export function parseSignedData(contents: Uint8Array): SignedData {
  if (contents.length > MAX_CMS_BYTES) throw new MalformedCms('limits-exceeded', 'ContentInfo');
  return readingCms(() => {
    const contentInfo = parseLeadingElement(contents, 'ContentInfo', 'ber');
    const fields = sequenceFields(contentInfo, 'ContentInfo');
    if (readOid(fields.take(Tag.oid), 'contentType') !== Oid.signedData) {
      throw new MalformedCms('cms-malformed', 'contentType');
    }
    const content = onlyChild(fields.take(contextTag(0)), 'content');
    fields.end();
    return {
      der: contentInfo.raw,
      trailingBytes: hasOctetsFrom(contents, contentInfo.raw.length),
      ...parseSignedDataFields(sequenceFields(content, 'SignedData')),
    };
  });
}

/** Whether anything but zeros stands from `start` on: hundreds of octets of padding in every signature. */
function hasOctetsFrom(contents: Uint8Array, start: number): boolean {
  const words = new DataView(contents.buffer, contents.byteOffset, contents.length);
  let at = start;
  while (at + 4 <= contents.length && words.getInt32(at) === 0) at += 4;
  while (at < contents.length && contents[at] === 0) at += 1;
  return at < contents.length;
}

function parseSignedDataFields(fields: Fields): Omit<SignedData, 'der' | 'trailingBytes'> {
  const version = readSmallInteger(fields.take(Tag.integer), 'version');
  const digestAlgorithms = childrenOf(fields.take(Tag.set), 'digestAlgorithms', MAX_SIGNER_INFOS);
  const encapsulated = sequenceFields(fields.take(Tag.sequence), 'encapContentInfo');
  const eContentType = readOid(encapsulated.take(Tag.oid), 'eContentType');
  const explicitContent = encapsulated.takeIf(contextTag(0));
  encapsulated.end();
  const certificates = fields.takeIf(contextTag(0));
  const crls = fields.takeIf(contextTag(1));
  const signerInfos = childrenOf(fields.take(Tag.set), 'signerInfos', MAX_SIGNER_INFOS);
  fields.end();
  return {
    version,
    digestAlgorithms: digestAlgorithms.map(readAlgorithmOid),
    eContentType,
    eContent:
      explicitContent === undefined
        ? null
        : readOctetString(onlyChild(explicitContent, 'eContent'), 'eContent'),
    certificates: sequencesIn(certificates, 'certificates', MAX_CMS_CERTIFICATES),
    crls: sequencesIn(crls, 'crls', MAX_CRLS),
    signerInfos: signerInfos.map(parseSignerInfo),
  };
}

function parseSignerInfo(element: Element): SignerInfo {
  const fields = sequenceFields(element, 'SignerInfo');
  const version = readSmallInteger(fields.take(Tag.integer), 'version');
  const sid = parseSignerIdentifier(fields.takeAny());
  const digest = strict(fields.take(Tag.sequence), 'digestAlgorithm');
  const signedAttributes = fields.takeIf(contextTag(0));
  const algorithm = strict(fields.take(Tag.sequence), 'signatureAlgorithm');
  const signature = octetsOf(fields.takeAny(), Tag.octetString, 'signature');
  const unsignedAttributes = fields.takeIf(contextTag(1));
  fields.end();
  return {
    version,
    sid,
    digestAlgorithm: readDigestAlgorithm(digest),
    digestAlgorithmIdentifier: { oid: readAlgorithmOid(digest), raw: digest.raw },
    signedAttributes: signedAttributes === undefined ? null : parseSignedAttributes(signedAttributes),
    signatureAlgorithm: readSignatureAlgorithm(algorithm),
    signature,
    unsignedAttributes: unsignedAttributes === undefined ? null : parseUnsignedAttributes(unsignedAttributes),
  };
}

function parseSignerIdentifier(element: Element): SignerIdentifier {
  if (element.tag !== Tag.sequence) {
    const subjectKeyIdentifier = octetsOf(element, contextTag(0, 'primitive'), 'sid');
    return { kind: 'subjectKeyIdentifier', subjectKeyIdentifier };
  }
  const fields = sequenceFields(element, 'sid');
  const issuer = parseName(strict(fields.take(Tag.sequence), 'sid'));
  const serialNumber = fields.take(Tag.integer).content;
  fields.end();
  return { kind: 'issuerAndSerialNumber', issuer, serialNumber };
}

/** Certificates and CRLs are one CHOICE with tagged historical and foreign forms, which nothing here can use. */
function sequencesIn(set: Element | undefined, where: string, most: number): Uint8Array[] {
  if (set === undefined) return [];
  return childrenOf(set, where, most)
    .filter((choice) => choice.tag === Tag.sequence)
    .map((choice) => choice.raw);
}

function readAlgorithmOid(element: Element): string {
  return readOid(sequenceFields(element, 'AlgorithmIdentifier').take(Tag.oid), 'algorithm');
}

function onlyChild(element: Element, where: string): Element {
  const [child, ...others] = childrenOf(element, where, 2);
  if (child === undefined || others.length > 0) throw new MalformedCms('cms-malformed', where);
  return child;
}

function strict(element: Element, where: string): Element {
  return parseElement(distinguishedEncodingOf(element, where), where);
}
