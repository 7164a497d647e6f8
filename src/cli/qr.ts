// `teken qr`: the code of a letter, checked with seals that are trusted here.

import { readFileSync } from 'node:fs';
import { knownSeals } from '../letter-services.ts';
import {
  type CheckedCode,
  checkLetterCode,
  type KnownSeal,
  type SealStanding,
} from '../letters/check-letter-code.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { certificatesInFile } from '../pki/pem.ts';
import type { Language } from '../report/language.ts';
import { CODE_FINDING_TEXTS, LETTER_TEXTS } from '../report/letter-texts.ts';
import { printable } from '../report/printable.ts';
import { type Arguments, oneOf } from './arguments.ts';
import type { Calling } from './calling.ts';
import { EXIT } from './exit-codes.ts';
import { systemReason } from './system-reason.ts';
import { UsageError } from './usage-error.ts';

/** @returns 0 for a genuine code (and the right file), 1 otherwise @throws UsageError */
export async function checkCode(line: Arguments, { terminal, language }: Calling): Promise<number> {
  const [code, ...more] = line.files;
  if (code === undefined || more.length > 0) throw new UsageError('qr-arguments');
  const format = oneOf('format', line.value('format') ?? 'text', ['text', 'json']);
  const seals = [...sealsOf(line, 'seal', 'current'), ...sealsOf(line, 'former-seal', 'former')];
  if (seals.length === 0) throw new UsageError('option-missing', { option: '--seal' });
  const document = line.value('document');
  const file = document === null ? null : readBytes(document);
  const checked = await checkLetterCode(code, seals, file);
  await terminal.write(format === 'json' ? jsonOf(checked) : textOf(checked, language));
  return checked.facts !== null && checked.document !== 'other' ? EXIT.accepted : EXIT.refused;
}

function sealsOf(line: Arguments, option: string, standing: SealStanding): readonly KnownSeal[] {
  const certificates = line.values(option).flatMap((file) => certificatesInFile(readBytes(file)));
  return knownSeals(certificates.map(parseCertificate), standing);
}

function jsonOf({ facts, holder, seal, finding, document }: CheckedCode): string {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  const letter = facts === null ? null : { ...facts, contentSha256: hex(facts.contentSha256) };
  return `${JSON.stringify({ genuine: facts !== null, finding, sealedBy: holder, seal, letter, document }, null, 2)}\n`;
}

function textOf({ facts, holder, seal, finding, document }: CheckedCode, language: Language): string {
  if (facts === null) return `${CODE_FINDING_TEXTS[finding ?? 'code-malformed'][language]}\n`;
  const word = (key: keyof typeof LETTER_TEXTS): string => LETTER_TEXTS[key][language];
  const { number, date, subject, signer, agency } = facts;
  const rows = Object.entries({ number, date, subject, signer, agency, sealedBy: holder ?? '' });
  const said = rows.map(([key, value]) => `  ${word(key as keyof typeof LETTER_TEXTS)}: ${printable(value)}`);
  const file = document === null ? [] : [word(document)];
  const former = seal === 'former' ? [word('former')] : [];
  return `${[word('genuine'), ...said, ...former, ...file, word('proves'), word('notProven'), word('next')].join('\n')}\n`;
}

function readBytes(file: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (cause) {
    throw new UsageError('input-unreadable', { file, reason: systemReason(cause) }, cause);
  }
}
