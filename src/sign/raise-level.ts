// The use case "raise": a time-stamp, then the evidence, then a time-stamp over the evidence (EN 319 142-1, clause 6).
// Nothing that stands in the document changes, so foreign signatures are raised like our own.

import { hex, type Instant } from '../asn1/values.ts';
import { parseTimestampToken } from '../cms/timestamp-token.ts';
import { readSecurityStores } from '../pdf/security-store.ts';
import { writeSecurityStore } from '../pdf/write-security-store.ts';
import { checkDigest, checkScheme, endOf } from '../pki/algorithm-policy.ts';
import type { Source } from '../platform/platform.ts';
import {
  type ChainEvidence,
  type ChainQuestion,
  collectChainEvidence,
  type EvidenceContext,
  type UnavailableCertificate,
} from './chain-evidence.ts';
import { appendDocumentTimestamp, type DocumentTimestamp } from './document-timestamp.ts';
import { SigningRefused, TrustServiceFailed } from './errors.ts';
import { GrowingDocument } from './growing-document.ts';
import type { Level, TimestampSource } from './ports.ts';
import { refusalOf } from './refusal.ts';
import {
  type IdentifiedItems,
  identifyItems,
  identifyStamp,
  provenTime,
  readSignedItems,
  type SignedItem,
  type Stamp,
} from './signed-items.ts';
import { digestSource } from './source-digest.ts';
import { ValidationMaterial } from './validation-material.ts';

export interface RaiseContext extends EvidenceContext {
  /** Needed wherever a time-stamp is missing, and always for B-LTA. */
  readonly timestamps: TimestampSource | null;
  /** Fields of signatures that a verifier has found broken: they stay as they are, and nothing is collected for them. */
  readonly broken?: ReadonlySet<string>;
  /** Opens an encrypted document: of its user or its owner, UTF-8. */
  readonly password?: Uint8Array;
}

export type RaisedLevel = Exclude<Level, 'B-B'>;

/** The document followed by what was appended, not yet checked by a verifier. */
export interface RaisedDocument {
  readonly source: Source;
  /** What follows the source's last byte; empty where the level had been reached before. */
  readonly update: Uint8Array;
  readonly level: RaisedLevel;
  /** Of the source, lower-case hexadecimal. */
  readonly sourceSha256: string;
  /** Fields of the time-stamps that were added, in their order. */
  readonly documentTimestamps: readonly string[];
  /** At B-LTA: before this the level has to be raised again; the earlier of the authority's end and its algorithms'. */
  readonly renewBefore: Instant | null;
  /** Fields whose signature is broken or cannot be read: nothing was done about them. */
  readonly leftAsTheyWere: readonly string[];
}

/**
 * Raises every signature of a document. At B-LTA it always adds a time-stamp: asked again, it renews the one before.
 * @throws MalformedPdf; TrustServiceFailed `revocation-unavailable` { certificates: { subject, source, reason }[] },
 *   `tsa-unavailable`; SigningRefused `certificate-revoked`, `level-unsupported` where nothing sound is signed; SigningFailed
 *   `signature-too-large`; after any of them nothing was written
 */
export async function raiseLevel(
  source: Source,
  level: RaisedLevel,
  context: RaiseContext,
): Promise<RaisedDocument> {
  const { platform, password, signal, broken } = context;
  try {
    const { sha256, beginning } = await digestSource(source, 'sha256', platform.digests, signal);
    const document = new GrowingDocument(source, 'sha256', beginning, { platform, password });
    const material = new ValidationMaterial(platform.digests);
    const raised = await raiseSignatures(document, level, { except: broken ?? new Set() }, material, context);
    return { source, update: document.appended, level, sourceSha256: hex(sha256), ...raised };
  } catch (error) {
    throw refusalOf(error, signal);
  }
}

/** Which signatures are raised: one of them alone, or all but some. */
export type RaiseScope = { readonly only: string } | { readonly except: ReadonlySet<string> };

type Raised = Pick<RaisedDocument, 'documentTimestamps' | 'renewBefore' | 'leftAsTheyWere'>;

/**
 * The steps of `raiseLevel` on a document that may have grown before.
 * @param material - what is at hand already, for one signature alone also what the document's store holds
 */
export async function raiseSignatures(
  document: GrowingDocument,
  level: RaisedLevel,
  scope: RaiseScope,
  material: ValidationMaterial,
  context: RaiseContext,
): Promise<Raised> {
  const added: DocumentTimestamp[] = [];
  let found = await readScope(document, level, scope, material, context);
  if (found.signatures.some((signature) => provenTime(signature, found) === null)) {
    added.push(await appendDocumentTimestamp(document, requireTimestamps(context)));
    found = await readScope(document, level, scope, material, context);
  }
  if (level !== 'B-T') await appendEvidence(document, found, material, context);
  if (level === 'B-LTA') added.push(await appendDocumentTimestamp(document, requireTimestamps(context)));
  const archive = level === 'B-LTA' ? added.at(-1) : undefined;
  return {
    documentTimestamps: added.map(({ fieldName }) => fieldName),
    renewBefore: archive === undefined ? null : await endOfProof(archive, material, context),
    leftAsTheyWere: found.unsound,
  };
}

