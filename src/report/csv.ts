// Results as CSV (RFC 4180): one row for each signature, one for each file that has none.

import type { Instant } from '../asn1/values.ts';
import type { SignatureReport } from '../verify/report.ts';
import type { FileResult } from './file-result.ts';
import { printable, printableClaim } from './printable.ts';
import { rfc3339 } from './time-text.ts';

type Cell = string | number | boolean | null;
type Row = Readonly<Record<(typeof CSV_COLUMNS)[number], Cell>>;

/** Stable; new ones are added at the end. */
export const CSV_COLUMNS = [
  'path',
  'sha256',
  'size',
  'file_verdict',
  'ok',
  'signature',
  'verdict',
  'indication',
  'sub_indication',
  'kind',
  'level',
  'integrity',
  'identity',
  'signer',
  'issuer',
  'serial',
  'certified_by_psre',
  'time',
  'time_source',
  'time_stamp_authority',
  'claimed_time',
  'revocation',
  'version',
  'covers_whole_file',
  'page',
  'field',
  'reasons',
  'changes',
  'unmet',
  'problem',
  'checked_at',
  'duration_ms',
] as const;

export function csvHeader(): string {
  return `${CSV_COLUMNS.join(',')}\r\n`;
}

export function csvRows(result: FileResult): string {
  const { signatures } = result.report;
  const rows =
    signatures.length === 0
      ? [rowOf(result, null, null)]
      : signatures.map((signature, i) => rowOf(result, signature, i + 1));
  return rows.map((row) => `${CSV_COLUMNS.map((column) => cellText(row[column])).join(',')}\r\n`).join('');
}

function rowOf(result: FileResult, signature: SignatureReport | null, number: number | null): Row {
  const { report, unmet, durationMs } = result;
  const { signer = null, time = null } = signature ?? {};
  return {
    path: printable(result.path),
    sha256: report.file.sha256,
    size: report.file.size,
    file_verdict: report.verdict,
    ok: report.ok,
    signature: number,
    verdict: signature?.verdict ?? null,
    indication: signature?.indication ?? null,
    sub_indication: signature?.subIndication ?? null,
    kind: signature?.kind ?? null,
    level: signature?.level ?? null,
    integrity: signature?.integrity.status ?? null,
    identity: signature?.identity.status ?? null,
    signer: claim(signer?.commonName),
    issuer: claim(signer?.issuer),
    serial: signer?.serial ?? null,
    certified_by_psre: signer?.certifiedByPsre ?? null,
    time: instant(time?.value),
    time_source: time?.source ?? null,
    time_stamp_authority: claim(time?.tsa),
    claimed_time: instant(time?.claimed),
    revocation: signature?.revocation?.status ?? null,
    version: signature?.revision ?? null,
    covers_whole_file: signature?.integrity.coversWholeFile ?? null,
    page: signature?.page ?? null,
    field: claim(signature?.fieldName),
    reasons: signature === null ? null : signature.reasons.map(({ code }) => code).join(' '),
    changes: signature === null ? null : changesOf(signature),
    unmet: unmet.join(' '),
    problem: report.problem?.code ?? null,
    checked_at: rfc3339(report.checkedAt),
    duration_ms: durationMs,
  };
}

function changesOf({ integrity }: SignatureReport): string {
  return [...new Set(integrity.changesAfter.map(({ kind }) => kind))].join(' ');
}

function claim(text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : printableClaim(text);
}

function instant(time: Instant | null | undefined): string | null {
  return time === null || time === undefined ? null : rfc3339(time);
}

// A spreadsheet takes such a cell for a formula, and a formula may call programs and addresses.
const FORMULA = /^[=+\-@\t\r]/;

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
