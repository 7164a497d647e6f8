// A CMS put together from parts, each of which a test may replace by one that breaks a rule.

import { constants, type KeyObject, sign } from 'node:crypto';
import { childrenOf, contextTag, parseElement, Tag } from '../../src/asn1/element.ts';
import {
  encodeElement,
  encodeExplicit,
  encodeInteger,
  encodeOctetString,
  encodeOid,
  encodeSequence,
  encodeSetOf,
} from '../../src/asn1/encode.ts';
import { Oid } from '../../src/asn1/oids.ts';
import { encodeSignedAttributes } from '../../src/cms/signed-attributes.ts';
import { encodeDigestAlgorithm, encodeSignatureAlgorithm } from '../../src/pki/algorithm-identifiers.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import type { DigestAlgorithm, SignatureScheme } from '../../src/platform/platform.ts';
import type { TestIdentity } from './identities.ts';

const { digests } = nodePlatform;

/** The letter that the tests sign. */
export const LETTER = new TextEncoder().encode('%PDF-1.7\nSurat keputusan, untuk diuji.\n%%EOF\n');

export interface CmsParts {
  readonly signer: TestIdentity;
  readonly content?: Uint8Array;
  readonly eContentType?: string;
  /** Present in the structure; detached unless given. */
  readonly eContent?: Uint8Array;
  readonly digest?: DigestAlgorithm;
  readonly scheme?: SignatureScheme;
  /** Whole attributes, DER; null for none at all. Those of PAdES unless given. */
  readonly signedAttributes?: readonly Uint8Array[] | null;
  /** Changes the attributes that PAdES prescribes. */
  readonly changeAttributes?: (attributes: Uint8Array[]) => Uint8Array[];
  /** The content of `[0]` as sent, where it differs from the sorted DER that is signed. */
  readonly sentAttributes?: Uint8Array;
  /** What the value is computed over, where it is not the DER of the attributes. */
  readonly signedBytes?: Uint8Array;
  readonly sid?: Uint8Array;
  readonly digestAlgorithm?: Uint8Array;
  readonly signatureAlgorithm?: Uint8Array;
  readonly signature?: (value: Uint8Array) => Uint8Array;
  readonly unsignedAttributes?: readonly Uint8Array[];
  readonly certificates?: readonly Uint8Array[];
  readonly signerInfos?: (signerInfo: Uint8Array) => readonly Uint8Array[];
}

export function schemeOfKey(key: KeyObject, digest: DigestAlgorithm): SignatureScheme {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return { kind: 'rsa-pkcs1', digest };
    case 'rsa-pss':
      return { kind: 'rsa-pss', digest, mgfDigest: digest, saltLength: digests.of(digest, LETTER).length };
    case 'ec':
      return { kind: 'ecdsa', digest };
    case 'ed25519':
      return { kind: 'ed25519' };
    default:
      throw new Error(`no scheme for ${key.asymmetricKeyType}`);
  }
}

export function signValue(key: KeyObject, scheme: SignatureScheme, message: Uint8Array): Uint8Array {
  const digest = 'digest' in scheme ? scheme.digest : null;
  const padding =
    scheme.kind === 'rsa-pss'
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.saltLength }
      : {};
  const dsaEncoding = scheme.kind === 'ecdsa-plain' ? 'ieee-p1363' : 'der';
  return new Uint8Array(sign(digest, message, { key, dsaEncoding, ...padding }));
}

/** The attributes that PAdES prescribes for these parts, each as DER. */
export function padesAttributes(parts: CmsParts): Uint8Array[] {
  const digest = parts.digest ?? 'sha256';
  const set = encodeSignedAttributes({
    contentType: parts.eContentType ?? Oid.data,
    messageDigest: digests.of(digest, parts.eContent ?? parts.content ?? LETTER),
    digestAlgorithm: digest,
    certificateDer: parts.signer.certificate,
    signatureAlgorithm: parts.scheme ?? schemeOfKey(parts.signer.privateKey, digest),
    digests,
  });
  return childrenOf(parseElement(set, 'attributes'), 'attributes').map(({ raw }) => raw);
}

export function buildCms(parts: CmsParts): Uint8Array {
  const digest = parts.digest ?? 'sha256';
  const eContentType = parts.eContentType ?? Oid.data;
  const eContent = parts.eContent === undefined ? [] : [encodeExplicit(0, encodeOctetString(parts.eContent))];
  const certificates = parts.certificates ?? [parts.signer.certificate];
  const signerInfo = buildSignerInfo(parts);
  return encodeSequence(
    encodeOid(Oid.signedData),
    encodeExplicit(
      0,
      encodeSequence(
        encodeInteger(1),
        encodeSetOf(encodeDigestAlgorithm(digest)),
        encodeSequence(encodeOid(eContentType), ...eContent),
        encodeElement(contextTag(0), ...certificates),
        encodeSetOf(...(parts.signerInfos?.(signerInfo) ?? [signerInfo])),
      ),
    ),
  );
}

function buildSignerInfo(parts: CmsParts): Uint8Array {
  const { signer, unsignedAttributes = [] } = parts;
  const digest = parts.digest ?? 'sha256';
  const scheme = parts.scheme ?? schemeOfKey(signer.privateKey, digest);
  const attributes = attributesOf(parts);
  const signedSet = attributes === null ? null : encodeSetOf(...attributes);
  const message = parts.signedBytes ?? signedSet ?? parts.content ?? LETTER;
  const value = signValue(signer.privateKey, scheme, message);
  return encodeSequence(
    encodeInteger(1),
    parts.sid ?? issuerAndSerial(signer.certificate),
    parts.digestAlgorithm ?? encodeDigestAlgorithm(digest),
    ...(signedSet === null
      ? []
      : [encodeElement(contextTag(0), parts.sentAttributes ?? parseElement(signedSet, 'set').content)]),
    parts.signatureAlgorithm ?? encodeSignatureAlgorithm(scheme),
    encodeOctetString(parts.signature?.(value) ?? value),
    ...(unsignedAttributes.length === 0 ? [] : [encodeElement(contextTag(1), ...unsignedAttributes)]),
  );
}

function attributesOf(parts: CmsParts): readonly Uint8Array[] | null {
  if (parts.signedAttributes !== undefined) return parts.signedAttributes;
  const attributes = padesAttributes(parts);
  return parts.changeAttributes?.(attributes) ?? attributes;
}

export function issuerAndSerial(certificate: Uint8Array): Uint8Array {
  const { issuer, serialNumber } = parseCertificate(certificate);
  return encodeSequence(issuer.raw, encodeElement(Tag.integer, serialNumber));
}
