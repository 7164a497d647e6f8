// On the device: reads a document and says of it what a verifier elsewhere has to know.

import { hex } from '../asn1/values.ts';
import { asKind, type PdfDictionary, type PdfObject } from '../pdf/objects.ts';
import { openDocument } from '../pdf/open-document.ts';
import { trustListOf } from '../pki/trust-list.ts';
import type { ReadingPlatform, Source } from '../platform/platform.ts';
import { encodeBase64 } from './base64.ts';
import { collectEmbedded } from './collect-embedded.ts';
import {
  type DeviceStatement,
  DocumentNeeded,
  type StatedDigest,
  type StatedSignature,
} from './device-statement.ts';
import { DocumentDigests } from './document-digests.ts';
import { EvidencePool } from './evidence.ts';
import { materialOf } from './gather-evidence.ts';
import { type DocumentFacts, judgeItems } from './judge.ts';
import type { StepModifications } from './modifications/check-modifications.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { readFacts } from './read-facts.ts';
import { type ReadSignature, readContained } from './read-signature.ts';
import type { Change } from './report.ts';

export interface StatingContext {
  readonly platform: ReadingPlatform;
  /** Opens an encrypted document. */
  readonly password?: Uint8Array;
  readonly signal: AbortSignal;
}

// The longest digest. What is longer inside a signature is a document of its own.
const LONGEST_DIGEST = 64;
const MOST_ROUNDS = 4;

/**
 * States what judging needs.
 * @throws MalformedPdf; DocumentNeeded where no digest will do; the signal's reason
 */
export async function stateDocument(source: Source, context: StatingContext): Promise<DeviceStatement> {
  const { platform, password } = context;
  const { inflater, digests, ciphers } = platform;
  const options = { inflater, digests, ciphers, damaged: 'read' } as const;
  const document = openDocument(source, { ...options, ...(password === undefined ? {} : { password }) });
  const facts = readFacts(document);
  requireDetached(facts);
  const { revisions, stored } = materialOf(document);
  const pool = new EvidencePool(digests);
  collectEmbedded({ revisions, stored }, facts.signatures, pool);
  const { storeRevision, documentFindings, strayBytes } = facts;
  return {
    version: 1,
    size: source.size,
    revisions,
    storeRevision,
    documentFindings,
    modifications: facts.modifications.map((step) => ({
      revision: step.revision,
      ...withoutContent(step),
      commented: step.commented === null ? null : withoutContent(step.commented),
    })),
    strayBytes,
    signatures: facts.signatures.map((signature, i) => statedSignature(signature, facts, i)),
    stored: stored.map(({ data, ...item }) => ({ ...item, data: encodeBase64(data) })),
    digests: await digestsFor(source, facts, pool, context),
  };
}

function requireDetached({ signatures }: DocumentFacts): void {
  const enveloping = signatures.some(
    ({ kind, cms }) => kind !== 'timestamp' && (cms?.eContent?.length ?? 0) > LONGEST_DIGEST,
  );
  if (enveloping) throw new DocumentNeeded('enveloped');
}

function withoutContent({ changes, findings }: StepModifications): StepModifications {
  return { changes: changes.map(withoutValues), findings };
}

/** What somebody wrote into a form or a note is content. */
function withoutValues(change: Change): Change {
  return { ...change, before: null, after: null };
}

/** Judging itself asks for the digests that it needs; whom it trusts and what it believes of signatures changes none of them. */
async function digestsFor(
  source: Source,
  facts: DocumentFacts,
  pool: EvidencePool,
  context: StatingContext,
): Promise<readonly StatedDigest[]> {
  const { digests } = context.platform;
  const covered = new DocumentDigests(source, context);
  const { size } = source;
  covered.ask({ cut: size, resume: size, end: size }, 'sha256');
  for (const { cms, coverage } of facts.signatures) {
    const algorithm = cms?.signerInfos[0]?.digestAlgorithm ?? null;
    if (algorithm !== null && coverage.byteRange !== null) covered.ask(coverage.byteRange, algorithm);
  }
  const asking = {
    digest: covered.digest.bind(covered),
    content: (): never => {
      throw new DocumentNeeded('content');
    },
  };
  const basis = {
    trustList: trustListOf({ anchors: [], intermediates: [], asOf: 0, digests }),
    policy: DEFAULT_POLICY,
    now: 0,
    digests,
    pool,
    verified: () => true,
    unreachable: new Set<string>(),
  };
  for (let round = 0; round < MOST_ROUNDS && covered.unanswered > 0; round += 1) {
    await covered.computeAsked();
    judgeItems(facts, asking, basis);
  }
  return covered.computed.map(({ range, value }) => ({ ...range, value: hex(value) }));
}

function statedSignature(signature: ReadSignature, facts: DocumentFacts, i: number): StatedSignature {
  const { value, coverage, fieldName, rules, cms } = signature;
  const itself = readContained(value, signature).findings.length;
  const contents = cms !== null && !cms.trailingBytes ? cms.der : coverage.contents;
  return {
    fieldName,
    objectNumber: value.reference?.number ?? null,
    origin: value.origin,
    dictionary: value.dictionary === null ? null : statedDictionary(value.dictionary, signature),
    coverage: { ...coverage, contents: contents === null ? null : encodeBase64(contents) },
    rules,
    findings: signature.findings.slice(itself),
    overlap: facts.overlaps[i] ?? null,
    place: facts.places[i] ?? { page: null, rect: null },
  };
}

function statedDictionary(
  { entries }: PdfDictionary,
  { certificates }: ReadSignature,
): StatedSignature['dictionary'] {
  const entry = (key: string): { readonly [name: string]: string | null } => {
    const name = ENTRIES[key] ?? key;
    return entries.has(key) ? { [name]: statedString(entries.get(key)) } : {};
  };
  return {
    type: asKind(entries.get('Type'), 'name')?.name ?? null,
    subFilter: asKind(entries.get('SubFilter'), 'name')?.name ?? null,
    ...entry('M'),
    ...entry('Reason'),
    ...entry('Location'),
    ...(entries.has('Cert') ? { certificates: certificates.map((der) => encodeBase64(der)) } : {}),
  };
}

const ENTRIES: Readonly<Record<string, string>> = { M: 'time', Reason: 'reason', Location: 'location' };

function statedString(object: PdfObject | undefined): string | null {
  const string = asKind(object, 'string');
  return string === undefined ? null : encodeBase64(string.bytes);
}
