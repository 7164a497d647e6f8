// A letter with a form: entries of each kind, some filled in before it is signed.

import { onePage } from '../pdf/handmade.ts';

/** Object numbers of the form letter that tests write again. */
export const FORM = {
  name: 10,
  position: 11,
  agreed: 12,
  choice: 13,
  choiceOne: 14,
  choiceTwo: 15,
  city: 16,
  nameLook: 20,
} as const;

const WIDGET = '/Type /Annot /Subtype /Widget /P 3 0 R /F 4';

/** A form XObject that draws one text in Helvetica. */
export function look(text: string, more = ''): string {
  const content = `/Tx BMC q BT /Helv 10 Tf 2 5 Td (${text}) Tj ET ${more}Q EMC`;
  const entries = '/Type /XObject /Subtype /Form /BBox [0 0 200 18] /Resources << /Font << /Helv 5 0 R >> >>';
  return `<< ${entries} /Length ${content.length} >>\nstream\n${content}\nendstream`;
}

/** The field's own text with other entries at its end. */
export const fields = {
  name: (entries = '/V (Budi) /AP << /N 20 0 R >>') =>
    `<< /FT /Tx /T (nama) ${WIDGET} /Rect [100 600 300 618] /DA (/Helv 10 Tf 0 g) ${entries} >>`,
  position: (entries = '') =>
    `<< /FT /Tx /T (jabatan) ${WIDGET} /Rect [100 570 300 588] /DA (/Helv 10 Tf 0 g) ${entries} >>`,
  agreed: (state: string, more = '/AP << /N << /Ya 21 0 R /Off 22 0 R >> >>') =>
    `<< /FT /Btn /T (setuju) ${WIDGET} /Rect [100 540 118 558] /V /${state} /AS /${state} ${more} >>`,
  choice: (value: string) => `<< /FT /Btn /Ff 49152 /T (pilihan) /V /${value} /Kids [14 0 R 15 0 R] >>`,
  option: (name: string, state: string, left: number) =>
    `<< ${WIDGET} /Parent 13 0 R /Rect [${left} 510 ${left + 18} 528] /AS /${state} /AP << /N << /${name} 21 0 R /Off 22 0 R >> >> >>`,
  city: (entries = '/V (dps) /I [1] /AP << /N 23 0 R >>') =>
    `<< /FT /Ch /Ff 131072 /T (kota) ${WIDGET} /Rect [100 480 300 498] /DA (/Helv 10 Tf 0 g) /Opt [[(jkt) (Jakarta)] [(dps) (Denpasar)]] ${entries} >>`,
};

/** The objects of the letter; `more` are written over them. */
export function formLetter(more: Readonly<Record<number, string>> = {}): Record<number, string> {
  return onePage({
    1: '<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R >>',
    3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /Annots [10 0 R 11 0 R 12 0 R 14 0 R 15 0 R 16 0 R] >>',
    6: '<< /Fields [10 0 R 11 0 R 12 0 R 13 0 R 16 0 R] /DR << /Font << /Helv 5 0 R >> >> /DA (/Helv 10 Tf 0 g) >>',
    10: fields.name(),
    11: fields.position(),
    12: fields.agreed('Off'),
    13: fields.choice('Off'),
    14: fields.option('satu', 'Off', 100),
    15: fields.option('dua', 'Off', 130),
    16: fields.city(),
    20: look('Budi'),
    21: look('X'),
    22: look(''),
    23: look('Denpasar'),
    ...more,
  });
}
