// Comments added to a certified letter: refused unless the policy and the certification both let people comment, and then told as a
// note. What could pass for a part of the letter, or hides something of it, is refused whatever the policy says.

import t, { type Test } from 'tap';
import { DEFAULT_POLICY, type VerificationReport } from '../../../src/index.ts';
import { type AttackedFile, attackedFile } from '../../attacks/attacked-file.ts';
import { sign, verifyBytes } from '../../attacks/carrier.ts';
import { look } from '../../attacks/form-letter.ts';
import { handmadePdf, onePage } from '../../pdf/handmade.ts';

const policy = { ...DEFAULT_POLICY, addedAnnotations: 'note' } as const;
const FORMS = ['table', 'stream'] as const;

const certified = (
  certification: 'no-changes' | 'form-filling' | 'annotations' | null = 'annotations',
  form: (typeof FORMS)[number] = 'table',
) =>
  sign(handmadePdf({ objects: onePage(), form }), {
    request: certification === null ? {} : { certification },
  });

/** Objects of a comment: `{0}` is the number of the first, which the page lists, `{1}` that of the next. */
type Comment = readonly string[];

function comment(file: AttackedFile, ...comments: readonly Comment[]): Uint8Array {
  const [page = 0] = file.pages;
  const objects: Record<number, string> = {};
  const listed: string[] = [];
  let free = file.free;
  for (const texts of comments) {
    const first = free;
    listed.push(`${first} 0 R`);
    for (const text of texts)
      objects[free++] = text
        .replaceAll('{page}', `${page} 0 R`)
        .replace(/\{(\d)\}/g, (_, i) => `${first + Number(i)} 0 R`);
  }
  const text = file.text(page);
  const withList = text.includes('/Annots [')
    ? text.replace(/\/Annots \[([^\]]*)\]/, `/Annots [$1 ${listed.join(' ')}]`)
    : text.replace(/>>$/, `/Annots [${listed.join(' ')}] >>`);
  return file.append({ ...objects, [page]: withList });
}

const QUAD = '72 782 176 782 72 768 176 768';
const marked = (
  subtype = 'Highlight',
  { quads = QUAD, rect = '70 766 178 784', colour = '1 0.9 0.4', more = '' } = {},
) =>
  `<< /Type /Annot /Subtype /${subtype} /P {page} /Rect [${rect}] /QuadPoints [${quads}] /C [${colour}] /F 4 /T (Sekretaris) /Contents (Periksa) ${more} >>`;
const shown = (content: string, { blend = '/Multiply', more = '' } = {}) =>
  `<< /Type /XObject /Subtype /Form /BBox [70 766 178 784] /Resources << /ExtGState << /G << /Type /ExtGState /BM ${blend} >> >> ${more} >> /Length ${content.length} >>\nstream\n${content}\nendstream`;
const FILL = '/G gs 1 0.9 0.4 rg 72 768 104 14 re f';
const note = ({ rect = '500 700 520 720', more = '', flags = 28 } = {}) =>
  `<< /Type /Annot /Subtype /Text /P {page} /Rect [${rect}] /C [1 1 0] /F ${flags} /Name /Note /T (Sekretaris) /Contents (Mohon diperiksa) ${more} >>`;
const popUp = '<< /Type /Annot /Subtype /Popup /Parent {0} /Rect [380 600 560 700] /Open false >>';
const AP = '/AP << /N {1} >>';

function refused(t: Test, report: VerificationReport, name: string): void {
  const [first] = report.signatures;
  t.equal(report.ok, false, name);
  t.equal(first?.verdict, 'CHANGED_AFTER_LAST_SIGNATURE', name);
  t.ok(
    first?.reasons.some(({ code }) => code === 'ANNOTATION_ADDED'),
    `${name}: ${first?.reasons.map(({ code }) => code)}`,
  );
}

