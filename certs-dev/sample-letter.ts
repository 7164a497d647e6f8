// A letter to try things with: it looks like one that leaves an office, and says that it is a sample.

import { PDFDocument, type PDFFont, type PDFPage, rgb, StandardFonts } from 'pdf-lib';

// A4 and margins in points.
const PAGE = { width: 595.28, height: 841.89 };
const LEFT = 71;
const RIGHT = PAGE.width - 71;
const BODY_SIZE = 12;
const LINE = 17;

// Fixed, so that the same letter comes out each time.
const DRAWN_AT = new Date('2026-01-05T01:00:00Z');

/** Between position and name, in points from the lower left corner of the page. */
export const SIGNATURE_ROOM = { page: 1, x: 305, y: 205, width: 215, height: 72 } as const;

const LETTERHEAD = [
  { text: 'PEMERINTAH KABUPATEN CONTOH', size: 14, bold: false },
  { text: 'DINAS KOMUNIKASI DAN INFORMATIKA', size: 18, bold: true },
  { text: 'Jalan Contoh Raya Nomor 1, Kota Contoh 00000', size: 10, bold: false },
  {
    text: 'Telepon (000) 000000 · Pos-el surat@contoh.example · Laman contoh.example',
    size: 10,
    bold: false,
  },
] as const;

const REFERENCE = [
  ['Nomor', '000.1.5/001/DISKOMINFO'],
  ['Sifat', 'Biasa'],
  ['Lampiran', '-'],
  ['Hal', 'Undangan rapat koordinasi persuratan elektronik'],
] as const;

const PARAGRAPHS = [
  'Dalam rangka penerapan persuratan elektronik di lingkungan Pemerintah Kabupaten Contoh, dengan hormat kami ' +
    'mengundang Bapak/Ibu untuk hadir dalam rapat koordinasi yang akan diselenggarakan pada:',
  'Rapat membahas alur penandatanganan surat keluar secara elektronik, pembagian peran penanda tangan, serta tata ' +
    'cara pemeriksaan keaslian dokumen oleh penerima surat. Peserta diharapkan membawa satu contoh surat keluar ' +
    'dari unit kerja masing-masing.',
  'Demikian undangan ini disampaikan. Atas perhatian dan kehadiran Bapak/Ibu, kami ucapkan terima kasih.',
] as const;

const MEETING = [
  ['hari, tanggal', 'Rabu, 14 Januari 2026'],
  ['waktu', '09.00 WITA sampai selesai'],
  ['tempat', 'Ruang Rapat Utama, lantai 2'],
] as const;

const FOOTER = [
  'Dokumen ini adalah contoh untuk uji coba, bukan surat resmi. Nama instansi, nomor, dan isi surat adalah rekaan.',
  'Tanda tangan elektronik dari sertifikat pengembangan tidak memiliki kekuatan hukum.',
] as const;

/** The letter as a PDF of one page with room for a visible signature at the lower right; the same bytes each time. */
export async function drawSampleLetter(): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  // The text is ours and within WinAnsi, so the fonts that every viewer brings will do, and the file stays small.
  const fonts = {
    regular: await document.embedFont(StandardFonts.TimesRoman),
    bold: await document.embedFont(StandardFonts.TimesRomanBold),
  };
  describe(document);
  const page = document.addPage([PAGE.width, PAGE.height]);
  const pen = { page, fonts, y: 775 };
  drawLetterhead(pen);
  drawReference(pen);
  drawBody(pen);
  drawSignatureBlock(pen);
  drawFooter(page, fonts.regular);
  return document.save();
}

interface Pen {
  readonly page: PDFPage;
  readonly fonts: { readonly regular: PDFFont; readonly bold: PDFFont };
  /** Base line of the next line. */
  y: number;
}

function describe(document: PDFDocument): void {
  document.setTitle('Undangan rapat koordinasi persuratan elektronik (contoh)', {
    showInWindowTitleBar: true,
  });
  document.setAuthor('Dinas Komunikasi dan Informatika Kabupaten Contoh (rekaan)');
  document.setProducer('Teken');
  document.setCreator('Teken');
  document.setLanguage('id-ID');
  document.setCreationDate(DRAWN_AT);
  document.setModificationDate(DRAWN_AT);
}

function drawLetterhead(pen: Pen): void {
  for (const { text, size, bold } of LETTERHEAD) {
    const font = bold ? pen.fonts.bold : pen.fonts.regular;
    pen.page.drawText(text, {
      x: (PAGE.width - font.widthOfTextAtSize(text, size)) / 2,
      y: pen.y,
      size,
      font,
    });
    pen.y -= size + 6;
  }
  drawRule(pen.page, pen.y + 4, 2);
  drawRule(pen.page, pen.y + 1, 0.5);
  pen.y -= 26;
}

function drawReference(pen: Pen): void {
  const date = 'Kota Contoh, 5 Januari 2026';
  write(pen, date, RIGHT - pen.fonts.regular.widthOfTextAtSize(date, BODY_SIZE));
  for (const [label, value] of REFERENCE) {
    write(pen, label, LEFT);
    write(pen, `:  ${value}`, LEFT + 62);
    pen.y -= LINE;
  }
  pen.y -= LINE;
  for (const line of [
    'Yth. Para Kepala Perangkat Daerah',
    'di Lingkungan Pemerintah Kabupaten Contoh',
    'di Tempat',
  ]) {
    write(pen, line, LEFT);
    pen.y -= LINE;
  }
  pen.y -= LINE;
}

function drawBody(pen: Pen): void {
  const [opening, ...others] = PARAGRAPHS;
  drawParagraph(pen, opening);
  for (const [label, value] of MEETING) {
    write(pen, label, LEFT + 36);
    write(pen, `:  ${value}`, LEFT + 126);
    pen.y -= LINE;
  }
  pen.y -= LINE / 2;
  for (const paragraph of others) drawParagraph(pen, paragraph);
}

function drawParagraph(pen: Pen, text: string): void {
  for (const line of wrap(text, pen.fonts.regular, RIGHT - LEFT)) {
    write(pen, line, LEFT);
    pen.y -= LINE;
  }
  pen.y -= LINE / 2;
}

function wrap(text: string, font: PDFFont, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (font.widthOfTextAtSize(longer, BODY_SIZE) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

function drawSignatureBlock({ page, fonts }: Pen): void {
  const { x, y, height } = SIGNATURE_ROOM;
  const title = 'Kepala Dinas Komunikasi dan Informatika,';
  page.drawText(title, { x, y: y + height + 10, size: BODY_SIZE, font: fonts.regular });
  page.drawText('Pejabat Contoh (UJI COBA)', { x, y: y - 14, size: BODY_SIZE, font: fonts.bold });
}

function drawFooter(page: PDFPage, font: PDFFont): void {
  const size = 8.5;
  drawRule(page, 66, 0.5);
  for (const [i, text] of FOOTER.entries()) {
    const x = (PAGE.width - font.widthOfTextAtSize(text, size)) / 2;
    page.drawText(text, { x, y: 54 - i * 11, size, font, color: rgb(0.3, 0.3, 0.3) });
  }
}

function drawRule(page: PDFPage, y: number, thickness: number): void {
  page.drawLine({ start: { x: LEFT, y }, end: { x: RIGHT, y }, thickness });
}

function write(pen: Pen, text: string, x: number): void {
  pen.page.drawText(text, { x, y: pen.y, size: BODY_SIZE, font: pen.fonts.regular });
}
