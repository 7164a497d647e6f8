// What a visible signature says: the block that Indonesian letters use, top to bottom.

import type { Instant } from '../asn1/values.ts';
import type { Certificate } from '../pki/certificate.ts';
import { isDevelopmentCertificate } from '../pki/development-marker.ts';
import { commonNameOf, nameText } from '../pki/name.ts';
import { indonesianTime } from './zoned-time.ts';

/** A part of the block, in the order in which they are shown. */
export const BLOCK_PARTS = ['lead', 'position', 'name', 'rank', 'nip', 'time'] as const;

export type BlockPart = (typeof BLOCK_PARTS)[number];

/** What the block says beside the certificate's name and the time. */
export interface BlockFields {
  /** The office held (jabatan). */
  readonly position?: string;
  /** The grade of a civil servant (pangkat). */
  readonly rank?: string;
  /** The number of a civil servant (NIP), 18 digits. */
  readonly nip?: string;
  /** A line of the caller's own, below the others. */
  readonly caption?: string;
  /** Which parts are shown; absent: all that there are. */
  readonly parts?: readonly BlockPart[];
}

export interface AppearanceLine {
  readonly part: BlockPart | 'caption' | 'test';
  readonly text: string;
  readonly weight: 'regular' | 'bold';
}

/** @param timeZone - IANA name */
export function appearanceLines(
  certificate: Certificate,
  fields: BlockFields,
  now: Instant,
  timeZone: string,
): readonly AppearanceLine[] {
  const { position = '', rank = '', nip, caption, parts = BLOCK_PARTS } = fields;
  const texts: Readonly<Record<BlockPart, string>> = {
    lead: 'Ditandatangani secara elektronik oleh:',
    position,
    name: signerName(certificate),
    rank,
    nip: nip === undefined ? '' : nipText(nip),
    time: indonesianTime(now, timeZone),
  };
  const lines: AppearanceLine[] = BLOCK_PARTS.filter((part) => parts.includes(part)).map((part) => ({
    part,
    text: texts[part],
    weight: part === 'name' ? 'bold' : 'regular',
  }));
  if (caption !== undefined) lines.push({ part: 'caption', text: caption, weight: 'regular' });
  // Nobody may take a letter made with a development key for a real one, on paper neither.
  if (isDevelopmentCertificate(certificate)) {
    lines.push({ part: 'test', text: 'DOKUMEN UJI COBA – TIDAK SAH', weight: 'bold' });
  }
  return lines.map((line) => ({ ...line, text: readableText(line.text) })).filter(({ text }) => text !== '');
}

/** As it is printed: birth, appointment, sex and serial apart. What is no such number stays as it is. */
export function nipText(nip: string): string {
  const digits = nip.replace(/\s/gu, '');
  return `NIP. ${digits.replace(/^(\d{8})(\d{6})(\d)(\d{3})$/, '$1 $2 $3 $4')}`;
}

/** The common name, as people know the signer; without one the whole name. */
export function signerName(certificate: Certificate): string {
  return readableText(commonNameOf(certificate.subject) ?? nameText(certificate.subject));
}

// Controls, and marks that turn the direction of what follows: a name could be made to read as another one.
const UNREADABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text as it may be shown: composed, one line, without invisible characters. */
export function readableText(text: string): string {
  if (/^[!-~]+(?: [!-~]+)*$/.test(text)) return text;
  return text.normalize('NFC').replace(/\s+/gu, ' ').replace(UNREADABLE, '').trim();
}
