// What a visible signature says: the block that Indonesian letters use, top to bottom.

import type { Instant } from '../asn1/values.ts';
import type { Certificate } from '../pki/certificate.ts';
import { isDevelopmentCertificate } from '../pki/development-marker.ts';
import { commonNameOf, nameText } from '../pki/name.ts';
import { indonesianTime } from './zoned-time.ts';

export interface AppearanceLine {
  readonly text: string;
  readonly weight: 'regular' | 'bold';
}

/**
 * @param position - the office of the person who signs (jabatan); null leaves the line out
 * @param timeZone - IANA name
 */
export function appearanceLines(
  certificate: Certificate,
  position: string | null,
  now: Instant,
  timeZone: string,
): readonly AppearanceLine[] {
  const lines: AppearanceLine[] = [{ text: 'Ditandatangani secara elektronik oleh:', weight: 'regular' }];
  if (position !== null) lines.push({ text: position, weight: 'regular' });
  lines.push({ text: signerName(certificate), weight: 'bold' });
  lines.push({ text: indonesianTime(now, timeZone), weight: 'regular' });
  // Nobody may take a letter made with a development key for a real one, on paper neither.
  if (isDevelopmentCertificate(certificate)) {
    lines.push({ text: 'DOKUMEN UJI COBA – TIDAK SAH', weight: 'bold' });
  }
  return lines
    .map(({ text, weight }) => ({ text: readableText(text), weight }))
    .filter(({ text }) => text !== '');
}

/** The common name, as people know the signer; without one the whole name. */
export function signerName(certificate: Certificate): string {
  return readableText(commonNameOf(certificate.subject) ?? nameText(certificate.subject));
}

// Controls, and marks that turn the direction of what follows: a name could be made to read as another one.
const UNREADABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text as it may be shown: composed, one line, without invisible characters. */
export function readableText(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').replace(UNREADABLE, '').trim();
}
