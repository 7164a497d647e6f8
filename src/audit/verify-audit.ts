// The whole audit: every chain by itself, then what chains, checkpoints and receipts say about each other.

import { type Checkpoint, type CheckpointStatement, readStatement, statementHash } from './checkpoint.ts';
import { type CheckedReceipt, checkCheckpoint, checkReceipt } from './receipt.ts';
import type { VerifySeal } from './seal.ts';
import type { ChainFinding, VerifiedChain } from './verify-chain.ts';

export type AuditFindingCode =
  | ChainFinding['code']
  /** A checkpoint covers records that are not there. */
  | 'checkpoint-records-missing'
  /** A record is another than the one that a checkpoint covers. */
  | 'checkpoint-differs'
  /** A checkpoint is not what was signed, or its leaves do not lead to its root. */
  | 'checkpoint-broken'
  /** Checkpoints of a chain are missing between others. */
  | 'checkpoint-missing'
  /** A checkpoint that nobody signed. */
  | 'checkpoint-unsigned'
  /** A checkpoint without a time-stamp. */
  | 'checkpoint-not-timestamped'
  /** Its time-stamp is not one that a trusted authority gave for this checkpoint. */
  | 'checkpoint-timestamp-wrong'
  /** Nobody said whom to trust for its time-stamp. */
  | 'checkpoint-timestamp-not-checked'
  /** A chain that a later one names is not here, or not so far. */
  | 'earlier-chain-missing'
  | 'earlier-chain-differs'
  /** A receipt names a record that is not there, or another one. */
  | 'receipt-record-missing'
  | 'receipt-wrong';

export interface AuditFinding {
  readonly code: AuditFindingCode;
  readonly grade: 'fault' | 'note';
  readonly chainId: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly seq: readonly [first: number, last: number] | null;
}

export interface AuditMaterial {
  readonly chains: readonly VerifiedChain[];
  readonly checkpoints: readonly Checkpoint[];
  /** Receipts (JWS) that holders of signed documents brought. */
  readonly receipts: readonly string[];
  /** Null: signatures of checkpoints are not checked. */
  readonly verifySeal: VerifySeal | null;
  /** Null: time-stamps of checkpoints are not checked. */
  readonly verifyTimestamp: VerifyTimestamp | null;
}

/** @param digest - SHA-256 of what is time-stamped @param token - DER @returns whether a trusted authority gave it for this */
export type VerifyTimestamp = (digest: Uint8Array, token: Uint8Array) => Promise<boolean>;

/** What is not as it was written; faults first. */
export async function verifyAudit(material: AuditMaterial): Promise<readonly AuditFinding[]> {
  const { chains } = material;
  const byId = new Map(chains.map((chain) => [chain.chainId, chain]));
  const findings = [
    ...chains.flatMap(({ chainId, findings }) => findings.map((each) => ({ ...each, chainId }))),
    ...chains.flatMap((chain) => earlierChains(chain, byId)),
    ...(await ofCheckpoints(material, byId)),
    ...(await ofReceipts(material, byId)),
  ];
  return [
    ...findings.filter(({ grade }) => grade === 'fault'),
    ...findings.filter(({ grade }) => grade === 'note'),
  ];
}

type Chains = ReadonlyMap<string, VerifiedChain>;

function found(
  code: AuditFindingCode,
  chainId: string,
  seq: AuditFinding['seq'] = null,
  grade: AuditFinding['grade'] = 'fault',
): AuditFinding {
  return { code, grade, chainId, file: null, line: null, seq };
}

function earlierChains({ after }: VerifiedChain, chains: Chains): readonly AuditFinding[] {
  return after.flatMap(({ chainId, seq, hash }) => {
    const there = chains.get(chainId)?.hashes.get(seq);
    if (there === hash) return [];
    return [
      found(there === undefined ? 'earlier-chain-missing' : 'earlier-chain-differs', chainId, [seq, seq]),
    ];
  });
}

