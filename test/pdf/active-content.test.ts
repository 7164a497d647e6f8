// Active content: forty ways to hide it, each found; and letters that have none, of which none is accused.

import { deflateSync } from 'node:zlib';
import t from 'tap';
import { type ActiveContentKind, findActiveContent } from '../../src/pdf/active-content.ts';
import { openDocument } from '../../src/pdf/open-document.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { signAt } from '../sign/long-term.ts';
import { type Handmade, handmadePdf, onePage } from './handmade.ts';

function searchIn(bytes: Uint8Array) {
  return findActiveContent(openDocument(bytesSource(bytes), { ...nodePlatform, damaged: 'read' }));
}

const CATALOG = '/Type /Catalog /Pages 2 0 R';
const SCRIPT = '<< /S /JavaScript /JS (app.alert\\(1\\)) >>';
const PAGE = '/Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R';

/** A letter with these entries in its catalog. */
function catalog(entries: string, objects: Readonly<Record<number, string>> = {}): Handmade {
  return { objects: onePage({ 1: `<< ${CATALOG} ${entries} >>`, ...objects }) };
}

function page(entries: string, objects: Readonly<Record<number, string>> = {}): Handmade {
  return { objects: onePage({ 3: `<< ${PAGE} ${entries} >>`, ...objects }) };
}

function annotation(entries: string, objects: Readonly<Record<number, string>> = {}): Handmade {
  return page('/Annots [6 0 R]', {
    6: `<< /Type /Annot /Rect [10 10 90 30] ${entries} >>`,
    ...objects,
  });
}

const FILE = '<< /Type /Filespec /F (a.xml) /EF << /F 8 0 R >> >>';
const EMBEDDED = { 8: '<< /Type /EmbeddedFile /Length 1 >>\nstream\nx\nendstream' };

type Sample = readonly [name: string, parts: Handmade, kind: ActiveContentKind, page: number | null];

