// Published attacks on PDF signatures, each performed on a letter that was VALID a moment before, in every form of file.

import t, { type Test } from 'tap';
import type { VerificationReport } from '../../src/index.ts';
import { append, concat, lastStartxref, lastValue, overwrite, textOf } from './append.ts';
import { FORMS, letter, sign, verifyBytes } from './carrier.ts';

const PAGE =
  '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 90 0 R /Resources << /Font << /F1 5 0 R >> >> >>';
const OTHER_TEXT = '<< /Length 46 >>\nstream\nBT /F1 12 Tf 72 770 Td (Surat Palsu) Tj ET     \nendstream';

function codes(report: VerificationReport): readonly string[] {
  return report.signatures.flatMap(({ findings }) =>
    findings.filter(({ effect }) => effect !== 'info').map(({ code }) => code),
  );
}

/** Not accepted, not called unsigned, and by the rule that is meant. */
function caught(t: Test, report: VerificationReport, verdicts: readonly string[], rule: string): void {
  t.ok(verdicts.includes(report.verdict), `${report.verdict} is one of ${verdicts}`);
  t.equal(report.ok, false);
  if (report.problem === null)
    t.ok(codes(report).includes(rule), `${rule} among ${[...new Set(codes(report))]}`);
  else t.equal(report.problem.values.reason, rule);
}

