// The receipt of a signature: the service's signed word that a record of it stands in the audit, and how anyone checks that against
// a published checkpoint.

import { type Checkpoint, type CheckpointStatement, readStatement } from './checkpoint.ts';
import { treeRoot } from './merkle.ts';
import type { WrittenRecord } from './record.ts';
import { type AuditSeal, type ReadJws, readJws, signJws, type VerifySeal } from './seal.ts';

export const RECEIPT_FORM = 'teken-receipt/1';

export interface Receipt {
  readonly v: typeof RECEIPT_FORM;
  readonly chainId: string;
  readonly seq: number;
  /** Of the record, hexadecimal. */
  readonly hash: string;
  readonly signatureId: string;
  /** Of the signed document, hexadecimal. */
  readonly sha256: string;
}

/** Signs the receipt of a record. */
export function issueReceipt(
  { chainId, seq, hash }: Pick<WrittenRecord, 'chainId' | 'seq' | 'hash'>,
  signature: Pick<Receipt, 'signatureId' | 'sha256'>,
  seal: AuditSeal,
): Promise<string> {
  const { signatureId, sha256 } = signature;
  const receipt: Receipt = { v: RECEIPT_FORM, chainId, seq, hash, signatureId, sha256 };
  return signJws('teken-receipt', JSON.stringify(receipt), seal);
}

export type ReceiptFinding =
  | 'receipt-malformed'
  | 'receipt-key-unknown'
  | 'receipt-signature-wrong'
  | 'checkpoint-missing'
  | 'checkpoint-broken'
  | 'checkpoint-unsigned'
  | 'record-not-included'
  | 'document-differs';

export interface CheckedReceipt {
  /** Null when it could not be read. */
  readonly receipt: Receipt | null;
  /** The checkpoint that includes it; null without one. */
  readonly checkpoint: CheckpointStatement | null;
  /** DER of its time-stamp in base64, not verified here; null where it has none. */
  readonly timestamp: string | null;
  /** Empty: the record is included. */
  readonly findings: readonly ReceiptFinding[];
}

/**
 * Checks a receipt against published checkpoints.
 * @param sha256 - of the document that came with it, hexadecimal; null where there is none at hand
 */
export async function checkReceipt(
  jws: string,
  checkpoints: readonly Checkpoint[],
  verify: VerifySeal,
  sha256: string | null,
): Promise<CheckedReceipt> {
  const read = await readJws('teken-receipt', jws.trim(), verify);
  const receipt = read.ok ? parseReceipt(read.payload) : null;
  if (receipt === null) return nothing(read.ok ? 'receipt-malformed' : WRONG[read.reason]);
  const differs: readonly ReceiptFinding[] =
    sha256 === null || sha256 === receipt.sha256 ? [] : ['document-differs'];
  const covering = checkpoints
    .map((checkpoint) => ({ checkpoint, stated: readStatement(checkpoint.statement) }))
    .find(({ stated }) => stated !== null && covers(stated, receipt));
  if (covering?.stated == null)
    return { receipt, checkpoint: null, timestamp: null, findings: [...differs, 'checkpoint-missing'] };
  const { checkpoint, stated } = covering;
  const findings = [...differs, ...(await findingsOf(receipt, checkpoint, stated, verify))];
  return { receipt, checkpoint: stated, timestamp: checkpoint.timestamp, findings };
}

const WRONG: Readonly<Record<Extract<ReadJws, { ok: false }>['reason'], ReceiptFinding>> = {
  malformed: 'receipt-malformed',
  'key-unknown': 'receipt-key-unknown',
  'signature-wrong': 'receipt-signature-wrong',
};

function nothing(finding: ReceiptFinding): CheckedReceipt {
  return { receipt: null, checkpoint: null, timestamp: null, findings: [finding] };
}

function covers({ chainId, firstSeq, lastSeq }: CheckpointStatement, receipt: Receipt): boolean {
  return chainId === receipt.chainId && firstSeq <= receipt.seq && receipt.seq <= lastSeq;
}

async function findingsOf(
  receipt: Receipt,
  checkpoint: Checkpoint,
  stated: CheckpointStatement,
  verify: VerifySeal,
): Promise<readonly ReceiptFinding[]> {
  const findings: ReceiptFinding[] = await checkCheckpoint(checkpoint, verify);
  if (checkpoint.leaves[receipt.seq - stated.firstSeq] !== receipt.hash) findings.push('record-not-included');
  return findings;
}

/** Whether a checkpoint is what its service signed, and its leaves lead to its root. */
export async function checkCheckpoint(
  { statement, jws, leaves }: Checkpoint,
  verify: VerifySeal,
): Promise<('checkpoint-broken' | 'checkpoint-unsigned')[]> {
  const stated = readStatement(statement);
  const counted = stated !== null && leaves.length === stated.lastSeq - stated.firstSeq + 1;
  if (!counted || leaves.length === 0) return ['checkpoint-broken'];
  const root = Buffer.from(treeRoot(leaves.map((leaf) => Buffer.from(leaf, 'hex')))).toString('hex');
  if (root !== stated.root || leaves.at(-1) !== stated.head) return ['checkpoint-broken'];
  if (jws === null) return ['checkpoint-unsigned'];
  const read = await readJws('teken-checkpoint', jws, verify);
  return read.ok && read.payload === statement ? [] : ['checkpoint-broken'];
}

function parseReceipt(text: string): Receipt | null {
  const value = JSON.parse(text) as Partial<Receipt>;
  const right =
    value.v === RECEIPT_FORM &&
    typeof value.chainId === 'string' &&
    Number.isSafeInteger(value.seq) &&
    typeof value.signatureId === 'string' &&
    [value.hash, value.sha256].every((each) => typeof each === 'string' && /^[0-9a-f]{64}$/.test(each));
  return right ? (value as Receipt) : null;
}
