// What is decided about a signature before the key is used: its algorithm, its field and place, its room, and that its signer stands.

import type { Instant } from '../asn1/values.ts';
import { requirePermission } from '../pdf/access-permissions.ts';
import { findActiveContent } from '../pdf/active-content.ts';
import { permissionFor } from '../pdf/doc-mdp.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { readSecurityStores } from '../pdf/security-store.ts';
import { requireSigningPlace, type SigningPlace } from '../pdf/signing-place.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { DigestAlgorithm, Platform, Source } from '../platform/platform.ts';
import { signerName } from './appearance-text.ts';
import { chooseAlgorithm } from './choose-algorithm.ts';
import { type ContentsParts, countContents } from './contents-size.ts';
import { SigningRefused } from './errors.ts';
import { type CmsSubFilter, type SignatureAlgorithm, schemeOf, type TimestampSource } from './ports.ts';
import {
  openForSigning,
  openToBeFollowed,
  type SignatureDraft,
  signedAttributesLength,
} from './prepared-signature.ts';
import { requireChainEvidence } from './raise-level.ts';
import { isLongTerm, type PrepareContext, type SignRequest } from './sign-request.ts';
import { digestSource } from './source-digest.ts';
import type { ValidationMaterial } from './validation-material.ts';
import { drawVisibleSignature } from './visible-signature.ts';
import { pdfDate } from './zoned-time.ts';

/** Everything that needs neither key nor network, and the one pass over the document. */
export async function draftSignature(
  source: Source,
  request: SignRequest,
  certificate: Certificate,
  context: PrepareContext,
): Promise<SignatureDraft> {
  const { platform, signer, now, timeZone, signal } = context;
  const algorithm = chooseAlgorithm(request.algorithm, signer, certificate.publicKey, now);
  const { digest } = schemeOf(algorithm);
  const { subFilter = 'ETSI.CAdES.detached' } = signer;
  const document = isLongTerm(request.level)
    ? openToBeFollowed(source, context)
    : openForSigning(source, context);
  if (context.activeContent === 'refuse') refuseActiveContent(document);
  const place = placeFor(document, request, digest, now, subFilter);
  // Said before the key is used: the time-stamp that completes the level is a new field.
  if (request.level === 'B-LTA') requirePermission(document, 'new-field');
  const name = signerName(certificate);
  return {
    document,
    signature: {
      place,
      ...(await drawVisibleSignature(
        document,
        place,
        request.appearance ?? {},
        request.collision ?? 'refuse',
        certificate,
        context,
      )),
      subFilter,
      ellipticCurve: isOfEllipticCurve(algorithm),
      entries: {
        name,
        reason: request.reason,
        location: request.location,
        contactInfo: request.contactInfo,
        signingTime: pdfDate(now, timeZone),
      },
      description: `Tanda tangan elektronik ${name}`,
      fileIdentifier: platform.randomBytes(16),
      randomBytes: platform.randomBytes,
    },
    sourceDigest: await digestSource(source, digest, platform.digests, signal),
    algorithm,
    chain: signer.chain,
    level: request.level,
    certification: request.certification ?? null,
  };
}

/** The field and its place, as the document and its earlier signatures allow them. @throws UpdateRefused, MalformedPdf */
export function placeFor(
  document: PdfDocument,
  request: SignRequest,
  digest: DigestAlgorithm,
  now: Instant,
  subFilter: CmsSubFilter = 'ETSI.CAdES.detached',
): SigningPlace {
  const { fieldName, placement, collision = 'refuse', lock = null, reason } = request;
  const certification = request.certification == null ? null : permissionFor(request.certification);
  return requireSigningPlace(
    document,
    {
      fieldName,
      placement,
      collision,
      newFieldName: request.newFieldName ?? `sig_${now}`,
      certification,
      lock,
    },
    {
      filter: 'Adobe.PPKLite',
      subFilter,
      digestMethod: digest.toUpperCase(),
      reason,
      certification,
    },
  );
}

/** @throws SigningRefused `content-refused` { findings }: kinds, and `not-searched` where an object cannot be read */
export function refuseActiveContent(document: PdfDocument): void {
  const { found, complete } = findActiveContent(document);
  const findings = [...new Set(found.map(({ kind }) => kind)), ...(complete ? [] : ['not-searched'])];
  if (findings.length > 0) throw new SigningRefused('content-refused', { findings });
}

function isOfEllipticCurve(algorithm: SignatureAlgorithm): boolean {
  const { kind } = schemeOf(algorithm).scheme;
  return kind === 'ecdsa' || kind === 'ed25519';
}

/** B-LT and B-LTA store proof that the signer was not revoked; without it the key is not used. */
export async function requireSignerStatus(
  document: PdfDocument,
  certificate: Certificate,
  material: ValidationMaterial,
  context: PrepareContext,
): Promise<void> {
  material.addStore(readSecurityStores(document));
  for (const der of context.signer.chain) material.addCertificate(der);
  const question = { leaf: certificate, purpose: 'signature', time: context.now } as const;
  await requireChainEvidence([question], material, context);
}

/** Bytes of CMS for which there has to be room. @throws SigningFailed `signature-too-large` */
export function predictRoom(
  draft: SignatureDraft,
  certificate: Certificate,
  timestamps: TimestampSource | null,
  platform: Platform,
): number {
  return countContents(partsOfContents(draft, certificate, timestamps, platform)).reserved;
}

/** What `/Contents` will have to hold. */
export function partsOfContents(
  { algorithm, chain }: Pick<SignatureDraft, 'algorithm' | 'chain'>,
  certificate: Certificate,
  timestamps: TimestampSource | null,
  { digests }: Platform,
): ContentsParts {
  return {
    chain,
    algorithm,
    key: certificate.publicKey,
    signedAttributes: signedAttributesLength(algorithm, chain, digests),
    token: timestamps?.tokenSize ?? 0,
  };
}