for (const form of FORMS) {
  t.test(`a letter with a cross-reference of the form ${form}`, async (t) => {
    const signed = await sign(letter(form));

    await t.test('is VALID before any attack', async (t) => {
      const report = await verifyBytes(signed);
      t.equal(report.verdict, 'VALID', JSON.stringify(report.signatures[0]?.reasons));
      t.equal(report.signatures[0]?.integrity.coversWholeFile, true);
    });

    await t.test('a changed byte under the signature is MODIFIED', async (t) => {
      caught(
        t,
        await verifyBytes(overwrite(signed, '%PDF-1.7\n%\u00e2', '%PDF-1.7\n%\u00e3')),
        ['MODIFIED'],
        'digest-mismatch',
      );
    });

    await t.test('incremental saving: an update replaces the page', async (t) => {
      const attacked = append(signed, { objects: { 3: PAGE, 90: OTHER_TEXT } });
      caught(t, await verifyBytes(attacked), ['CHANGED_AFTER_LAST_SIGNATURE'], 'unexplained-object');
    });

    await t.test('incremental saving: an update replaces the content stream', async (t) => {
      const attacked = append(signed, { objects: { 4: OTHER_TEXT } });
      caught(t, await verifyBytes(attacked), ['CHANGED_AFTER_LAST_SIGNATURE'], 'unexplained-object');
    });

    await t.test('incremental saving: the catalog points at other pages', async (t) => {
      const attacked = append(signed, {
        objects: {
          90: OTHER_TEXT,
          91: PAGE.replace('2 0 R', '92 0 R'),
          92: '<< /Type /Pages /Kids [91 0 R] /Count 1 >>',
          1: '<< /Type /Catalog /Pages 92 0 R >>',
        },
      });
      caught(
        t,
        await verifyBytes(attacked),
        ['CHANGED_AFTER_LAST_SIGNATURE', 'INVALID'],
        'unexplained-object',
      );
    });

    await t.test('incremental saving without a section, and without an end marker', async (t) => {
      const bare = concat(signed, `3 0 obj\n${PAGE}\nendobj\n90 0 obj\n${OTHER_TEXT}\nendobj\n`);
      caught(t, await verifyBytes(bare), ['CHANGED_AFTER_LAST_SIGNATURE'], 'bytes-after-revision');
      const trailer = `trailer\n<< /Root 1 0 R /Size 99 /Prev ${lastStartxref(signed)} >>\nstartxref\n0\n`;
      caught(
        t,
        await verifyBytes(concat(bare, trailer)),
        ['CHANGED_AFTER_LAST_SIGNATURE'],
        'bytes-after-revision',
      );
    });

    await t.test('an update that hides an object from its section', async (t) => {
      const attacked = append(signed, { objects: { 95: '(harmless)' }, unlisted: { 3: PAGE } });
      caught(t, await verifyBytes(attacked), ['CHANGED_AFTER_LAST_SIGNATURE'], 'unlisted-object');
    });

    await t.test('an update that frees the page, or the signature field', async (t) => {
      const freedPage = await verifyBytes(append(signed, { objects: { 3: null } }));
      t.equal(freedPage.ok, false);
      t.not(freedPage.verdict, 'NO_SIGNATURE');
      const dictionary = Number(/(\d+) 0 obj\s*<<[^>]*\/Type\s*\/Sig\b/.exec(textOf(signed))?.[1]);
      const freed = await verifyBytes(append(signed, { objects: { [dictionary]: null } }));
      t.equal(freed.ok, false);
      t.not(freed.verdict, 'NO_SIGNATURE');
    });

    await t.test(
      'universal forgery: ByteRange and Contents are spoiled in the ways that fooled viewers',
      async (t) => {
        const range = /\/ByteRange\s*\[[^\]]*\]/.exec(textOf(signed))?.[0] ?? '';
        const spoil = (replacement: string): Uint8Array =>
          overwrite(signed, range, replacement.padEnd(range.length));
        for (const [name, replacement, rule] of [
          ['null', '/ByteRange null', 'byte-range-malformed'],
          ['empty', '/ByteRange []', 'byte-range-malformed'],
          ['negative', '/ByteRange [0 -1 5 5]', 'byte-range-malformed'],
          ['real', '/ByteRange [0 9.5 10 5]', 'byte-range-malformed'],
          ['reference', '/ByteRange [0 1 0 R 10 5]', 'byte-range-malformed'],
          ['too far', '/ByteRange [0 5 10 99999999]', 'signed-data-missing'],
          ['the whole file', `/ByteRange [0 ${signed.length} ${signed.length} 0]`, 'byte-range-bounds'],
          ['a start that is not 0', '/ByteRange [9 5 99 9]', 'byte-range-bounds'],
        ] as const) {
          await t.test(name, async (t) =>
            caught(t, await verifyBytes(spoil(replacement)), ['INVALID', 'MODIFIED'], rule),
          );
        }
        const gone = overwrite(signed, '/ByteRange', '/ByteRangX');
        caught(t, await verifyBytes(gone), ['INVALID'], 'byte-range-malformed');
        const empty = overwrite(signed, '/Contents <', '/Xontents <');
        caught(t, await verifyBytes(empty), ['INVALID'], 'contents-missing');
      },
    );

    await t.test('wrapping: the second range is moved behind content of the attacker', async (t) => {
      const text = textOf(signed);
      const range = /\/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/.exec(text);
      const [cut, resume, rest] = [Number(range?.[1]), Number(range?.[2]), Number(range?.[3])];
      const inserted = `3 0 obj\n${PAGE}\nendobj\n`;
      const moved = concat(signed.subarray(0, resume), inserted, signed.subarray(resume));
      const digits = String(resume + inserted.length);
      const rewritten = `/ByteRange [0 ${cut} ${digits} ${rest}]`.padEnd(range?.[0].length ?? 0);
      const report = await verifyBytes(overwrite(moved, range?.[0] ?? '', rewritten));
      t.equal(report.ok, false);
      t.not(report.verdict, 'NO_SIGNATURE');
    });
  });
}

t.test('a second key in the signature dictionary shows two readers two signatures', async (t) => {
  const signed = await sign(letter('table'));
  const doubled = overwrite(signed, '/Filter /Adobe.PPKLite', '/M () /Filter  /Adobe/'.padEnd(22));
  t.equal((await verifyBytes(doubled)).ok, false);
});