function noted(t: Test, report: VerificationReport, name: string, count = 1): void {
  const [first] = report.signatures;
  t.equal(report.verdict, 'VALID_WITH_NOTES', `${name}: ${JSON.stringify(first?.findings)}`);
  t.ok(
    first?.reasons.some(({ code }) => code === 'ALLOWED_COMMENTS'),
    name,
  );
  const changes = first?.integrity.changesAfter.filter(({ kind }) => kind === 'annotation-added') ?? [];
  t.equal(changes.length, count, name);
  t.match(changes[0], { permitted: true, page: 1, rule: 'annotation-added' }, name);
}

const HARMLESS: Readonly<Record<string, readonly Comment[]>> = {
  'a highlight that viewers draw': [[marked()]],
  'a highlight with its look': [[marked('Highlight', { more: AP }), shown(FILL)]],
  'a highlight in a form in a form': [
    [
      marked('Highlight', { more: AP }),
      shown('/G gs /Fm Do', { more: '/XObject << /Fm {2} >>' }),
      shown('1 0.9 0.4 rg 72 768 104 14 re f'),
    ],
  ],
  underlining: [[marked('Underline', { colour: '1 0 0' })]],
  'waves under text': [[marked('Squiggly', { colour: '0 0.9 0.2' })]],
  'text struck out': [[marked('StrikeOut', { colour: '1 0 0' })]],
  'a note beside the text': [[note()]],
  'a note with its look': [[note({ more: AP }), shown('1 1 0 rg 70 766 20 18 re f 0 G 71 770 m 80 770 l S')]],
  'an answer that only the list of comments shows': [[note({ rect: QUAD.slice(0, 14), flags: 30 })]],
};

t.test(
  'comments are refused by the default policy, and a note of one that lets people comment',
  async (t) => {
    for (const form of FORMS) {
      const file = attackedFile(await certified('annotations', form));
      for (const [name, comments] of Object.entries(HARMLESS)) {
        const commented = comment(file, ...comments);
        refused(t, await verifyBytes(commented), `${name}, ${form}`);
        noted(t, await verifyBytes(commented, { policy }), `${name}, ${form}`);
      }
    }
  },
);

t.test('a comment with its window, several at once, and a signature after them', async (t) => {
  const file = attackedFile(await certified());
  const [page = 0] = file.pages;
  const { free } = file;
  const window = file.append({
    [free]: note({ more: `/Popup ${free + 1} 0 R` }).replaceAll('{page}', `${page} 0 R`),
    [free + 1]: popUp.replaceAll('{0}', `${free} 0 R`),
    [page]: file.text(page).replace('/Annots [', `/Annots [${free} 0 R ${free + 1} 0 R `),
  });
  noted(t, await verifyBytes(window, { policy }), 'a window');
  const several = comment(file, [marked()], [note()], [note({ rect: '530 700 550 720' })]);
  noted(t, await verifyBytes(several, { policy }), 'several', 3);
  const again = comment(attackedFile(window), [marked()]);
  noted(t, await verifyBytes(again, { policy }), 'in two revisions', 2);
  const [first] = (await verifyBytes(again, { policy })).signatures;
  t.match(first?.integrity.changesAfter, [{ after: 'Mohon diperiksa' }, { after: 'Periksa' }]);
  refused(t, await verifyBytes(several), 'by the default policy');
});

t.test('what the certification does not permit, no policy does', async (t) => {
  for (const certification of ['no-changes', 'form-filling', null] as const) {
    const file = attackedFile(await certified(certification));
    refused(t, await verifyBytes(comment(file, [marked()]), { policy }), `${certification}`);
  }
});

