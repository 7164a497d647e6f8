// The classes of published attacks that act on what a signature permits, performed on letters that were VALID a moment before:
// evil annotation (EAA), sneaky signature (SSA), shadow documents (hide, replace, hide and replace), spoofed signatures.

import t, { type Test } from 'tap';
import type { VerificationReport } from '../../src/index.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import { type AttackedFile, attackedFile, withEntry } from './attacked-file.ts';
import { letter, sign, verifyBytes } from './carrier.ts';
import { type Carrier, carriers } from './carriers.ts';
import { FORM, fields, formLetter, look } from './form-letter.ts';
import { signLater } from './later-signer.ts';

const made = await carriers();
const byName = (part: string): readonly Carrier[] => made.filter(({ name }) => name.includes(part));

interface Caught {
  readonly rule: string;
  readonly kind: string;
  readonly reason: string;
}

/** The first signature is rejected by the rule that is meant, with the change in words for people. */
function caught(t: Test, report: VerificationReport, { rule, kind, reason }: Caught): void {
  const [first] = report.signatures;
  t.equal(report.ok, false);
  t.not(report.class, 'unsure');
  t.equal(first?.verdict, 'CHANGED_AFTER_LAST_SIGNATURE');
  const codes = first?.findings.filter(({ effect }) => effect === 'change').map(({ code }) => code);
  t.ok(codes?.includes(rule), `${rule} among ${codes}`);
  const change = first?.integrity.changesAfter.find((each) => !each.permitted && each.kind === kind);
  t.ok(change, `${kind} among ${JSON.stringify(first?.integrity.changesAfter)}`);
  t.ok(
    first?.reasons.some(({ code }) => code === reason),
    reason,
  );
}

t.test(
  'evil annotation: text laid over a certified letter, whatever the certification permits',
  async (t) => {
    for (const { name, bytes, at } of byName('certification')) {
      for (const subtype of ['FreeText', 'Stamp', 'Redact', 'Watermark']) {
        const file = attackedFile(bytes);
        const [page = 0] = file.pages;
        const attacked = file.append({
          [page]: file.text(page).replace('/Annots [', `/Annots [${file.free} 0 R `),
          [file.free]: `<< /Type /Annot /Subtype /${subtype} /Rect [60 760 300 790] /F 4 /AP << /N ${file.free + 1} 0 R >> >>`,
          [file.free + 1]: look('Rp 1.000.000.000'),
        });
        await t.test(`${name}: ${subtype}`, async (t) =>
          caught(t, await verifyBytes(attacked, { now: at }), {
            rule: 'unexplained-object',
            kind: 'annotation-added',
            reason: 'ANNOTATION_ADDED',
          }),
        );
      }
    }
  },
);

t.test('sneaky signature: a signature that shows what was never certified', async (t) => {
  for (const { name, bytes, at } of byName('certification')) {
    const report = await verifyBytes(await signLater(attackedFile(bytes), { rect: '60 760 300 790' }), {
      now: at,
    });
    const rule = name.includes('nothing')
      ? 'certification-forbids-signing'
      : 'visible-field-after-certification';
    await t.test(name, (t) => {
      caught(t, report, { rule, kind: 'signature-added', reason: 'ANNOTATION_ADDED' });
      t.match(
        report.signatures[0]?.integrity.changesAfter.find(({ permitted }) => !permitted),
        { page: 1, rect: [60, 760, 300, 790], field: 'berikutnya' },
      );
      t.end();
    });
  }
});

t.test('a later signature over an earlier one', async (t) => {
  for (const { name, bytes, at } of byName('visible signature')) {
    const file = attackedFile(bytes);
    const rect = /\/Rect \[([^\]]*)\]/.exec(file.text(file.field))?.[1] ?? '';
    const report = await verifyBytes(await signLater(file, { rect }), { now: at });
    await t.test(name, (t) => {
      caught(t, report, {
        rule: 'annotation-overlap',
        kind: 'content-covered',
        reason: 'CONTENT_OVERLAPPED',
      });
      t.end();
    });
  }
  const file = attackedFile(byName('a visible signature')[0]?.bytes ?? new Uint8Array());
  const beside = await verifyBytes(await signLater(file, { rect: '210 60 360 120' }));
  t.ok(beside.ok, 'borders that touch hide nothing');
});

t.test('a later signature that stands elsewhere than its rectangle says', async (t) => {
  const expected = { kind: 'signature-added', reason: 'ANNOTATION_ADDED' };
  const plain = attackedFile(await sign(letter('table')));
  t.ok((await verifyBytes(await signLater(plain, { rect: '60 60 210 120' }))).ok);
  const zoomless = await signLater(plain, { rect: '60 60 210 120', flags: 140 });
  caught(t, await verifyBytes(zoomless), { ...expected, rule: 'appearance-outside-field' });

  // On a page that is shown turned it is drawn upright about its upper left corner, and so over the older one.
  const turned = { 3: withEntry(attackedFile(letter('table')).text(3), 'Rotate', '90') };
  const rect = { x: 120, y: 60, width: 60, height: 150 };
  const signed = await sign(letter('table', turned), {
    request: { placement: { page: 1, rect, origin: 'bottom-left' }, appearance: { parts: ['name'] } },
  });
  const file = attackedFile(signed);
  const box = /\/Rect \[([^\]]*)\]/.exec(file.text(file.field))?.[1] ?? '';
  const [left = 0, bottom = 0, right = 0] = box.split(' ').map(Number);
  const under = `${left + 10} 1 ${right - 10} ${bottom - 5}`;
  t.ok((await verifyBytes(await signLater(file, { rect: under }))).ok);
  const upright = await signLater(file, { rect: under, flags: 148 });
  caught(t, await verifyBytes(upright), {
    kind: 'content-covered',
    reason: 'CONTENT_OVERLAPPED',
    rule: 'annotation-overlap',
  });
});

