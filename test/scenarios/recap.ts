// A monthly recap of attendance and allowance, as a personnel application prints it: letterhead, number, table, closing, footer.

import { handmadePdf, onePage } from '../pdf/handmade.ts';

const EMPLOYEES = 24;
const OFFICES = [
  'Dinas Pendidikan',
  'Dinas Kesehatan',
  'Dinas Perhubungan',
  'Badan Kepegawaian',
  'Kecamatan Contoh',
];

interface Line {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly text: string;
}

/** The recap of the office with this number; figures and names are made up, and the same each time. */
export function recapOf(number: number): Uint8Array {
  const lines = [...headOf(number), ...tableOf(number), ...footOf(number)];
  const drawn = lines.map(
    ({ x, y, size, text }) => `BT /F1 ${size} Tf ${x} ${y} Td (${escaped(text)}) Tj ET`,
  );
  const content = [...drawn, '0.8 w 57 742 m 538 742 l S', '0.4 w 57 640 m 538 640 l S'].join('\n');
  return handmadePdf({
    objects: onePage({ 4: `<< /Length ${content.length} >>\nstream\n${content}\nendstream` }),
  });
}

function headOf(number: number): Line[] {
  const office = `${OFFICES[number % OFFICES.length]} (unit ${number})`;
  return [
    { x: 190, y: 790, size: 13, text: 'PEMERINTAH KABUPATEN CONTOH' },
    { x: 170, y: 772, size: 11, text: office },
    { x: 175, y: 755, size: 9, text: 'Jalan Contoh Raya Nomor 1, Kota Contoh 00000' },
    { x: 57, y: 720, size: 10, text: `Nomor : 800.1.11/${String(number).padStart(4, '0')}/REKAP/X/2026` },
    { x: 57, y: 704, size: 10, text: 'Hal : Rekapitulasi kehadiran dan tunjangan, Oktober 2026' },
    {
      x: 57,
      y: 680,
      size: 10,
      text: 'Dengan ini disampaikan rekapitulasi kehadiran pegawai sebagai dasar tunjangan:',
    },
    { x: 57, y: 648, size: 9, text: 'No   Nama                     Hadir   Izin   Tunjangan (Rp)' },
  ];
}

function tableOf(number: number): Line[] {
  return Array.from({ length: EMPLOYEES }, (_, row) => {
    const present = 15 + ((number * 7 + row * 3) % 8);
    const allowance = (present * 85_000).toLocaleString('id-ID');
    const text = `${row + 1}.   Pegawai Contoh ${number}-${row + 1}   ${present}   ${22 - present}   ${allowance}`;
    return { x: 57, y: 624 - row * 15, size: 9, text };
  });
}

function footOf(number: number): Line[] {
  return [
    {
      x: 57,
      y: 240,
      size: 10,
      text: 'Demikian rekapitulasi ini dibuat untuk dipergunakan sebagaimana mestinya.',
    },
    {
      x: 57,
      y: 60,
      size: 7,
      text: `Dicetak oleh aplikasi kepegawaian, lembar ${number}. Data rekaan untuk uji coba.`,
    },
  ];
}

/** A literal string (ISO 32000-2, 7.3.4.2). */
function escaped(text: string): string {
  return text.replace(/[\\()]/g, (character) => `\\${character}`);
}
