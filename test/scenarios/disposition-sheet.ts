// A disposition sheet of an invented regency: what the letter is about, what each official wrote, and room for three signatures.

import { PDFDocument, type PDFFont, type PDFPage, rgb, StandardFonts } from 'pdf-lib';

// A4 and margins in points.
const PAGE = { width: 595.28, height: 841.89 };
const LEFT = 50;
const RIGHT = PAGE.width - 50;
const DRAWN_AT = new Date('2026-11-20T01:00:00Z');

/** Room for each signature on the first page, in points from its lower left corner. */
export const ROOMS = {
  bupati: { title: 'Bupati', x: 50, y: 110, width: 160, height: 130 },
  asisten: { title: 'Asisten', x: 217, y: 110, width: 160, height: 130 },
  'kepala-dinas': { title: 'Kepala Dinas', x: 384, y: 110, width: 160, height: 130 },
} as const;

const FACTS = [
  ['Surat dari', 'Dinas Perpustakaan dan Kearsipan'],
  ['Nomor surat', '005/123/2026'],
  ['Tanggal surat', '18 November 2026'],
  ['Perihal', 'Alih media arsip surat keluar tahun 2020 sampai 2025'],
  ['Sifat', 'Segera'],
] as const;

const NOTES = [
  ['Bupati', 'Setuju. Selesaikan sebelum akhir tahun anggaran.'],
  ['Asisten', 'Koordinasikan tempat penyimpanan dengan Dinas Kominfo.'],
  ['Kepala Dinas', 'Ditindaklanjuti oleh bidang layanan persandian.'],
] as const;

interface Sheet {
  readonly page: PDFPage;
  readonly regular: PDFFont;
  readonly bold: PDFFont;
}

/** The sheet, not signed; its second page is the list of copies. */
export async function drawDispositionSheet(): Promise<Buffer> {
  const document = await PDFDocument.create();
  document.setTitle('Lembar disposisi 005/123/2026 (contoh)');
  document.setProducer('Teken');
  document.setCreator('Teken');
  document.setCreationDate(DRAWN_AT);
  document.setModificationDate(DRAWN_AT);
  const fonts = {
    regular: await document.embedFont(StandardFonts.Helvetica),
    bold: await document.embedFont(StandardFonts.HelveticaBold),
  };
  const sheet = { page: document.addPage([PAGE.width, PAGE.height]), ...fonts };
  drawHead(sheet);
  drawFacts(sheet);
  drawNotes(sheet);
  drawRooms(sheet);
  const second = document.addPage([PAGE.width, PAGE.height]);
  second.drawText('Tembusan: arsip', { x: LEFT, y: 780, size: 11, font: fonts.regular });
  return Buffer.from(await document.save({ useObjectStreams: false }));
}

function drawHead({ page, regular, bold }: Sheet): void {
  const lines = [
    ['PEMERINTAH KABUPATEN CONTOH', bold, 14],
    ['SEKRETARIAT DAERAH', bold, 12],
    ['Jalan Contoh Nomor 1, Kota Contoh', regular, 9],
  ] as const;
  let y = 780;
  for (const [text, font, size] of lines) {
    page.drawText(text, { x: (PAGE.width - font.widthOfTextAtSize(text, size)) / 2, y, size, font });
    y -= size + 6;
  }
  line(page, y, 1.5);
  const title = 'LEMBAR DISPOSISI';
  page.drawText(title, {
    x: (PAGE.width - bold.widthOfTextAtSize(title, 13)) / 2,
    y: y - 28,
    size: 13,
    font: bold,
  });
}

function drawFacts({ page, regular, bold }: Sheet): void {
  let y = 660;
  for (const [label, value] of FACTS) {
    page.drawText(label, { x: LEFT, y, size: 10, font: regular });
    page.drawText(`: ${value}`, { x: LEFT + 90, y, size: 10, font: bold });
    y -= 20;
  }
  line(page, y, 0.5);
}

function drawNotes({ page, regular, bold }: Sheet): void {
  let y = 520;
  page.drawText('Isi disposisi', { x: LEFT, y, size: 11, font: bold });
  for (const [who, note] of NOTES) {
    y -= 34;
    page.drawText(who, { x: LEFT, y: y + 13, size: 9, font: bold });
    page.drawText(note, { x: LEFT, y, size: 10, font: regular });
  }
}

function drawRooms({ page, bold }: Sheet): void {
  for (const { title, x, y, width, height } of Object.values(ROOMS)) {
    page.drawRectangle({ x, y, width, height, borderWidth: 0.75, borderColor: rgb(0.4, 0.4, 0.4) });
    page.drawText(title, { x: x + 6, y: y + height - 16, size: 10, font: bold });
  }
}

function line(page: PDFPage, y: number, thickness: number): void {
  page.drawLine({ start: { x: LEFT, y }, end: { x: RIGHT, y }, thickness });
}
