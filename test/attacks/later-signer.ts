// Somebody who adds a signature of their own to a signed file and looks at nothing: where it shows is for the caller to say.

import type { AttackedFile } from './attacked-file.ts';
import { EMPTY_SIGNATURE, signCarelessly } from './careless-signer.ts';
import { look } from './form-letter.ts';

export interface LaterSignature {
  /** As in `0 0 0 0`, which nobody sees. */
  readonly rect?: string;
  /** `/F` of the widget, Print and Locked unless told otherwise. */
  readonly flags?: number;
  /** More entries of the widget. */
  readonly widget?: string;
  /** Objects besides; `{widget}` is the number of the new field. */
  readonly objects?: Readonly<Record<number, string>>;
  readonly value?: string;
}

/** The new field has the number `file.free`, its value the next, its appearance the one after that. */
export function signLater(file: AttackedFile, later: LaterSignature = {}): Promise<Uint8Array> {
  const { rect = '0 0 0 0', flags = 132, widget = '', objects = {}, value = EMPTY_SIGNATURE } = later;
  const { free } = file;
  const [page = 0] = file.pages;
  const form = Number(/\/AcroForm (\d+) 0 R/.exec(file.text(file.catalog))?.[1] ?? file.catalog);
  const looks = rect === '0 0 0 0' ? '' : `/AP << /N ${free + 2} 0 R >>`;
  const update = file.append({
    [page]: file.text(page).replace('/Annots [', `/Annots [${free} 0 R `),
    [form]: file.text(form).replace(/\/Fields \[([^\]]*)\]/, `/Fields [$1 ${free} 0 R]`),
    [free]: `<< /FT /Sig /T (berikutnya) /Type /Annot /Subtype /Widget /P ${page} 0 R /F ${flags} /Rect [${rect}] /V ${free + 1} 0 R ${looks} ${widget} >>`,
    [free + 1]: value,
    [free + 2]: look('Rp 1.000.000.000'),
    ...Object.fromEntries(
      Object.entries(objects).map(([number, text]) => [number, text.replaceAll('{widget}', String(free))]),
    ),
  });
  return signCarelessly(update);
}