t.test('one signature dictionary recycled in two fields proves nothing', async (t) => {
  const signed = await sign(letter('table'));
  const text = textOf(signed);
  const dictionary = /\/V (\d+) 0 R/.exec(text)?.[1];
  const field = /(\d+) 0 obj\s*<<(?:(?!endobj)[\s\S])*\/FT \/Sig/.exec(text)?.[1];
  const attacked = append(signed, {
    objects: {
      90: `<< /FT /Sig /T (Lain) /V ${dictionary} 0 R /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 /P 3 0 R >>`,
      1: `<< /Type /Catalog /Pages 2 0 R /AcroForm << /SigFlags 3 /Fields [${field} 0 R 90 0 R] >> >>`,
    },
  });
  caught(t, await verifyBytes(attacked), ['INVALID'], 'signature-shared');
});

t.test('an annotation over the text after signing is found', async (t) => {
  const signed = await sign(letter('table'));
  const page = lastValue(signed, 3);
  const attacked = append(signed, {
    objects: {
      3: page.replace(/\/Annots\s*\[([^\]]*)\]/, '/Annots [$1 90 0 R]'),
      90: '<< /Type /Annot /Subtype /FreeText /Rect [60 760 300 790] /DA (/F1 12 Tf) /Contents (Rp 1.000.000.000) >>',
    },
  });
  caught(t, await verifyBytes(attacked), ['CHANGED_AFTER_LAST_SIGNATURE'], 'unexplained-object');
});

t.test('an object that lay unused in the signed version is switched on', async (t) => {
  const signed = await sign(
    letter('table', { 8: '<< /Type /Pages /Kids [9 0 R] /Count 1 >>', 9: PAGE.replace('90', '4') }),
  );
  t.equal((await verifyBytes(signed)).verdict, 'VALID');
  const root = lastValue(signed, 1);
  const attacked = append(signed, { objects: { 1: root.replace('/Pages 2 0 R', '/Pages 8 0 R') } });
  const report = await verifyBytes(attacked);
  caught(t, report, ['CHANGED_AFTER_LAST_SIGNATURE'], 'dormant-object-activated');
});

t.test('what must stay good', async (t) => {
  const signed = await sign(letter('table'));
  await t.test('a second and a third signer, in every form', async (t) => {
    for (const form of FORMS) {
      const twice = await sign(await sign(letter(form)), {
        signer: 'pejabatEc',
        now: Date.UTC(2026, 10, 21, 11, 40),
      });
      const report = await verifyBytes(twice);
      t.equal(report.verdict, 'VALID', `${form}: ${codes(report)}`);
      t.equal(report.counts.signatures, 2);
      t.equal(report.signatures[0]?.integrity.changesAfter[0]?.kind, 'signature-added');
      t.equal(report.signatures[0]?.integrity.changesAfter[0]?.permitted, true);
    }
  });
  await t.test('white space behind the end, of sixteen bytes at most', async (t) => {
    const report = await verifyBytes(concat(signed, '\n'.repeat(16)));
    t.equal(report.verdict, 'VALID');
    t.equal(report.signatures[0]?.integrity.coversWholeFile, false);
    t.equal((await verifyBytes(concat(signed, '\n'.repeat(17)))).verdict, 'CHANGED_AFTER_LAST_SIGNATURE');
  });
  await t.test('an empty update, and an identical rewrite', async (t) => {
    t.equal((await verifyBytes(append(signed, { objects: {} }))).verdict, 'VALID');
    const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';
    t.equal((await verifyBytes(append(signed, { objects: { 5: font } }))).verdict, 'VALID');
    const other = font.replace('Helvetica', 'ZapfDingbats');
    caught(
      t,
      await verifyBytes(append(signed, { objects: { 5: other } })),
      ['CHANGED_AFTER_LAST_SIGNATURE'],
      'unexplained-object',
    );
  });
});
