// The sentence at the foot of a signed page that tells people what they hold.

import { PDFDocument } from 'pdf-lib';
import { measure, prepareForFonts } from '../drawing/fonts.ts';
import type { Certificate } from '../pki/certificate.ts';
import { isDevelopmentCertificate } from '../pki/development-marker.ts';
import { drawLines, savePage } from './appearance.ts';
import type { DrawingRules } from './draw-picture.ts';

/** As offices print it, in two lines. */
const SENTENCE = [
  'Dokumen ini telah ditandatangani secara elektronik menggunakan sertifikat elektronik',
  'yang diterbitkan oleh Balai Besar Sertifikasi Elektronik (BSrE), Badan Siber dan Sandi Negara.',
] as const;

// That sentence below a test would be a lie.
const TEST_SENTENCE = [
  'Dokumen uji coba: ditandatangani dengan sertifikat pengembangan',
  'dan tidak memiliki kekuatan hukum.',
] as const;

// In points, as offices use them.
const LARGEST = 8;
const SMALLEST = 5;
const LINE_HEIGHT = 1.3;

/** Of the footer, in points. */
export const FOOTER_HEIGHT = 2 * LARGEST * LINE_HEIGHT + 2;

export function footerLines(certificate: Certificate): readonly string[] {
  return isDevelopmentCertificate(certificate) ? TEST_SENTENCE : SENTENCE;
}

/**
 * Two centred lines on a page of this width and `FOOTER_HEIGHT`; smaller letters on a narrow page.
 * @returns a PDF of one page; null for a page too narrow to read it
 */
export async function drawFooter(
  texts: readonly string[],
  width: number,
  rules: DrawingRules,
): Promise<Uint8Array | null> {
  const widest = Math.max(...texts.map((text) => measure(text, 'regular')));
  const size = Math.min(LARGEST, Math.floor((width / widest) * 10) / 10);
  if (size < SMALLEST) return null;
  const document = await PDFDocument.create({ updateMetadata: false });
  prepareForFonts(document);
  const page = document.addPage([width, FOOTER_HEIGHT]);
  const lines = texts.map((text, i) => ({
    text,
    weight: 'regular' as const,
    x: (width - measure(text, 'regular') * size) / 2,
    y: FOOTER_HEIGHT - (i + 1) * size * LINE_HEIGHT,
  }));
  await drawLines(document, page, lines, size, rules);
  return await savePage(document);
}