const SAMPLES: readonly Sample[] = [
  ['a script when the document opens', catalog(`/OpenAction ${SCRIPT}`), 'javascript', null],
  [
    'any action when the document opens',
    catalog('/OpenAction << /S /Named /N /Print >>'),
    'open-action',
    null,
  ],
  ['a call home when it opens', catalog('/OpenAction << /S /URI /URI (http://a) >>'), 'open-action', null],
  [
    'a script behind the destination that it opens with',
    catalog(`/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next ${SCRIPT} >>`),
    'javascript',
    null,
  ],
  [
    'a script at the end of a chain',
    catalog('/OpenAction 6 0 R', {
      6: '<< /S /GoTo /D [3 0 R /Fit] /Next [7 0 R] >>',
      7: `<< /S /Named /N /NextPage /Next ${SCRIPT} >>`,
    }),
    'javascript',
    null,
  ],
  [
    'a script for the whole document',
    catalog(`/Names << /JavaScript << /Names [(a) 6 0 R] >> >>`, { 6: SCRIPT }),
    'javascript',
    null,
  ],
  [
    'a script in a tree of names',
    catalog('/Names << /JavaScript << /Kids [6 0 R] >> >>', {
      6: `<< /Limits [(a) (a)] /Names [(a) ${SCRIPT}] >>`,
    }),
    'javascript',
    null,
  ],
  ['a script before the document closes', catalog(`/AA << /WC ${SCRIPT} >>`), 'javascript', null],
  ['a script when a page opens', page(`/AA << /O ${SCRIPT} >>`), 'javascript', 1],
  ['a script behind a link', annotation(`/Subtype /Link /A ${SCRIPT}`), 'javascript', 1],
  [
    'a script when the pointer comes near',
    annotation(`/Subtype /Square /AA << /E ${SCRIPT} >>`),
    'javascript',
    1,
  ],
  [
    'a script in a stream',
    annotation('/Subtype /Link /A << /S /JavaScript /JS 7 0 R >>', {
      7: '<< /Length 1 >>\nstream\nx\nendstream',
    }),
    'javascript',
    1,
  ],
  [
    'a script whose kind stands elsewhere',
    annotation('/Subtype /Link /A << /S 7 0 R /X (a) >>', { 7: '/JavaScript' }),
    'javascript',
    1,
  ],
  [
    'a script whose kind is written with escapes',
    annotation('/Subtype /Link /A << /S /Java#53cript >>'),
    'javascript',
    1,
  ],
  [
    'a script in a field that is calculated',
    catalog('/AcroForm << /Fields [6 0 R] >>', {
      6: `<< /FT /Tx /T (jumlah) /Subtype /Widget /Rect [0 0 9 9] /AA << /C ${SCRIPT} >> >>`,
    }),
    'javascript',
    null,
  ],
  [
    'a script in the outline',
    catalog('/Outlines 6 0 R', {
      6: '<< /First 7 0 R /Last 7 0 R >>',
      7: `<< /Title (a) /Parent 6 0 R /A ${SCRIPT} >>`,
    }),
    'javascript',
    null,
  ],
  [
    'a script in an object stream',
    {
      objects: { ...annotation('/Subtype /Link /A 7 0 R').objects, 7: SCRIPT },
      form: 'stream',
      compressed: [6, 7],
    },
    'javascript',
    1,
  ],
  [
    'a script in the hidden part of a hybrid file',
    {
      objects: { ...annotation('/Subtype /Link /A 7 0 R').objects, 7: SCRIPT },
      form: 'hybrid',
      compressed: [7],
    },
    'javascript',
    1,
  ],
  ['a script that a film runs', annotation('/Subtype /Link /A << /S /Rendition /JS (x) >>'), 'javascript', 1],
  [
    'a script on a second page',
    {
      objects: onePage({
        2: '<< /Type /Pages /Kids [3 0 R 6 0 R] /Count 2 >>',
        6: `<< ${PAGE} /AA << /C ${SCRIPT} >> >>`,
      }),
    },
    'javascript',
    2,
  ],
  ['a program behind a link', annotation('/Subtype /Link /A << /S /Launch /F (calc.exe) >>'), 'launch', 1],
  [
    'a program when the document opens',
    catalog('/OpenAction << /S /Launch /Win << /F (cmd.exe) >> >>'),
    'launch',
    null,
  ],
  [
    'a program behind the trigger of a page',
    page('/AA << /O 6 0 R >>', { 6: '<< /Type /Action /S /Launch /Unix (x) >>' }),
    'launch',
    1,
  ],
  [
    'a form that is sent away',
    annotation('/Subtype /Widget /A << /S /SubmitForm /F (http://a) >>'),
    'form-action',
    1,
  ],
  [
    'entries that are imported',
    annotation('/Subtype /Widget /A << /S /ImportData /F (a.fdf) >>'),
    'form-action',
    1,
  ],
  [
    'another document',
    annotation('/Subtype /Link /A << /S /GoToR /F (a.pdf) /D [0 /Fit] >>'),
    'remote-document',
    1,
  ],
  [
    'a document within the document',
    annotation('/Subtype /Link /A << /S /GoToE /T << /R /C >> >>'),
    'remote-document',
    1,
  ],
  ['something that is hidden', annotation('/Subtype /Link /A << /S /Hide /T (a) >>'), 'hides-content', 1],
  [
    'layers that are switched',
    annotation('/Subtype /Link /A << /S /SetOCGState /State [/OFF 7 0 R] >>', {
      7: '<< /Type /OCG /Name (a) >>',
    }),
    'hides-content',
    1,
  ],
  [
    'a layer',
    catalog('/OCProperties << /OCGs [6 0 R] /D << >> >>', { 6: '<< /Type /OCG /Name (a) >>' }),
    'optional-content',
    null,
  ],
  [
    'a hidden layer',
    catalog('/OCProperties 7 0 R', {
      6: '<< /Type /OCG /Name (a) >>',
      7: '<< /OCGs [6 0 R] /D << /OFF [6 0 R] >> >>',
    }),
    'optional-content',
    null,
  ],
  [
    'a second form',
    catalog('/AcroForm << /Fields [] /XFA [(template) 6 0 R] >>', {
      6: '<< /Length 1 >>\nstream\nx\nendstream',
    }),
    'xfa',
    null,
  ],
  [
    'an attached file',
    catalog(`/Names << /EmbeddedFiles << /Names [(a) ${FILE}] >> >>`, EMBEDDED),
    'embedded-files',
    null,
  ],
  ['a file of the document', catalog(`/AF [${FILE}]`, EMBEDDED), 'embedded-files', null],
  ['a file pinned to a page', annotation('/Subtype /FileAttachment /FS (a)'), 'embedded-files', 1],
  ['a folder of files', catalog('/Collection << /View /T >>'), 'embedded-files', null],
  ['a film', annotation('/Subtype /Movie /Movie << /F (a.avi) >>'), 'multimedia', 1],
  [
    'a model',
    annotation('/Subtype /3D /3DD 7 0 R', {
      7: '<< /Type /3D /Subtype /U3D /Length 1 >>\nstream\nx\nendstream',
    }),
    'multimedia',
    1,
  ],
  ['rich media', annotation('/Subtype /RichMedia /RichMediaContent << >>'), 'multimedia', 1],
  [
    'a picture from another file',
    page('/Resources << /XObject << /I 6 0 R >> >>', {
      6: '<< /Type /XObject /Subtype /Image /F (http://a/x.png) /Length 0 >>\nstream\n\nendstream',
    }),
    'external-content',
    1,
  ],
  [
    'a page from another document',
    page('/Resources << /XObject << /I 6 0 R >> >>', {
      6: '<< /Type /XObject /Subtype /Form /BBox [0 0 1 1] /Ref << /F (a.pdf) /Page 0 >> /Length 0 >>\nstream\n\nendstream',
    }),
    'external-content',
    1,
  ],
];

