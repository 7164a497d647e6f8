// A budget paper (DPA) of an invented office: a table, three entries to fill in and three fields to sign.

import {
  PDFDocument,
  type PDFFont,
  PDFHexString,
  type PDFPage,
  PDFString,
  rgb,
  StandardFonts,
} from 'pdf-lib';

// A4 and margins in points.
const PAGE = { width: 595.28, height: 841.89 };
const LEFT = 50;
const RIGHT = PAGE.width - 50;
const DRAWN_AT = new Date('2026-01-05T01:00:00Z');

/** Entries of the form, and what stands in them when the paper leaves the planning office. */
export const ENTRIES = {
  anggaran: { name: 'Anggaran', text: '1.250.000.000', x: 400, y: 470 },
  realisasi: { name: 'Realisasi.Triwulan1', text: '', x: 400, y: 420 },
  catatan: { name: 'Realisasi.Catatan', text: '', x: 190, y: 380 },
} as const;

/** Who signs, in order; the name of the signature field is the role. */
export const SIGNERS = {
  PenggunaAnggaran: { title: 'Pengguna Anggaran', x: 50 },
  PPKD: { title: 'Pejabat Pengelola Keuangan Daerah', x: 225 },
  Sekretariat: { title: 'Sekretariat Daerah', x: 400 },
} as const;

const ROWS = [
  ['5.1.02.01.01.0024', 'Belanja alat tulis kantor', '85.000.000'],
  ['5.1.02.02.01.0026', 'Belanja jasa tenaga administrasi', '420.000.000'],
  ['5.1.02.02.04.0036', 'Belanja sewa peralatan jaringan', '310.000.000'],
  ['5.2.02.10.01.0002', 'Belanja modal komputer', '435.000.000'],
] as const;

interface Sheet {
  readonly page: PDFPage;
  readonly regular: PDFFont;
  readonly bold: PDFFont;
}

/** The paper, not signed. */
export async function drawBudgetPaper(): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  document.setTitle('DPA-SKPD 2026 (contoh)');
  document.setProducer('Teken');
  document.setCreator('Teken');
  document.setCreationDate(DRAWN_AT);
  document.setModificationDate(DRAWN_AT);
  const sheet = {
    page: document.addPage([PAGE.width, PAGE.height]),
    regular: await document.embedFont(StandardFonts.Helvetica),
    bold: await document.embedFont(StandardFonts.HelveticaBold),
  };
  drawHead(sheet);
  drawTable(sheet);
  addEntries(document, sheet);
  addSignatureFields(document, sheet);
  drawFooter(sheet);
  return document.save({ useObjectStreams: false });
}

function drawHead({ page, regular, bold }: Sheet): void {
  const lines = [
    ['PEMERINTAH KABUPATEN CONTOH', 13],
    ['DOKUMEN PELAKSANAAN ANGGARAN', 13],
    ['SATUAN KERJA PERANGKAT DAERAH', 11],
    ['Tahun Anggaran 2026', 10],
  ] as const;
  let y = 785;
  for (const [text, size] of lines) {
    page.drawText(text, { x: (PAGE.width - bold.widthOfTextAtSize(text, size)) / 2, y, size, font: bold });
    y -= size + 6;
  }
  page.drawLine({ start: { x: LEFT, y }, end: { x: RIGHT, y }, thickness: 1.5 });
  const facts = [
    ['Nomor DPA', 'DPA/A.1/2.16.2.20.2.21.01/001/2026'],
    ['Organisasi', 'Dinas Komunikasi dan Informatika'],
    ['Program', '2.16.02 Pengelolaan Informasi dan Komunikasi Publik'],
    ['Kegiatan', '2.16.02.2.01 Layanan Persuratan Elektronik'],
  ] as const;
  y -= 20;
  for (const [label, value] of facts) {
    page.drawText(label, { x: LEFT, y, size: 10, font: regular });
    page.drawText(`:  ${value}`, { x: LEFT + 80, y, size: 10, font: regular });
    y -= 15;
  }
}

function drawTable({ page, regular, bold }: Sheet): void {
  let y = 600;
  const row = (cells: readonly string[], font: PDFFont): void => {
    const [code = '', name = '', amount = ''] = cells;
    page.drawText(code, { x: LEFT + 4, y, size: 9, font });
    page.drawText(name, { x: LEFT + 110, y, size: 9, font });
    page.drawText(amount, { x: RIGHT - 6 - font.widthOfTextAtSize(amount, 9), y, size: 9, font });
    page.drawLine({ start: { x: LEFT, y: y - 6 }, end: { x: RIGHT, y: y - 6 }, thickness: 0.4 });
    y -= 20;
  };
  row(['Kode rekening', 'Uraian', 'Jumlah (Rp)'], bold);
  for (const cells of ROWS) row(cells, regular);
}

function addEntries(document: PDFDocument, { page, regular, bold }: Sheet): void {
  const labels = [
    [ENTRIES.anggaran, 'Jumlah anggaran (Rp)'],
    [ENTRIES.realisasi, 'Realisasi triwulan I (Rp)'],
    [ENTRIES.catatan, 'Catatan bendahara'],
  ] as const;
  for (const [{ name, text, x, y }, label] of labels) {
    page.drawText(label, { x: LEFT + 4, y: y + 5, size: 10, font: bold });
    const field = document.getForm().createTextField(name);
    if (text !== '') field.setText(text);
    field.addToPage(page, { x, y, width: RIGHT - x, height: 20, font: regular, borderWidth: 0.5 });
  }
}

function addSignatureFields(document: PDFDocument, { page, regular }: Sheet): void {
  const { context } = document;
  const form = document.getForm().acroForm;
  for (const [name, { title, x }] of Object.entries(SIGNERS)) {
    page.drawText(title, { x, y: 300, size: 8, font: regular });
    const field = context.obj({
      FT: 'Sig',
      Type: 'Annot',
      Subtype: 'Widget',
      Rect: [x, 225, x + 145, 290],
      F: 4,
      P: page.ref,
    });
    field.set(context.obj('T') as never, PDFString.of(name));
    field.set(context.obj('TU') as never, PDFHexString.fromText(`Tanda tangan ${title}`));
    const reference = context.register(field);
    page.node.addAnnot(reference);
    form.addField(reference);
  }
}

function drawFooter({ page, regular }: Sheet): void {
  page.drawText(
    'Dokumen ini adalah contoh untuk uji coba, bukan dokumen anggaran. Nama instansi, nomor dan angka adalah rekaan.',
    { x: LEFT, y: 60, size: 7.5, font: regular, color: rgb(0.3, 0.3, 0.3) },
  );
}
