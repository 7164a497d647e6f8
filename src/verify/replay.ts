// A verification reached again, on any day, without a network: from the document and the record of the first time.

import type { Platform, Source } from '../platform/platform.ts';
import { type Evidence, packSections, type RecordedItem, type RecordedTool } from './evidence-pack.ts';
import { EvidencePackRefused } from './pack-fields.ts';
import type { SuppliedItem } from './ports.ts';
import type { RecordedPack } from './read-evidence-pack.ts';
import type { VerificationReport } from './report.ts';
import { verifyWithEvidence } from './verify-with-evidence.ts';

export interface ReplayContext {
  readonly platform: Platform;
  /** The program that judges now. */
  readonly tool: RecordedTool;
  /** Opens an encrypted document; it is never part of a pack. */
  readonly password?: Uint8Array;
  readonly signal: AbortSignal;
  readonly onFailure?: (error: unknown) => void;
}

/** A part of the pack that came out otherwise when it was computed again. */
export type ReplayDifference = 'report' | 'items' | 'digests' | 'signatureChecks';

export interface Replay {
  /** Computed now. Raw material, policy, anchors and time are those of the pack; digests and arithmetic are computed again. */
  readonly report: VerificationReport;
  /** Whether the recorded report is this one, byte for byte. */
  readonly reproduced: boolean;
  /** What the pack says otherwise. A difference beside the report means that the record was altered, and changed nothing. */
  readonly differences: readonly ReplayDifference[];
  readonly recordedBy: RecordedTool;
}

/**
 * Judges a document again by the record of an earlier verification. Nobody is asked and no clock is read.
 * @throws EvidencePackRefused `document-differs` when it is not the document of the pack
 */
export async function replayEvidence(
  source: Source,
  recorded: RecordedPack,
  context: ReplayContext,
): Promise<Replay> {
  const { evidence } = recorded;
  const { now, policy, trustList, inquiries, prefixSize } = evidence;
  requireSize(source, evidence);
  const { report, pack } = await verifyWithEvidence(source, {
    ...context,
    now,
    policy,
    trustList,
    inquiries,
    ...(prefixSize === null ? {} : { prefixSize }),
    revocation: null,
    supplied: evidence.items.flatMap(suppliedItem),
  });
  if (pack === null) return { report, reproduced: false, differences: ['report'], recordedBy: evidence.tool };
  if (report.file.sha256 !== evidence.document.sha256) throw documentDiffers(source, evidence);
  const before = { ...packSections({ evidence, report }), report: recorded.report };
  const after = packSections(pack);
  const differences = COMPARED.filter((section) => before[section] !== after[section]);
  return { report, reproduced: !differences.includes('report'), differences, recordedBy: evidence.tool };
}

const COMPARED: readonly ReplayDifference[] = ['report', 'items', 'digests', 'signatureChecks'];

function requireSize(source: Source, evidence: Evidence): void {
  const { prefixSize, document } = evidence;
  if (source.size !== document.size || (prefixSize ?? 0) > document.size)
    throw documentDiffers(source, evidence);
}

function documentDiffers(source: Source, { document }: Evidence): EvidencePackRefused {
  return new EvidencePackRefused('document-differs', { size: source.size, expectedSize: document.size });
}

/** What the document holds is read from the document again. */
function suppliedItem({ kind, der, origin, fetchedAt }: RecordedItem): readonly SuppliedItem[] {
  return origin === 'embedded' ? [] : [{ kind, der, receipt: { origin, fetchedAt } }];
}