const COVER =
  '<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Length 30 >>\nstream\n1 1 1 rg 60 690 400 30 re f   \nendstream';
const HIDDEN_TEXT =
  '<< /Length 100 >>\nstream\nBT /F1 12 Tf 72 770 Td (Surat Keterangan) Tj 0 -70 Td (Rp 1.000.000.000) Tj ET /Penutup Do           \nendstream';
const SHADOWED = {
  3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> /XObject << /Penutup 7 0 R >> >> >>',
  4: HIDDEN_TEXT,
  7: COVER,
};

async function shadowed(
  t: Test,
  objects: Record<number, string>,
  attack: (file: AttackedFile) => Uint8Array,
  expected: Caught,
): Promise<void> {
  for (const form of ['table', 'stream'] as const) {
    const signed = await sign(handmadePdf({ objects: onePage(objects), form }));
    t.equal((await verifyBytes(signed)).verdict, 'VALID');
    caught(t, await verifyBytes(attack(attackedFile(signed))), expected);
  }
}

t.test('shadow, hide: what lay over the text is freed, emptied or taken from the page', async (t) => {
  const expected = { kind: 'page-changed', reason: 'BYTES_NOT_COVERED' };
  await shadowed(t, SHADOWED, (file) => file.append({ 7: null }), { ...expected, rule: 'object-freed' });
  await shadowed(t, SHADOWED, (file) => file.append({ 7: COVER.replace(' re f', ' re n') }), {
    ...expected,
    rule: 'unexplained-object',
  });
  await shadowed(
    t,
    SHADOWED,
    (file) => file.append({ 3: withEntry(file.text(3), 'Resources', '<< /Font << /F1 5 0 R >> >>') }),
    {
      ...expected,
      rule: 'page-changed',
    },
  );
});

t.test('shadow, hide: an annotation that lay over the text is taken away', async (t) => {
  const covered = {
    3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /Annots [7 0 R] >>',
    7: '<< /Type /Annot /Subtype /Square /Rect [60 760 300 790] /IC [1 1 1] >>',
  };
  const expected = { rule: 'unexplained-object', kind: 'annotation-removed', reason: 'ANNOTATION_ADDED' };
  await shadowed(t, covered, (file) => file.append({ 3: file.text(3).replace('7 0 R ', '') }), expected);
});

t.test('shadow, replace: the look of a form entry changes and its value does not', async (t) => {
  await shadowed(t, formLetter(), (file) => file.append({ [FORM.nameLook]: look('Bukan Budi') }), {
    rule: 'appearance-changed-without-value',
    kind: 'field-appearance-changed',
    reason: 'FORM_CHANGED',
  });
});

t.test('shadow, replace: a value that nobody sees', async (t) => {
  await shadowed(
    t,
    formLetter(),
    (file) => file.append({ [FORM.name]: fields.name('/V (Siti) /AP << /N 20 0 R >>') }),
    {
      rule: 'value-without-appearance',
      kind: 'field-filled',
      reason: 'FORM_CHANGED',
    },
  );
});

t.test('shadow, hide and replace: a second document waits in the signed one', async (t) => {
  const second = {
    7: '<< /Type /Pages /Kids [8 0 R] /Count 1 >>',
    8: '<< /Type /Page /Parent 7 0 R /MediaBox [0 0 595 842] /Contents 9 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    9: '<< /Length 44 >>\nstream\nBT /F1 12 Tf 72 770 Td (Surat Palsu) Tj ET  \nendstream',
  };
  await shadowed(t, second, (file) => file.append({ [file.catalog]: file.catalogWith('Pages', '7 0 R') }), {
    rule: 'dormant-object-activated',
    kind: 'page-added',
    reason: 'PAGE_ADDED',
  });
  await shadowed(t, second, (file) => file.append({ 3: withEntry(file.text(3), 'Contents', '9 0 R') }), {
    rule: 'page-changed',
    kind: 'page-changed',
    reason: 'BYTES_NOT_COVERED',
  });
});

t.test('spoofing: name, reason and time of the signature are replaced', async (t) => {
  for (const { name, bytes, at } of made) {
    const file = attackedFile(bytes);
    const value = withEntry(
      withEntry(file.text(file.signature), 'Reason', '(Disetujui)'),
      'Name',
      '(Bupati)',
    );
    const report = await verifyBytes(file.append({ [file.signature]: value }), { now: at });
    t.equal(report.ok, false, name);
    const codes = report.signatures.flatMap(({ findings }) => findings.map(({ code }) => code));
    t.ok(codes.includes('signature-dictionary-redefined'), name);
  }
});

t.test('a recycled field: one that was signed is given another value', async (t) => {
  for (const { name, bytes, at } of made) {
    const file = attackedFile(bytes);
    const attacked = file.append({ [file.field]: withEntry(file.text(file.field), 'V', '<< /Type /Sig >>') });
    const report = await verifyBytes(attacked, { now: at });
    t.equal(report.ok, false, name);
    t.not(report.verdict, 'NO_SIGNATURE', name);
  }
});