t.test('each of forty samples is found, with its kind and page', (t) => {
  t.ok(SAMPLES.length >= 40, `${SAMPLES.length} samples`);
  for (const [name, parts, kind, pageNumber] of SAMPLES) {
    const { found, complete } = searchIn(handmadePdf(parts));
    t.ok(
      found.some((each) => each.kind === kind && each.page === pageNumber),
      `${name}: ${JSON.stringify(found)}`,
    );
    t.ok(complete, name);
  }
  t.end();
});

t.test('what an update adds to a letter is found', (t) => {
  const letter = Buffer.from(handmadePdf({ objects: onePage() })).toString('latin1');
  const before = /startxref\n(\d+)/.exec(letter)?.[1];
  const start = letter.length;
  const object = `1 0 obj\n<< ${CATALOG} /OpenAction ${SCRIPT} >>\nendobj\n`;
  const added = `${object}xref\n1 1\n${String(start).padStart(10, '0')} 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R /Prev ${before} >>\nstartxref\n${start + object.length}\n%%EOF\n`;
  const { found } = searchIn(Buffer.from(letter + added, 'latin1'));
  t.match(found, [{ kind: 'javascript' }, { kind: 'open-action' }]);
  t.end();
});

// What ordinary letters have, and nobody has to be warned of.
const HARMLESS: readonly ((objects: Record<number, string>, add: (entries: string) => void) => void)[] = [
  (_, add) => add('/OpenAction [3 0 R /XYZ null null 0]'),
  (_, add) => add('/PageMode /UseOutlines /ViewerPreferences << /DisplayDocTitle true >> /Lang (id-ID)'),
  (objects, add) => {
    objects[10] = '<< /First 11 0 R /Last 11 0 R /Count 1 >>';
    objects[11] = '<< /Title (Isi) /Parent 10 0 R /A << /S /GoTo /D [3 0 R /Fit] >> >>';
    add('/Outlines 10 0 R');
  },
  (objects, add) => {
    objects[12] =
      '<< /FT /Tx /T (nama) /Subtype /Widget /Rect [0 0 9 9] /P 3 0 R /A << /S /Named /N /NextPage >> >>';
    add('/AcroForm << /Fields [12 0 R] /NeedAppearances true >>');
  },
  (objects, add) => {
    objects[13] = '<< /Type /StructTreeRoot /K 14 0 R >>';
    objects[14] = '<< /Type /StructElem /S /JavaScript /P 13 0 R /Pg 3 0 R >>';
    add('/StructTreeRoot 13 0 R /MarkInfo << /Marked true >>');
  },
  (objects, add) => {
    const data = deflateSync('<x:xmpmeta/>').toString('latin1');
    objects[15] = `<< /Type /Metadata /Subtype /XML /Filter /FlateDecode /Length ${data.length} >>\nstream\n${data}\nendstream`;
    add('/Metadata 15 0 R');
  },
  (_, add) => add('/Names << /Dests << /Names [(bab1) [3 0 R /Fit]] >> >>'),
  (objects) => {
    objects[16] =
      '<< /Type /Annot /Subtype /Link /Rect [1 1 9 9] /A << /S /URI /URI (https://contoh.go.id) >> >>';
    objects[3] = (objects[3] ?? '').replace('/Contents', '/Annots [16 0 R] /Contents');
  },
];

t.test('none of two hundred ordinary letters is accused', (t) => {
  let accused = 0;
  for (let choice = 0; choice < 200; choice += 1) {
    const objects = onePage();
    let entries = CATALOG;
    for (const [i, feature] of HARMLESS.entries())
      if ((choice & (1 << i)) !== 0)
        feature(objects, (more) => {
          entries += ` ${more}`;
        });
    objects[1] = `<< ${entries} >>`;
    const { found, complete } = searchIn(handmadePdf({ objects }));
    if (found.length > 0 || !complete) accused += 1;
  }
  t.equal(accused, 0);
  t.end();
});

t.test('our own signatures, evidence and time-stamps are none', async (t) => {
  const { bytes } = await signAt('B-LTA', handmadePdf({ objects: onePage() }));
  t.same(searchIn(bytes), { found: [], complete: true });
});

t.test('names that every object has by birth are no actions', (t) => {
  const parts = annotation('/Subtype /constructor /A << /S /toString >>');
  t.same(searchIn(handmadePdf(parts)).found, []);
  t.end();
});

t.test('an object that cannot be read is told, and the others are searched', (t) => {
  const broken = annotation(`/Subtype /Link /A 7 0 R /AA << /E ${SCRIPT} >>`, { 7: '<< /S /Launch' });
  const { found, complete } = searchIn(handmadePdf(broken));
  t.match(found, [{ kind: 'javascript', page: 1 }]);
  t.equal(complete, false);
  t.end();
});

t.test('a circle of objects ends', (t) => {
  const circle = annotation('/Subtype /Link /A 7 0 R', {
    7: '<< /S /GoTo /Next 8 0 R >>',
    8: '<< /S /GoTo /Next [7 0 R 8 0 R] >>',
  });
  t.same(searchIn(handmadePdf(circle)), { found: [], complete: true });
  t.end();
});