async function ofCheckpoints(
  { checkpoints, verifySeal, verifyTimestamp }: AuditMaterial,
  chains: Chains,
): Promise<readonly AuditFinding[]> {
  const stated = checkpoints.flatMap((checkpoint) => {
    const statement = readStatement(checkpoint.statement);
    return statement === null ? [] : [{ checkpoint, statement }];
  });
  const findings = await Promise.all(
    stated.map(async ({ checkpoint, statement }) => [
      ...(await ofOneCheckpoint(checkpoint, statement, verifySeal)),
      ...(await ofTimestamp(checkpoint, statement, verifyTimestamp)),
      ...againstChain(checkpoint, statement, chains.get(statement.chainId)),
    ]),
  );
  return [...findings.flat(), ...gaps(stated)];
}

async function ofOneCheckpoint(
  checkpoint: Checkpoint,
  { chainId, firstSeq, lastSeq }: CheckpointStatement,
  verifySeal: VerifySeal | null,
): Promise<readonly AuditFinding[]> {
  const seq = [firstSeq, lastSeq] as const;
  // Without the certificate of the seal only what the checkpoint says about itself is compared.
  const checked = verifySeal === null ? { ...checkpoint, jws: null } : checkpoint;
  const codes = await checkCheckpoint(checked, verifySeal ?? (async () => null));
  const unsigned: AuditFinding['grade'] = verifySeal === null ? 'note' : 'fault';
  return [
    ...codes.map((code) => found(code, chainId, seq, code === 'checkpoint-unsigned' ? unsigned : 'fault')),
  ];
}

async function ofTimestamp(
  { statement, timestamp }: Checkpoint,
  { chainId, firstSeq, lastSeq }: CheckpointStatement,
  verifyTimestamp: VerifyTimestamp | null,
): Promise<readonly AuditFinding[]> {
  const seq = [firstSeq, lastSeq] as const;
  if (timestamp === null) return [found('checkpoint-not-timestamped', chainId, seq, 'note')];
  if (verifyTimestamp === null) return [found('checkpoint-timestamp-not-checked', chainId, seq, 'note')];
  const digest = Buffer.from(statementHash(statement), 'hex');
  const right = await verifyTimestamp(digest, Buffer.from(timestamp, 'base64'));
  return right ? [] : [found('checkpoint-timestamp-wrong', chainId, seq)];
}

function againstChain(
  { leaves }: Checkpoint,
  { chainId, firstSeq }: CheckpointStatement,
  chain: VerifiedChain | undefined,
): readonly AuditFinding[] {
  return leaves.flatMap((leaf, i) => {
    const there = chain?.hashes.get(firstSeq + i);
    if (there === leaf) return [];
    const code = there === undefined ? 'checkpoint-records-missing' : 'checkpoint-differs';
    return [found(code, chainId, [firstSeq + i, firstSeq + i])];
  });
}

/** Each checkpoint names the one before it. */
function gaps(
  stated: readonly { readonly checkpoint: Checkpoint; readonly statement: CheckpointStatement }[],
): readonly AuditFinding[] {
  const byChain = Map.groupBy(stated, ({ statement }) => statement.chainId);
  return [...byChain].flatMap(([chainId, all]) => {
    const inOrder = all.toSorted((a, b) => a.statement.number - b.statement.number);
    return inOrder.flatMap(({ statement }, i) => {
      const before = inOrder[i - 1];
      if (before === undefined ? statement.number === 1 : follows(statement, before)) return [];
      // Whoever keeps published ones need not have them all.
      return [found('checkpoint-missing', chainId, [statement.firstSeq, statement.firstSeq], 'note')];
    });
  });
}

function follows(
  { number, prev, firstSeq }: CheckpointStatement,
  before: { readonly checkpoint: Checkpoint; readonly statement: CheckpointStatement },
): boolean {
  const { statement } = before;
  return (
    number === statement.number + 1 &&
    firstSeq === statement.lastSeq + 1 &&
    prev === statementHash(before.checkpoint.statement)
  );
}

async function ofReceipts(
  { receipts, checkpoints, verifySeal }: AuditMaterial,
  chains: Chains,
): Promise<readonly AuditFinding[]> {
  if (verifySeal === null) return [];
  const checked = await Promise.all(receipts.map((jws) => checkReceipt(jws, checkpoints, verifySeal, null)));
  return checked.flatMap(({ receipt }: CheckedReceipt) => {
    if (receipt === null) return [found('receipt-wrong', '')];
    const { chainId, seq, hash } = receipt;
    return chains.get(chainId)?.hashes.get(seq) === hash
      ? []
      : [found('receipt-record-missing', chainId, [seq, seq])];
  });
}
