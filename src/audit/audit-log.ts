// The audit of one process: one chain of records, one after the other, to every sink; and its checkpoints.

import {
  type Checkpoint,
  type CheckpointPlace,
  FIRST_CHECKPOINT,
  sealCheckpoint,
  stateCheckpoint,
  statementHash,
} from './checkpoint.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import { type AuditKey, macKeyOf, type ReferenceKind, referenceKeyOf, referenceTo } from './keys.ts';
import { issueReceipt, type Receipt } from './receipt.ts';
import {
  type AuditEvent,
  type AuditFacts,
  type KeyedReference,
  NO_PREVIOUS,
  type WrittenRecord,
  writeRecord,
} from './record.ts';
import type { AuditSeal } from './seal.ts';
import { AuditUnavailable, type Lane } from './sink.ts';

export interface AuditLogOptions {
  /** Names this chain and no other: where it runs and since when. */
  readonly chainId: string;
  /** The newest first; never empty. */
  readonly keys: readonly AuditKey[];
  /** Never empty; a record is there when one of them has it. */
  readonly lanes: readonly Lane[];
  readonly checkpoints: CheckpointStore;
  /** Null: no receipts, and checkpoints that are not signed. */
  readonly seal: AuditSeal | null;
  /** A time-stamp over this SHA-256, DER; null where there is no authority. */
  readonly stamp: ((digest: Uint8Array) => Promise<Uint8Array>) | null;
  /** UTC, RFC 3339. */
  readonly now: () => string;
  /** Told what a checkpoint lacks, by a stable word. */
  readonly onTrouble?: (what: 'checkpoint-not-timestamped' | 'checkpoint-failed', error: unknown) => void;
  /** Milliseconds until a record that no sink has taken is given up. */
  readonly patienceMs?: number;
  /** Records, and milliseconds, after which a checkpoint is due. */
  readonly checkpointEvery?: { readonly records: number; readonly ms: number };
}

/** A record on its way. */
export interface Recorded extends Pick<WrittenRecord, 'chainId' | 'seq' | 'hash'> {
  /** Resolves when a sink has it. @throws AuditUnavailable */
  readonly written: Promise<void>;
}

const PATIENCE_MS = 2_000;
const CHECKPOINT_EVERY = { records: 1_000, ms: 5 * 60_000 };

export class AuditLog {
  readonly #options: AuditLogOptions;
  readonly #referenceKey: ReturnType<typeof referenceKeyOf>;
  readonly #macKey: ReturnType<typeof macKeyOf>;
  readonly #timer: NodeJS.Timeout;
  #seq = 0;
  #head = NO_PREVIOUS;
  #since: Pick<WrittenRecord, 'chainId' | 'seq' | 'hash'>[] = [];
  #place: CheckpointPlace = FIRST_CHECKPOINT;
  #checkpointing: Promise<void> = Promise.resolve();
  #stamping = new Set<Promise<void>>();

  constructor(options: AuditLogOptions) {
    const [key] = options.keys;
    if (key === undefined) throw new RangeError('an audit has a key');
    this.#options = options;
    this.#referenceKey = referenceKeyOf(key);
    this.#macKey = macKeyOf(options.chainId, key);
    const { ms } = options.checkpointEvery ?? CHECKPOINT_EVERY;
    this.#timer = setInterval(() => this.#checkpoint(true), ms).unref();
  }

  get chainId(): string {
    return this.#options.chainId;
  }

  /** Whether a sink takes records at the moment. */
  get works(): boolean {
    return this.#options.lanes.some(({ works }) => works);
  }

  /** Puts an event into the chain. What depends on it waits for `written`. @throws AuditUnavailable when too much waits already */
  append(event: AuditEvent, facts: AuditFacts): Recorded {
    const recorded = this.#append(event, facts);
    const { records } = this.#options.checkpointEvery ?? CHECKPOINT_EVERY;
    if (this.#since.length >= records) this.#checkpoint(true);
    return recorded;
  }

  /** Who was meant, for those alone who have the key. */
  reference(kind: ReferenceKind, text: string): KeyedReference {
    return referenceTo(kind, text, this.#referenceKey);
  }

  /** The receipt of a record, null for a service without a seal. */
  async receipt(
    record: Pick<WrittenRecord, 'chainId' | 'seq' | 'hash'>,
    signature: Pick<Receipt, 'signatureId' | 'sha256'>,
  ): Promise<string | null> {
    const { seal } = this.#options;
    return seal === null ? null : issueReceipt(record, signature, seal);
  }

  /** The checkpoints at hand, oldest first. */
  published(): readonly Checkpoint[] {
    return this.#options.checkpoints.all();
  }

  /** Ends the chain with `shutdown` and a last checkpoint. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const { written } = this.#append('shutdown', {});
    // What could not be written will be missing, and its absence is what a reader of the chain is told.
    await written.catch(() => undefined);
    this.#checkpoint(false);
    await this.#checkpointing;
    await Promise.all(this.#stamping);
    await this.#options.checkpoints.close?.();
    for (const lane of this.#options.lanes) await lane.close();
  }

  #append(event: AuditEvent, facts: AuditFacts): Recorded {
    const { chainId, lanes, now } = this.#options;
    if (lanes.every(({ full }) => full)) throw new AuditUnavailable();
    const place = { chainId, seq: this.#seq + 1, prev: this.#head, ts: now() };
    const { seq, hash, line } = writeRecord(place, event, facts, this.#macKey);
    this.#seq = seq;
    this.#head = hash;
    this.#since.push({ chainId, seq, hash });
    const written = this.#inTime(Promise.any(lanes.map((lane) => lane.push(line))));
    // Whoever does not wait for it does not want to be told either; the lane has said it.
    written.catch(() => undefined);
    return { chainId, seq, hash, written };
  }

  async #inTime(taken: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new AuditUnavailable()), this.#options.patienceMs ?? PATIENCE_MS);
    });
    try {
      await Promise.race([taken, late]);
    } catch (error) {
      throw error instanceof AuditUnavailable ? error : new AuditUnavailable(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Covers what came since the last checkpoint. @param recorded - the chain says so too */
  #checkpoint(recorded: boolean): void {
    const records = this.#since;
    if (records.length === 0) return;
    const stated = stateCheckpoint(records, this.#place, this.#options.now());
    const { number, firstSeq, lastSeq, root } = stated;
    this.#since = [];
    this.#place = { number: number + 1, prev: statementHash(JSON.stringify(stated)) };
    if (recorded) this.#append('checkpoint.made', { checkpoint: { number, firstSeq, lastSeq, root } });
    const leaves = records.map(({ hash }) => hash);
    const before = this.#checkpointing;
    this.#checkpointing = (async () => {
      await before;
      const checkpoint = await sealCheckpoint(stated, leaves, this.#options.seal);
      await this.#options.checkpoints.put(checkpoint);
      this.#timestamp(checkpoint);
    })().catch((error: unknown) => this.#options.onTrouble?.('checkpoint-failed', error));
  }

  #timestamp(checkpoint: Checkpoint): void {
    const { stamp, checkpoints, onTrouble } = this.#options;
    if (stamp === null) return;
    const work = (async () => {
      try {
        const token = await stamp(Buffer.from(statementHash(checkpoint.statement), 'hex'));
        await checkpoints.put({ ...checkpoint, timestamp: Buffer.from(token).toString('base64') });
      } catch (error) {
        onTrouble?.('checkpoint-not-timestamped', error);
      }
    })();
    this.#stamping.add(work);
    void work.finally(() => this.#stamping.delete(work));
  }
}
