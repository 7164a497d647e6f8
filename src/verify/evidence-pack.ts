// A verification as a value: everything that the verdict was reached from, and the report, in one canonical text.

import { hex, type Instant } from '../asn1/values.ts';
import type { TrustList } from '../pki/trust-list.ts';
import type { DigestAlgorithm, Digests, SignatureScheme } from '../platform/platform.ts';
import { encodeBase64 } from './base64.ts';
import { canonicalJson } from './canonical-json.ts';
import type { PoolItem } from './evidence.ts';
import type { GatheredEvidence, GatheringContext } from './gather-evidence.ts';
import type { JudgedFromEvidence, UsedCheck, UsedDigest } from './judge-gathered.ts';
import type { ValidationPolicy } from './policy.ts';
import type { EvidenceKind, Receipt } from './ports.ts';
import type { VerificationReport } from './report.ts';
import type { Inquiry } from './request-rounds.ts';

export const PACK_FORMAT = 'teken-evidence';
export const PACK_VERSION = 1;

/** The program that judged. */
export interface RecordedTool {
  readonly version: string;
  readonly commit: string;
}

/** A certificate, list or response as it was seen. */
export interface RecordedItem {
  readonly kind: EvidenceKind;
  readonly der: Uint8Array;
  /** Lower-case hexadecimal; for readers of the pack, never believed. */
  readonly sha256: string;
  readonly origin: 'embedded' | Receipt['origin'];
  /** First revision whose store holds it (0: a signature brings it along), null for what came from outside. */
  readonly since: number | null;
  readonly fetchedAt: Instant | null;
}

export interface RecordedDigest {
  /** Bytes [0, cut) and [resume, end) of the document. */
  readonly cut: number;
  readonly resume: number;
  readonly end: number;
  readonly algorithm: DigestAlgorithm;
  /** Lower-case hexadecimal. */
  readonly value: string;
}

export interface RecordedCheck {
  /** SHA-256 of the signed bytes, lower-case hexadecimal. */
  readonly message: string;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly scheme: SignatureScheme;
  readonly signature: Uint8Array;
  readonly answer: boolean;
}

/** Everything a verdict rests on. `replayEvidence` reaches the verdict again from it and the document. */
export interface Evidence {
  readonly tool: RecordedTool;
  /** SHA-256 in lower-case hexadecimal. */
  readonly document: { readonly size: number; readonly sha256: string };
  readonly prefixSize: number | null;
  readonly now: Instant;
  readonly policy: ValidationPolicy;
  /** The whole list, its certificates included. */
  readonly trustList: TrustList;
  /** In the order in which judging saw them. */
  readonly items: readonly RecordedItem[];
  readonly inquiries: readonly Inquiry[];
  readonly digests: readonly RecordedDigest[];
  readonly signatureChecks: readonly RecordedCheck[];
}

export interface EvidencePack {
  readonly evidence: Evidence;
  readonly report: VerificationReport;
}

/** @param judged - null for a document that could not be read: its report rests on its bytes alone */
export function recordEvidence(
  context: Pick<GatheringContext, 'now' | 'policy' | 'trustList' | 'prefixSize'> & {
    readonly platform: { readonly digests: Digests };
    readonly tool: RecordedTool;
  },
  report: VerificationReport,
  judged: (JudgedFromEvidence & { readonly gathered: GatheredEvidence }) | null,
): EvidencePack {
  const { now, policy, trustList, prefixSize, platform, tool } = context;
  return Object.freeze({
    evidence: Object.freeze({
      tool,
      document: report.file,
      prefixSize: prefixSize ?? null,
      now,
      policy,
      trustList,
      items: (judged?.gathered.judging.pool.items ?? []).map(recordedItem),
      inquiries: judged?.gathered.inquiries ?? [],
      digests: (judged?.digests ?? []).map(recordedDigest),
      signatureChecks: (judged?.checks ?? []).map((used) => recordedCheck(used, platform.digests)),
    }),
    report,
  });
}

function recordedItem({ kind, der, sha256, from }: PoolItem): RecordedItem {
  return typeof from === 'number'
    ? { kind, der, sha256, origin: 'embedded', since: from, fetchedAt: null }
    : { kind, der, sha256, origin: from.origin, since: null, fetchedAt: from.fetchedAt };
}

function recordedDigest({ range, value }: UsedDigest): RecordedDigest {
  return { ...range, value: hex(value) };
}

function recordedCheck({ check, answer }: UsedCheck, digests: Digests): RecordedCheck {
  const { publicKey, scheme, signature, message } = check;
  return { message: hex(digests.of('sha256', message)), publicKey, scheme, signature, answer };
}

/** The sections of a pack, each a canonical text: what two records of one verification are compared by. */
export type PackSections = Readonly<Record<keyof Evidence | 'report', string>>;

export function packSections({ evidence, report }: EvidencePack): PackSections {
  const { trustList, items, signatureChecks, ...plain } = evidence;
  const bytes = (der: Uint8Array): string => encodeBase64(der);
  return {
    tool: canonicalJson(plain.tool),
    document: canonicalJson(plain.document),
    prefixSize: canonicalJson(plain.prefixSize),
    now: canonicalJson(plain.now),
    policy: canonicalJson(plain.policy),
    inquiries: canonicalJson(plain.inquiries),
    digests: canonicalJson(plain.digests),
    trustList: canonicalJson({
      version: trustList.version,
      sha256: trustList.sha256,
      asOf: trustList.asOf,
      anchors: trustList.anchors.map((anchor) => ({ ...anchor, certificate: bytes(anchor.certificate.der) })),
      intermediates: trustList.intermediates.map(({ der }) => bytes(der)),
    }),
    items: canonicalJson(items.map((item) => ({ ...item, der: bytes(item.der) }))),
    signatureChecks: canonicalJson(
      signatureChecks.map((check) => ({
        ...check,
        publicKey: bytes(check.publicKey),
        signature: bytes(check.signature),
      })),
    ),
    report: canonicalJson(report),
  };
}

/** The pack as it is stored: canonical JSON in UTF-8. */
export function encodeEvidencePack(pack: EvidencePack): Uint8Array {
  const { report, ...evidence } = packSections(pack);
  const sections = Object.entries(evidence).sort(([a], [b]) => (a < b ? -1 : 1));
  const inner = sections.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',');
  return new TextEncoder().encode(
    `{"evidence":{${inner}},"format":"${PACK_FORMAT}","report":${report},"version":${PACK_VERSION}}`,
  );
}