const EVIL: Readonly<Record<string, readonly Comment[]>> = {
  'text on the page': [[marked('FreeText', { more: AP }), look('Rp 1.000.000.000')]],
  'a stamp': [[marked('Stamp', { more: AP }), shown(FILL)]],
  'a redaction': [[marked('Redact')]],
  'a watermark': [[marked('Watermark')]],
  'a drawing': [[marked('Ink', { more: '/InkList [[72 768 90 780]]' })]],
  'a film': [[marked('Screen')]],
  'a link': [[marked('Link')]],
  'a highlight that draws text': [[marked('Highlight', { more: AP }), look('Rp 1.000.000.000')]],
  'a highlight that hides': [
    [marked('Highlight', { more: AP }), shown('1 1 1 rg 72 768 104 14 re f', { blend: '/Normal' })],
  ],
  'a highlight that blends and then hides': [
    [marked('Highlight', { more: AP }), shown('q /G gs Q 1 1 1 rg 72 768 104 14 re f')],
  ],
  'a highlight that writes with lines': [
    [marked('Highlight', { more: AP }), shown('/G gs 0 0 0 RG 150 768 m 150 780 l S')],
  ],
  'a highlight that paints more than it marks': [
    [marked('Highlight', { more: AP }), shown(`${FILL} ${FILL}`)],
  ],
  'a highlight with a picture': [
    [marked('Highlight', { more: AP }), shown('/G gs BI /W 1 /H 1 /BPC 8 /CS /G ID x EI ')],
  ],
  'a highlight with a shading': [[marked('Highlight', { more: AP }), shown('/G gs /S sh')]],
  'a highlight whose blend stays in its group': [
    [
      marked('Highlight', { more: AP }),
      shown('1 1 1 rg /G gs 72 768 104 14 re f').replace(
        '/BBox',
        '/Group << /S /Transparency /I true >> /BBox',
      ),
    ],
  ],
  'a highlight with another look under the mouse': [
    [marked('Highlight', { more: '/AP << /N {1} /R {2} >>' }), shown(FILL), look('Rp 1.000.000.000')],
  ],
  'a highlight as dark as ink': [[marked('Highlight', { colour: '0 0 0' })]],
  'a highlight outside of its rectangle': [[marked('Highlight', { quads: '72 482 176 482 72 468 176 468' })]],
  'a highlight with an action': [
    [marked('Highlight', { more: '/A << /S /JavaScript /JS (app.alert\\(1\\)) >>' })],
  ],
  'a highlight that comes and goes': [
    [marked('Highlight', { more: '/OC {1}' }), '<< /Type /OCG /Name (x) >>'],
  ],
  'a note over the text': [[note({ rect: '72 768 92 788' })]],
  'a note as large as a paragraph': [[note({ rect: '100 400 400 500' })]],
  'a note that draws text': [[note({ more: AP }), look('9')]],
  'one mark over another': [[marked()], [marked()]],
  'one harmless comment and one that is not': [[note()], [marked('FreeText', { more: AP }), look('Rp 1')]],
};

t.test('evil annotations are refused by a policy that lets people comment', async (t) => {
  const file = attackedFile(await certified());
  for (const [name, comments] of Object.entries(EVIL))
    refused(t, await verifyBytes(comment(file, ...comments), { policy }), name);
});

t.test('a comment over a visible signature, or over an older comment', async (t) => {
  const rect = { x: 60, y: 60, width: 150, height: 60 };
  const visible = await sign(handmadePdf({ objects: onePage() }), {
    request: {
      certification: 'annotations',
      placement: { page: 1, rect, origin: 'bottom-left' },
      appearance: { parts: ['name'] },
    },
  });
  const file = attackedFile(visible);
  const over = { quads: '80 90 120 90 80 80 120 80', rect: '78 78 122 92' };
  refused(t, await verifyBytes(comment(file, [marked('Highlight', over)]), { policy }), 'a signature');
  refused(t, await verifyBytes(comment(file, [note({ rect: '80 80 100 100' })]), { policy }), 'a signature');
  noted(t, await verifyBytes(comment(file, [marked()]), { policy }), 'beside it');
  const twice = comment(attackedFile(comment(file, [marked()])), [marked()]);
  refused(t, await verifyBytes(twice, { policy }), 'an older comment');
});

t.test('a comment that is changed or taken away again', async (t) => {
  const file = attackedFile(await certified());
  const commented = attackedFile(comment(file, [note()]));
  const [page = 0] = file.pages;
  const changed = commented.append({
    [file.free]: note().replace('Mohon', 'Jangan').replace('{page}', `${page} 0 R`),
  });
  refused(t, await verifyBytes(changed, { policy }), 'changed');
  const away = commented.append({ [page]: file.text(page) });
  refused(t, await verifyBytes(away, { policy }), 'taken away');
});
