// `teken replay`: a verification reached again from its record and the document, on any day and without a network.

import { readFileSync, statSync } from 'node:fs';
import { nodePlatform, openFileSource } from '../platform/node.ts';
import { reportJson, type VerifyAnswer } from '../report/json.ts';
import type { Text } from '../report/language.ts';
import { printable } from '../report/printable.ts';
import { fillText } from '../report/template.ts';
import { reportText } from '../report/text.ts';
import { timeText } from '../report/time-text.ts';
import { EvidencePackRefused } from '../verify/pack-fields.ts';
import { PACK_LIMITS, type RecordedPack, readEvidencePack } from '../verify/read-evidence-pack.ts';
import { type Replay, replayEvidence } from '../verify/replay.ts';
import { type Arguments, oneOf } from './arguments.ts';
import type { Calling } from './calling.ts';
import { EXIT, exitCodeOf, FAILURES, type Failure, outcomeOf } from './exit-codes.ts';
import { readPassword } from './password-file.ts';
import { runIdOf } from './run-id.ts';
import { systemReason } from './system-reason.ts';
import { plain, type Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { readSpanMs } from './values.ts';
import { toolOf } from './version.ts';

/** `-f json`: the answer computed now, and how it compares with the record. */
export interface ReplayAnswer {
  readonly reproduced: boolean;
  readonly differences: Replay['differences'];
  readonly recordedBy: Replay['recordedBy'];
  /** Policy, anchors and time of the answer are those of the pack, not of this place. */
  readonly basis: 'evidence-pack';
  readonly answer: VerifyAnswer;
}

const WORDS = {
  basis: {
    id: 'Dinilai ulang dari berkas bukti: bahan, aturan, penerbit tepercaya, dan waktu ({time}) berasal dari bukti itu. Sidik dan tanda tangan dihitung kembali.',
    en: 'Judged again from the evidence file: material, rules, trusted issuers and time ({time}) are those of that file. Digests and signatures were computed again.',
  },
  reproduced: {
    id: 'Hasilnya sama persis dengan yang tercatat (teken {version}).',
    en: 'The result is exactly the recorded one (teken {version}).',
  },
  differs: {
    id: 'Hasilnya BERBEDA dari yang tercatat (teken {version}). Yang berlaku adalah hasil di atas.',
    en: 'The result DIFFERS from the recorded one (teken {version}). What counts is the result above.',
  },
  altered: {
    id: 'Peringatan: catatan di dalam berkas bukti tidak cocok dengan hitungan ulang: {parts}.',
    en: 'Warning: what the evidence file says is not what was computed again: {parts}.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * Judges a document by its evidence file.
 * @returns the exit code of the verdict, and never the one of an acceptance when the recorded report was not reached
 * @throws UsageError, EvidencePackRefused
 */
export async function replayFile(line: Arguments, calling: Calling): Promise<number> {
  const [packPath, documentPath, ...more] = line.files;
  if (packPath === undefined || documentPath === undefined) throw new UsageError('replay-arguments');
  if (more.length > 0) throw new UsageError('replay-arguments');
  const format = oneOf('format', line.value('format') ?? 'text', ['text', 'json']);
  const passwordFile = line.value('password-file');
  const timeoutMs = readSpanMs('timeout', line.value('timeout') ?? '60s');
  const { terminal, environment } = calling;
  const { timeZone, commit } = environment();
  const tool = toolOf(commit);
  const recorded = readPack(packPath);
  const password = passwordFile === null ? null : readPassword(passwordFile);
  const source = openDocumentFile(documentPath);
  const replay = await replayEvidence(source, recorded, {
    platform: nodePlatform,
    tool,
    ...(password === null ? {} : { password }),
    signal: AbortSignal.any([terminal.interrupted, AbortSignal.timeout(timeoutMs)]),
    onFailure: (error) => terminal.warn(`teken: ${printable(String(error))}`),
  }).finally(() => {
    password?.fill(0);
    source.close();
  });
  if (terminal.interrupted.aborted) return EXIT.interrupted;
  await write(replay, { documentPath, format, timeZone, calling, tool, line });
  return exitOf(replay);
}

function exitOf({ report, reproduced }: Replay): number {
  const exit = exitCodeOf([outcomeOf(report)], new Set(Object.keys(FAILURES) as Failure[]));
  return reproduced || exit === EXIT.internal ? exit : EXIT.refused;
}

interface Writing {
  readonly documentPath: string;
  readonly format: 'text' | 'json';
  readonly timeZone: string;
  readonly calling: Calling;
  readonly tool: Replay['recordedBy'];
  readonly line: Arguments;
}

async function write(replay: Replay, to: Writing): Promise<void> {
  const { report, reproduced, differences, recordedBy } = replay;
  const { language, terminal } = to.calling;
  const requestId = runIdOf(to.documentPath, report, report.checkedAt);
  const { timeZone, tool } = to;
  if (to.format === 'json') {
    const answer = reportJson(report, { requestId, fileName: null, tool, timeZone });
    const all: ReplayAnswer = { reproduced, differences, recordedBy, basis: 'evidence-pack', answer };
    await terminal.write(`${JSON.stringify(all, null, 2)}\n`);
    return;
  }
  const paint = to.line.has('no-color') ? plain : terminal.paint;
  const { width } = terminal;
  const context = { language, timeZone, fileName: to.documentPath, requestId, paint, width };
  const time = timeText(report.checkedAt, { language, timeZone });
  const outcome = reproduced ? WORDS.reproduced : WORDS.differs;
  await terminal.write(
    [
      reportText(report, context),
      fillText(WORDS.basis[language], { time }),
      paint(reproduced ? 'faint' : 'bad', fillText(outcome[language], { version: recordedBy.version })),
      '',
    ].join('\n'),
  );
  warnOfDifferences(differences, to.calling, terminal);
}

function warnOfDifferences(
  differences: Replay['differences'],
  { language }: Calling,
  terminal: Terminal,
): void {
  const parts = differences.filter((part) => part !== 'report').join(', ');
  if (parts !== '') terminal.warn(`teken: ${fillText(WORDS.altered[language], { parts })}`);
}

function readPack(file: string): RecordedPack {
  return readEvidencePack(readAll(file), nodePlatform.digests);
}

function readAll(file: string): Uint8Array {
  try {
    const { size } = statSync(file);
    if (size > PACK_LIMITS.bytes)
      throw new EvidencePackRefused('pack-too-large', { limit: PACK_LIMITS.bytes });
    return new Uint8Array(readFileSync(file));
  } catch (cause) {
    if (cause instanceof EvidencePackRefused) throw cause;
    throw new UsageError('input-unreadable', { file, reason: systemReason(cause) }, cause);
  }
}

function openDocumentFile(file: string): ReturnType<typeof openFileSource> {
  try {
    return openFileSource(file);
  } catch (cause) {
    throw new UsageError('input-unreadable', { file, reason: systemReason(cause) }, cause);
  }
}
