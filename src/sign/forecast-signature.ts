// Whether this document can be signed like this by this key now, found out by the same steps as signing, without the key.

import type { Instant } from '../asn1/values.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { type DocumentFacts, readDocumentFacts } from '../pdf/document-facts.ts';
import { type PlacementSurvey, surveyPlacement } from '../pdf/placement-survey.ts';
import { readSecurityStores } from '../pdf/security-store.ts';
import type { Certificate } from '../pki/certificate.ts';
import { isDevelopmentCertificate } from '../pki/development-marker.ts';
import { keptCertificate } from '../pki/kept-certificates.ts';
import { commonNameOf, nameText } from '../pki/name.ts';
import type { Source } from '../platform/platform.ts';
import { chooseAlgorithm } from './choose-algorithm.ts';
import { type ContentsSize, countContents } from './contents-size.ts';
import { draftSignature, partsOfContents, placeFor, refuseActiveContent } from './draft-signature.ts';
import { type Blocker, Blockers, type Note } from './forecast-findings.ts';
import { forecastNotes } from './forecast-notes.ts';
import type { Activation, Level, RawSigner, SignatureAlgorithm } from './ports.ts';
import {
  openForSigning,
  openToBeFollowed,
  preparedSignature,
  type SignatureDraft,
} from './prepared-signature.ts';
import {
  type ChainForecast,
  forecastChain,
  forecastTimestampChain,
  probeTimestamp,
} from './probe-services.ts';
import { isLongTerm, type PrepareContext, requireTimestamps, type SignRequest } from './sign-request.ts';
import { requireUsableCertificate } from './signer-certificate.ts';
import { readOrNull, ValidationMaterial } from './validation-material.ts';

export interface ForecastContext extends Omit<PrepareContext, 'signer'> {
  /** Null: about the document and the place alone. */
  readonly signer:
    | (Pick<RawSigner, 'chain' | 'algorithms'> & Partial<Pick<RawSigner, 'maxBatch' | 'activation'>>)
    | null;
  /** `services`: ask for one time-stamp and for the revocation data, as a signature would. */
  readonly probe: 'services' | 'nothing';
}

export interface SignerForecast {
  /** Common names; nothing else of a name, which may hold a number that identifies a person. */
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  /** Whether the certificate says that it is for development. */
  readonly development: boolean;
  /** Null where none fits. */
  readonly algorithm: SignatureAlgorithm | null;
  readonly maxBatch: number | null;
  /** What a person has to give; null where the adapter cannot tell. It is never tried. */
  readonly activation: Activation['kind'] | null;
}

export interface SizeForecast extends ContentsSize {
  /** Bytes of the document with the signature; the evidence of B-LT comes on top. */
  readonly output: number;
}

export interface LevelForecast {
  readonly asked: Level;
  /** The highest that can be reached; null where the document cannot be signed at all. */
  readonly highest: Level | null;
  /** Whether the services were asked; without that they are taken to answer. */
  readonly probed: boolean;
}

export interface SigningForecast {
  /** Null for a document that cannot be read. */
  readonly file: DocumentFacts | null;
  /** Null where no place was asked for. */
  readonly placement: PlacementSurvey | null;
  readonly signer: SignerForecast | null;
  readonly size: SizeForecast | null;
  readonly level: LevelForecast;
  readonly evidence: readonly ChainForecast[];
  /** Why it cannot be signed as asked; empty: it can. */
  readonly blockers: readonly Blocker[];
  readonly notes: readonly Note[];
}

/** Changes nothing and uses no key. @throws TrustServiceFailed `deadline-exceeded` */
export async function forecastSignature(
  source: Source,
  request: SignRequest,
  context: ForecastContext,
): Promise<SigningForecast> {
  const blockers = new Blockers(context.signal);
  const document = await blockers.attempt(() => openForSigning(source, context));
  const file = document === null ? null : await blockers.attempt(() => readDocumentFacts(document));
  const placement = await surveyed(document, request, blockers);
  if (document !== null && context.activeContent === 'refuse')
    await blockers.attempt(() => refuseActiveContent(document));
  await blockers.attempt(() => context.timestamps?.requireTrustedClock?.(context.signal));
  const certificate = await signerCertificate(context, blockers);
  if (isLongTerm(request.level) && document !== null)
    await blockers.attempt(() => openToBeFollowed(source, context));
  if (certificate === null && document !== null)
    await blockers.attempt(() => placeFor(document, request, 'sha256', context.now));
  const draft =
    certificate === null || document === null
      ? null
      : await blockers.attempt(() =>
          draftSignature(source, request, certificate, { ...context, signer: signerOf(context) }),
        );
  const size =
    draft === null || certificate === null
      ? null
      : await sized(draft, certificate, request, context, blockers);
  const signer = await describeSigner(certificate, request.algorithm, context, blockers);
  const reachable = blockers.all.length === 0;
  const services = await forecastServices(document, certificate, request, context, blockers);
  const revoked = blockers.all.some(({ code }) => code === 'certificate-revoked');
  return {
    file,
    placement,
    signer,
    size,
    level: {
      asked: request.level,
      highest: reachable && !revoked ? services.highest : null,
      probed: context.probe === 'services',
    },
    evidence: services.evidence,
    blockers: blockers.all,
    notes: forecastNotes({ file, placement, request, certificate, draft, context }),
  };
}

