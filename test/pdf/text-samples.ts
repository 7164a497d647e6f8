// Pages with text in every way that fonts and content streams allow.

import { handmadePdf } from './handmade.ts';

export interface TextSample {
  /** Of the only page, or of each page. */
  readonly content: string | readonly string[];
  /** Entries of each page beside content and resources, as `/Rotate 90`; the page is 400 by 300 unless they say so. */
  readonly page?: string;
  /** More objects, from 40 on. */
  readonly objects?: Readonly<Record<number, string>>;
  /** More entries for the resources. */
  readonly resources?: string;
}

/** A stream with its dictionary. */
export function stream(data: string, entries = ''): string {
  return `<< ${entries} /Length ${data.length} >>\nstream\n${data}\nendstream`;
}

const DESCRIPTOR = '<< /Type /FontDescriptor /FontName /Uji /Flags 4 /MissingWidth 0 >>';

function characterMap(lines: string): string {
  return stream(
    `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n${lines}\nendcmap end end`,
  );
}

function composite(encoding: string, toUnicode: string, widths = '/DW 600'): string {
  const descendant = `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Uji /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 20 0 R ${widths} >>`;
  return `<< /Type /Font /Subtype /Type0 /BaseFont /Uji /Encoding ${encoding} ${toUnicode} /DescendantFonts [${descendant}] >>`;
}

const SHUFFLED = characterMap(
  '1 begincodespacerange <00> <FF> endcodespacerange 4 beginbfchar <01> <0023> <02> <0074> <03> <0064> <04> <00660069> endbfchar 2 beginbfrange <10> <13> <0041> <20> <22> [<0078> <0079> <007A>] endbfrange',
);

/** Fonts by their names in the resources of every page. */
const FONTS: Readonly<Record<number, readonly [name: string, font: string]>> = {
  10: ['Plain', '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>'],
  11: ['Courier', '<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>'],
  12: ['Mac', '<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /MacRomanEncoding >>'],
  13: [
    'Differences',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding << /Differences [1 /numbersign /t /d 65 /uni0041 /eacute /f_i /a.alt 80 /g12] >> >>',
  ],
  14: [
    'Shuffled',
    `<< /Type /Font /Subtype /TrueType /BaseFont /ABCDEF+Uji /FirstChar 0 /LastChar 255 /Widths [${Array(256).fill(500).join(' ')}] /FontDescriptor 20 0 R /ToUnicode 21 0 R >>`,
  ],
  15: ['Identity', composite('/Identity-H', '/ToUnicode 22 0 R', '/DW 1000 /W [1 [400 500] 3 9 600]')],
  16: ['OneByte', composite('23 0 R', '/ToUnicode 21 0 R', '/DW 700')],
  17: ['Mixed', composite('24 0 R', '/ToUnicode 25 0 R')],
  18: ['Unicode', composite('/UniGB-UCS2-H', '')],
  19: [
    'Drawn',
    `<< /Type /Font /Subtype /Type3 /FontBBox [0 0 10 10] /FontMatrix [0.1 0 0 0.1 0 0] /CharProcs << /t 26 0 R >> /Encoding << /Differences [35 /numbersign /t] >> /FirstChar 35 /LastChar 36 /Widths [5 6] /Resources << >> >>`,
  ],
  27: ['Vertical', composite('/Identity-V', '/ToUnicode 22 0 R')],
  28: ['Nameless', composite('/Identity-H', '')],
};

const SUPPORT: Readonly<Record<number, string>> = {
  20: DESCRIPTOR,
  21: SHUFFLED,
  22: characterMap(
    '1 begincodespacerange <0000> <FFFF> endcodespacerange 3 beginbfchar <0001> <0023> <0002> <0074> <0003> <0064> endbfchar',
  ),
  23: characterMap(
    '1 begincodespacerange <00> <FF> endcodespacerange 1 begincidrange <00> <FF> 0 endcidrange',
  ),
  24: characterMap(
    '2 begincodespacerange <00> <7F> <8000> <FFFF> endcodespacerange 2 begincidrange <00> <7F> 1 <8000> <8FFF> 500 endcidrange',
  ),
  25: characterMap(
    '2 begincodespacerange <00> <7F> <8000> <FFFF> endcodespacerange 2 beginbfchar <01> <0023> <8001> <0074> endbfchar 1 beginbfrange <02> <03> <0064> endbfrange',
  ),
  26: stream('6 0 d0 0 0 5 5 re f'),
};

export function textPdf({ content, page = '', objects = {}, resources = '' }: TextSample): Uint8Array {
  const contents = [content].flat();
  const fonts = Object.entries(FONTS).map(([number, [name]]) => `/${name} ${number} 0 R`);
  const all: Record<number, string> = {
    1: '<< /Type /Catalog /Pages 2 0 R >>',
    2: `<< /Type /Pages /Kids [${contents.map((_, i) => `${100 + 2 * i} 0 R`).join(' ')}] /Count ${contents.length} /Resources << /Font << ${fonts.join(' ')} >> ${resources} >> >>`,
    ...SUPPORT,
    ...objects,
  };
  for (const [number, [, font]] of Object.entries(FONTS)) all[Number(number)] = font;
  for (const [i, text] of contents.entries()) {
    const box = page.includes('/MediaBox') ? '' : '/MediaBox [0 0 400 300]';
    all[100 + 2 * i] =
      `<< /Type /Page /Parent 2 0 R ${box} ${page.includes('/Contents') ? '' : `/Contents ${101 + 2 * i} 0 R`} ${page} >>`;
    all[101 + 2 * i] = stream(text);
  }
  return handmadePdf({ objects: all });
}