function requireTimestamps(context: RaiseContext): RaiseContext & { readonly timestamps: TimestampSource } {
  const { timestamps } = context;
  if (timestamps === null) throw new TrustServiceFailed('tsa-unavailable', { sources: [] });
  return { ...context, timestamps };
}

/** The items in scope with their makers; what they and, for all of them, the document's store hold joins the material. */
async function readScope(
  document: GrowingDocument,
  level: RaisedLevel,
  scope: RaiseScope,
  material: ValidationMaterial,
  context: RaiseContext,
): Promise<IdentifiedItems> {
  const opened = document.open();
  if ('only' in scope) {
    const { items } = readSignedItems(opened, (fieldName) => fieldName === scope.only);
    return identifyItems(withMaterial(items, material), material, context);
  }
  material.addStore(readSecurityStores(opened));
  const { items, unreadable } = readSignedItems(opened);
  const kept = withMaterial(items, material).filter(({ fieldName }) => !scope.except.has(fieldName));
  const found = await identifyItems(kept, material, context);
  const left = [...new Set([...unreadable, ...scope.except, ...found.unsound])];
  if (found.signatures.length + found.documentTimestamps.length === 0)
    throw new SigningRefused('level-unsupported', { level, fields: left });
  return { ...found, unsound: left };
}

/** The items, after what they bring along has joined the material. */
function withMaterial(items: readonly SignedItem[], material: ValidationMaterial): readonly SignedItem[] {
  for (const { cms, signatureTimestamps } of items) {
    for (const signedData of [cms, ...signatureTimestamps.map((token) => token.signedData)])
      material.addSignedData(signedData);
  }
  return items;
}

/** What has to be proven: about each signer since the time that is proven, about each authority at the time it stated. */
function questionsAbout(
  found: IdentifiedItems,
  { now, freshness }: Pick<RaiseContext, 'now' | 'freshness'>,
): readonly ChainQuestion[] {
  const ofStamp = ({ certificate, genTime }: Stamp): ChainQuestion => ({
    leaf: certificate,
    purpose: 'timestamp',
    time: genTime,
  });
  const ofSignatures = found.signatures.flatMap((signature): ChainQuestion[] => {
    const time = provenTime(signature, found) ?? now;
    const since = freshness === 'after-signature' ? { since: time } : {};
    return [
      { leaf: signature.certificate, purpose: 'signature', time, ...since },
      ...signature.stamps.map(ofStamp),
    ];
  });
  return [...ofSignatures, ...found.documentTimestamps.map(ofStamp)];
}

async function appendEvidence(
  document: GrowingDocument,
  found: IdentifiedItems,
  material: ValidationMaterial,
  context: RaiseContext,
): Promise<void> {
  const evidence = await requireChainEvidence(questionsAbout(found, context), material, context);
  const additions = {
    certificates: evidence.flatMap(({ certificates }) => certificates),
    ocspResponses: evidence.flatMap(({ ocspResponses }) => ocspResponses),
    crls: evidence.flatMap(({ crls }) => crls),
  };
  const { randomBytes } = context.platform;
  const signedUntil = Math.max(0, ...found.signatures.map(({ end }) => end));
  const update = writeSecurityStore(document.open(), additions, signedUntil, randomBytes(16), randomBytes);
  if (update !== null) document.append(update);
}

/**
 * Evidence for every chain, or the list of all that is missing.
 * @throws TrustServiceFailed `revocation-unavailable` { certificates }; SigningRefused `certificate-revoked`
 */
export async function requireChainEvidence(
  questions: readonly ChainQuestion[],
  material: ValidationMaterial,
  context: EvidenceContext,
): Promise<readonly ChainEvidence[]> {
  const evidence: ChainEvidence[] = [];
  const missing = new Map<string, UnavailableCertificate>();
  for (const question of questions) {
    const outcome = await collectChainEvidence(question, material, context);
    if (outcome.status === 'complete') evidence.push(outcome.evidence);
    else for (const entry of outcome.certificates) missing.set(JSON.stringify(entry), entry);
  }
  if (missing.size > 0)
    throw new TrustServiceFailed('revocation-unavailable', { certificates: [...missing.values()] });
  return evidence;
}

/** Until when the last time-stamp proves what it covers: the authority's certificate or an algorithm of the token ends. */
async function endOfProof(
  { token: der }: DocumentTimestamp,
  material: ValidationMaterial,
  context: RaiseContext,
): Promise<Instant | null> {
  const token = parseTimestampToken(der);
  material.addSignedData(token.signedData);
  const stamp = await identifyStamp(token, null, material, context);
  if (stamp === null) return null;
  const { certificate, scheme, genTime } = stamp;
  const { algorithm } = token.tstInfo.imprint;
  const ends = [
    certificate.notAfter,
    endOf(checkScheme(scheme, certificate.publicKey, genTime)),
    algorithm === null ? null : endOf(checkDigest(algorithm, genTime)),
  ];
  return Math.min(...ends.filter((end) => end !== null));
}