async function surveyed(
  document: PdfDocument | null,
  { placement, fieldName }: SignRequest,
  blockers: Blockers,
): Promise<PlacementSurvey | null> {
  if (document === null || placement === null) return null;
  const survey = await blockers.attempt(() => surveyPlacement(document, placement));
  if (survey?.refusal != null && fieldName === null) blockers.add(survey.refusal);
  return survey;
}

function signerOf({ signer }: ForecastContext): PrepareContext['signer'] {
  return signer ?? { chain: [], algorithms: [] };
}

/** The certificate also where it may not sign now: what else is in the way is then still found. */
async function signerCertificate(context: ForecastContext, blockers: Blockers): Promise<Certificate | null> {
  const { signer, now } = context;
  if (signer === null) return null;
  const usable = await blockers.attempt(() => requireUsableCertificate(signer, now));
  const [leaf] = signer.chain;
  return usable ?? (leaf === undefined ? null : readOrNull(() => keptCertificate(leaf)));
}

/** Also where something else keeps it from signing. */
async function describeSigner(
  certificate: Certificate | null,
  asked: SignatureAlgorithm | null,
  context: ForecastContext,
  blockers: Blockers,
): Promise<SignerForecast | null> {
  if (certificate === null) return null;
  const { signer, now } = context;
  const { subject, issuer, notBefore, notAfter, publicKey } = certificate;
  return {
    subject: commonNameOf(subject) ?? '',
    issuer: commonNameOf(issuer) ?? nameText(issuer),
    notBefore,
    notAfter,
    development: isDevelopmentCertificate(certificate),
    algorithm: await blockers.attempt(() => chooseAlgorithm(asked, signerOf(context), publicKey, now)),
    maxBatch: signer?.maxBatch ?? null,
    activation: signer?.activation ?? null,
  };
}

function sized(
  draft: SignatureDraft,
  certificate: Certificate,
  { level }: SignRequest,
  { timestamps, platform }: ForecastContext,
  blockers: Blockers,
): Promise<SizeForecast | null> {
  return blockers.attempt(() => {
    const source = level === 'B-B' ? null : timestamps;
    const contents = countContents(partsOfContents(draft, certificate, source, platform));
    const { update } = preparedSignature(draft, contents.reserved, platform.digests);
    return { ...contents, output: draft.document.source.size + update.length };
  });
}

interface ServicesForecast {
  readonly highest: Level;
  readonly evidence: readonly ChainForecast[];
}

/** Which level the services allow. What the asked level does not need blocks nothing. */
async function forecastServices(
  document: PdfDocument | null,
  certificate: Certificate | null,
  request: SignRequest,
  context: ForecastContext,
  blockers: Blockers,
): Promise<ServicesForecast> {
  const apart = new Blockers(context.signal);
  const needed = (wanted: boolean): Blockers => (wanted ? blockers : apart);
  const ofTime = needed(request.level !== 'B-B');
  const ofEvidence = needed(isLongTerm(request.level));
  const timestamps = await ofTime.attempt(() => requireTimestamps('B-T', context.timestamps));
  if (timestamps === null) return { highest: 'B-B', evidence: [] };
  const token =
    context.probe === 'services'
      ? await ofTime.attempt(() => probeTimestamp(timestamps, context))
      : undefined;
  if (token === null) return { highest: 'B-B', evidence: [] };
  const evidence = await forecastEvidence(document, certificate, token, context, ofEvidence);
  const revoked = apart.all.filter(({ code }) => code === 'certificate-revoked');
  for (const blocker of revoked) blockers.add(blocker);
  return { highest: evidence.every(({ complete }) => complete) ? 'B-LTA' : 'B-T', evidence };
}

async function forecastEvidence(
  document: PdfDocument | null,
  certificate: Certificate | null,
  token: Uint8Array | undefined,
  context: ForecastContext,
  blockers: Blockers,
): Promise<readonly ChainForecast[]> {
  if (token === undefined || certificate === null) return [];
  const material = new ValidationMaterial(context.platform.digests);
  if (document !== null) material.addStore(readSecurityStores(document));
  for (const der of signerOf(context).chain) material.addCertificate(der);
  const chains = [
    await forecastChain('signer', certificate, context.now, material, context, blockers),
    await forecastTimestampChain(token, material, context, blockers),
  ];
  return chains.filter((chain) => chain !== null);
}
