// Signatures over a PKI of the tests' own, every part of which may be late, early, revoked or wrong.

import type { KeyObject } from 'node:crypto';
import { signTstInfo } from '../../certs-dev/timestamp-authority.ts';
import { Oid } from '../../src/asn1/oids.ts';
import type { Instant } from '../../src/asn1/values.ts';
import { encodeAttribute } from '../../src/cms/attributes.ts';
import { signatureOctets, withSignatureTimestamp } from '../../src/cms/encode-signed-data.ts';
import { encodeTstInfo } from '../../src/cms/timestamp-token.ts';
import { type AnchorRole, trustListOf } from '../../src/pki/trust-list.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { DEFAULT_POLICY, type ValidationPolicy } from '../../src/verify/policy.ts';
import type { SuppliedItem } from '../../src/verify/ports.ts';
import type { VerificationReport } from '../../src/verify/report.ts';
import { verifyDocument } from '../../src/verify/verify-document.ts';
import { EMPTY_SIGNATURE, signCarelessly } from '../attacks/careless-signer.ts';
import { buildCms, type CmsParts } from '../cms/build-cms.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import {
  type CertificateSpec,
  caExtensions,
  day,
  encodeCrl,
  encodeOcspResponse,
  extendedKeyUsage,
  type Issued,
  issue,
  keyUsage,
  type ListSpec,
  noon,
  type OcspSpec,
  signerExtensions,
} from '../pki/authority.ts';

export { day, noon } from '../pki/authority.ts';

const YEAR = 365 * day;
const LONG: Pick<CertificateSpec, 'notBefore' | 'notAfter'> = {
  notBefore: noon - 10 * YEAR,
  notAfter: noon + 30 * YEAR,
};

export const root = issue({ subject: 'Akar', extensions: caExtensions, ...LONG });
export const authority = issue({ subject: 'Penerbit', issuer: root, extensions: caExtensions, ...LONG });
/** In force for a year around noon. */
export const signer = issue({ subject: 'Pejabat', issuer: authority, extensions: signerExtensions });
const stampExtensions = [keyUsage('digitalSignature'), extendedKeyUsage(true, Oid.ekuTimeStamping)];
export const stamper = issue({ subject: 'Stempel', issuer: root, extensions: stampExtensions, ...LONG });

export const crl = (spec: ListSpec): SuppliedItem => supplied('crl', encodeCrl(spec));
export const ocsp = (spec: OcspSpec): SuppliedItem => supplied('ocsp', encodeOcspResponse(spec));

function supplied(kind: 'crl' | 'ocsp', der: Uint8Array): SuppliedItem {
  return { kind, der, receipt: { origin: 'folder', fetchedAt: null } };
}

/** Everybody is good, as of this time and for a month. */
export function allGood(at: Instant): readonly SuppliedItem[] {
  const times = { thisUpdate: at, nextUpdate: at + 30 * day };
  return [crl({ issuer: root, ...times }), crl({ issuer: authority, ...times })];
}

/** A token over a digest. */
export function stampOf(message: Uint8Array, genTime: Instant, by: Issued = stamper): Uint8Array {
  const { digests } = nodePlatform;
  const tstInfo = encodeTstInfo({
    policy: '2.25.1',
    algorithm: 'sha256',
    digest: digests.of('sha256', message),
    serialNumber: Uint8Array.of(7),
    genTime,
    accuracySeconds: 1,
    nonce: null,
  });
  const { certificate, key } = by;
  return signTstInfo(
    { certificate: certificate.der, chain: [certificate.der], privateKey: key },
    tstInfo,
    nodePlatform,
  );
}

export interface OwnSignature {
  readonly by?: Issued;
  readonly chain?: readonly Issued[];
  /** genTime of a signature-time-stamp. */
  readonly stamped?: Instant;
  readonly stampedBy?: Issued;
  /** genTime of a content-time-stamp. */
  readonly contentStamped?: Instant;
  readonly parts?: Partial<CmsParts>;
  readonly subFilter?: string;
  /** Makes the value in another way altogether. */
  readonly value?: (covered: Uint8Array, key: KeyObject) => Uint8Array;
  readonly entries?: string;
}

/** A letter, signed as told. */
export function signedLetter(wish: OwnSignature = {}): Promise<Uint8Array> {
  const { by = signer, subFilter = 'ETSI.CAdES.detached', entries = '' } = wish;
  const empty = EMPTY_SIGNATURE.replace('ETSI.CAdES.detached', subFilter).replace(' /M (', `${entries} /M (`);
  const file = handmadePdf({
    objects: onePage({
      1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [7 0 R] /SigFlags 3 >> >>',
      3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /Annots [7 0 R] >>',
      7: '<< /Type /Annot /Subtype /Widget /FT /Sig /T (Tanda) /F 132 /Rect [0 0 0 0] /P 3 0 R /V 8 0 R >>',
      8: empty,
    }),
    form: 'table',
  });
  return signCarelessly(file, (covered) => wish.value?.(covered, by.key) ?? cmsOver(covered, wish));
}

function cmsOver(covered: Uint8Array, wish: OwnSignature): Uint8Array {
  const { by = signer, chain = [authority], stamped, stampedBy, contentStamped, parts = {} } = wish;
  const content =
    contentStamped === undefined
      ? []
      : [encodeAttribute(Oid.contentTimestamp, stampOf(covered, contentStamped))];
  const cms = buildCms({
    signer: { certificate: by.certificate.der, privateKey: by.key },
    content: covered,
    certificates: [by, ...chain].map(({ certificate }) => certificate.der),
    changeAttributes: (attributes) => [...attributes, ...content],
    ...parts,
  });
  if (stamped === undefined) return cms;
  return withSignatureTimestamp(cms, stampOf(signatureOctets(cms), stamped, stampedBy));
}

export interface Judging {
  readonly now?: Instant;
  readonly policy?: ValidationPolicy;
  readonly evidence?: readonly SuppliedItem[];
  readonly anchor?: Issued | null;
  readonly role?: AnchorRole;
}

/** Everybody is good at noon unless told otherwise; nobody is asked. */
export function judge(bytes: Uint8Array, judging: Judging = {}): Promise<VerificationReport> {
  const {
    now = noon,
    policy = DEFAULT_POLICY,
    evidence = allGood(noon),
    anchor = root,
    role = 'active',
  } = judging;
  const anchors =
    anchor === null
      ? []
      : ([
          {
            certificate: anchor.certificate,
            role,
            purposes: ['signature', 'seal', 'timestamp'],
            psreInduk: false,
          },
        ] as const);
  return verifyDocument(bytesSource(bytes), {
    platform: nodePlatform,
    trustList: trustListOf({ anchors, intermediates: [], asOf: now, digests: nodePlatform.digests }),
    policy,
    revocation: null,
    supplied: evidence,
    now,
    signal: AbortSignal.timeout(30_000),
    detail: true,
  });
}
