// Reads one chain from its first record to its last, and says which line is not as it was written.

import { type AuditKey, macKeyOf } from './keys.ts';
import { type ChainHead, hasMac, NO_PREVIOUS, type ReadRecord, readRecord } from './record.ts';

/** A line with where it stands. */
export interface PlacedLine {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
  /** False for a last line without its line feed. */
  readonly ended: boolean;
}

export type ChainFindingCode =
  /** The line is no record at all. */
  | 'not-a-record'
  /** It belongs to another chain than the file. */
  | 'other-chain'
  /** Its octets are not those that its hash covers. */
  | 'record-changed'
  /** It was not written by who has the key. */
  | 'mac-wrong'
  /** It does not follow the record before it. */
  | 'chain-broken'
  /** Records are missing before it. */
  | 'records-missing'
  /** It stands where an earlier record should, or twice. */
  | 'out-of-order'
  /** The last line ends in the middle: the process was killed while it wrote. */
  | 'torn-tail'
  /** The chain has no `shutdown`: it runs, was killed, or its end was taken away. */
  | 'chain-open'
  /** The key of this chain is not among those given, so nobody can say who wrote the lines. */
  | 'mac-not-checked';

export interface ChainFinding {
  readonly code: ChainFindingCode;
  /** A note is no proof of tampering by itself. */
  readonly grade: 'fault' | 'note';
  readonly file: string;
  readonly line: number;
  /** Records meant, first and last; null where none can be named. */
  readonly seq: readonly [first: number, last: number] | null;
}

export interface VerifiedChain {
  readonly chainId: string;
  /** Hash of each record by its number, as the lines say. */
  readonly hashes: ReadonlyMap<number, string>;
  /** Where other chains stood when this one began. */
  readonly after: readonly ChainHead[];
  readonly findings: readonly ChainFinding[];
}

const NOTES: ReadonlySet<ChainFindingCode> = new Set(['torn-tail', 'chain-open', 'mac-not-checked']);

/**
 * @param lines - of the files of this chain, in order
 * @param keys - null: whether the lines were written by who has the key is not checked
 */
export function verifyChain(
  chainId: string,
  lines: Iterable<PlacedLine>,
  keys: readonly AuditKey[] | null,
): VerifiedChain {
  const reading = new ChainReading(chainId, keys);
  for (const line of lines) reading.take(line);
  return reading.finish();
}

class ChainReading {
  readonly #chainId: string;
  readonly #keys: readonly AuditKey[] | null;
  readonly #hashes = new Map<number, string>();
  readonly #findings: ChainFinding[] = [];
  #after: readonly ChainHead[] = [];
  #macKey: ReturnType<typeof macKeyOf> | null = null;
  #seq = 0;
  #hash = NO_PREVIOUS;
  #ended = false;
  #last: PlacedLine = { file: '', line: 0, text: '', ended: true };

  constructor(chainId: string, keys: readonly AuditKey[] | null) {
    this.#chainId = chainId;
    this.#keys = keys;
  }

  take(line: PlacedLine): void {
    this.#last = line;
    const record = line.ended ? readRecord(line.text) : null;
    if (record === null) {
      this.#find(line.ended ? 'not-a-record' : 'torn-tail', line, null);
      return;
    }
    if (record.chainId !== this.#chainId) {
      this.#find('other-chain', line, record);
      return;
    }
    if (record.seq === 1) this.#begin(record, line);
    this.#check(record, line);
    this.#seq = Math.max(this.#seq, record.seq);
    this.#hash = record.hash;
    if (!this.#hashes.has(record.seq)) this.#hashes.set(record.seq, record.hash);
    this.#ended = record.event === 'shutdown';
  }

  finish(): VerifiedChain {
    if (!this.#ended) this.#find('chain-open', this.#last, null);
    return {
      chainId: this.#chainId,
      hashes: this.#hashes,
      after: this.#after,
      findings: this.#findings,
    };
  }

  /** The first record says which key proves the others, and what was there before. */
  #begin({ facts }: ReadRecord, line: PlacedLine): void {
    this.#after = Array.isArray(facts.after) ? facts.after : [];
    const key = this.#keys?.find(({ id }) => id === facts.macKeyId);
    if (key !== undefined) this.#macKey = macKeyOf(this.#chainId, key);
    else if (this.#keys !== null) this.#find('mac-not-checked', line, null);
  }

  #check(record: ReadRecord, line: PlacedLine): void {
    const { seq } = record;
    if (!record.intact) this.#find('record-changed', line, record);
    else if (this.#macKey !== null && !hasMac(record, this.#macKey)) this.#find('mac-wrong', line, record);
    if (seq > this.#seq + 1) this.#findings.push(finding('records-missing', line, [this.#seq + 1, seq - 1]));
    else if (seq <= this.#seq) this.#find('out-of-order', line, record);
    else if (record.prev !== this.#hash) this.#find('chain-broken', line, record);
  }

  #find(code: ChainFindingCode, line: PlacedLine, record: Pick<ReadRecord, 'seq'> | null): void {
    this.#findings.push(finding(code, line, record === null ? null : [record.seq, record.seq]));
  }
}

function finding(code: ChainFindingCode, { file, line }: PlacedLine, seq: ChainFinding['seq']): ChainFinding {
  return { code, grade: NOTES.has(code) ? 'note' : 'fault', file, line, seq };
}
