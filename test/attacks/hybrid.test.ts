// Hybrid-reference files: what only newer readers see, because the table leaves it out or calls it free while the stream
// behind `/XRefStm` brings it. Nothing that is signed or shown may hide there.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { MalformedPdf } from '../../src/pdf/errors.ts';
import { openDocument } from '../../src/pdf/open-document.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import type { VerificationReport } from '../../src/verify/report.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import { run, toolMissing } from '../tools.ts';
import { append, concat, lastStartxref, textOf } from './append.ts';
import { EMPTY_SIGNATURE, signCarelessly } from './careless-signer.ts';
import { letter, sign, verifyBytes } from './carrier.ts';

const folder = mkdtempSync(join(tmpdir(), 'teken-hybrid-'));
t.teardown(() => rmSync(folder, { recursive: true }));

const ROWS = ['none', 'free'] as const;
type HiddenRows = (typeof ROWS)[number];

const streamOf = (data: string, entries = ''): string =>
  `<< ${entries} /Length ${data.length} >>\nstream\n${data}\nendstream`;
const FALSE_TEXT = streamOf('BT /F1 12 Tf 72 700 Td (Surat Palsu) Tj ET');
const page = (entries: string): string =>
  `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> ${entries} >>`;

/** What a page or the catalog refers to and only the stream brings, as object 6. */
const HIDDEN = {
  'a second content stream': { 3: page('/Contents [4 0 R 6 0 R]'), 6: FALSE_TEXT },
  'an annotation over the text': {
    3: page('/Contents 4 0 R /Annots [6 0 R]'),
    6: '<< /Type /Annot /Subtype /FreeText /Rect [60 760 300 790] /DA (/F1 12 Tf) /Contents (Rp 1.000.000.000) >>',
  },
  'the annotations of a page': {
    3: page('/Contents 4 0 R /Annots 6 0 R'),
    6: '[<< /Type /Annot /Subtype /FreeText /Rect [60 760 300 790] /DA (/F1 12 Tf) /Contents (Rp 1) >>]',
  },
  'a second page': {
    2: '<< /Type /Pages /Kids [3 0 R 6 0 R] /Count 2 >>',
    6: page('/Contents 4 0 R'),
  },
  'a resource': {
    3: page('/Contents 4 0 R').replace('5 0 R', '6 0 R'),
    6: '<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>',
  },
  'the layers of the document': {
    1: '<< /Type /Catalog /Pages 2 0 R /OCProperties 6 0 R >>',
    6: '<< /OCGs [] /D << /BaseState /OFF >> >>',
  },
  'the object of a reference that another generation precedes': {
    3: page('/Contents [4 0 R 6 0 R] /Zz 6 1 R'),
    6: FALSE_TEXT,
  },
} satisfies Record<string, Record<number, string>>;

function hybrid(
  changes: Record<number, string>,
  hiddenRows: HiddenRows,
  compressed: readonly number[] = [],
): Uint8Array {
  const hidden = compressed.length > 0 ? [] : [6];
  return handmadePdf({ objects: onePage(changes), form: 'hybrid', hidden, compressed, hiddenRows });
}

/** The same with a signature that waits for its value. */
function withEmptySignature(changes: Record<number, string>): Record<number, string> {
  const catalog = changes[1] ?? onePage()[1] ?? '';
  return {
    ...changes,
    1: catalog.replace('/Pages', '/AcroForm << /SigFlags 3 /Fields [7 0 R] >> /Pages'),
    7: '<< /FT /Sig /T (sig) /V 8 0 R /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 >>',
    8: EMPTY_SIGNATURE,
  };
}

/** A hybrid update: `objects` stand in its table, `hidden` ones in its stream alone. */
function appendHybrid(
  bytes: Uint8Array,
  objects: Record<number, string>,
  hidden: Record<number, string>,
  hiddenRows: HiddenRows,
): Uint8Array {
  const previous = lastStartxref(bytes);
  const size = Number(/\/Size (\d+)/.exec(textOf(bytes.subarray(previous)))?.[1]) + 50;
  let body = '';
  const write = ([key, value]: readonly [string, string]): readonly [number, number] => {
    const offset = bytes.length + body.length;
    body += `${key} 0 obj\n${value}\nendobj\n`;
    return [Number(key), offset];
  };
  const visibleRows = Object.entries(objects).map(write);
  const streamRows = Object.entries(hidden).map(write);
  const streamAt = bytes.length + body.length;
  const data = streamRows.flatMap(([, offset]) => [
    1,
    ...[24, 16, 8, 0].map((bits) => (offset >> bits) & 255),
    0,
  ]);
  const packed = Buffer.from(deflateSync(Uint8Array.from(data))).toString('latin1');
  const index = streamRows.map(([number]) => `${number} 1`).join(' ');
  const entries = `/Type /XRef /W [1 4 1] /Index [${index}] /Size ${size} /Root 1 0 R /Filter /FlateDecode`;
  write([`${size - 1}`, streamOf(packed, entries)]);
  const tableAt = bytes.length + body.length;
  body += 'xref\n';
  for (const [number, offset] of [...visibleRows, [size - 1, streamAt] as const])
    body += `${number} 1\n${String(offset).padStart(10, '0')} 00000 n \n`;
  if (hiddenRows === 'free') for (const [number] of streamRows) body += `${number} 1\n0000000000 00001 f \n`;
  body += `trailer\n<< /Size ${size} /Prev ${previous} /Root 1 0 R /XRefStm ${streamAt} >>\n`;
  return concat(bytes, `${body}startxref\n${tableAt}\n%%EOF\n`);
}

function effectsOf(report: VerificationReport, code: string): readonly string[] {
  return report.signatures.map(
    ({ findings }) => findings.find((finding) => finding.code === code)?.effect ?? 'none',
  );
}

/** Every signature of the document is INVALID by this rule. */
function differs(t: Test, report: VerificationReport): void {
  t.equal(report.ok, false);
  t.equal(report.verdict, 'INVALID');
  t.ok(report.signatures.length > 0);
  t.ok(
    effectsOf(report, 'hybrid-views-differ').every((effect) => effect === 'structure'),
    JSON.stringify(report.signatures.map(({ findings }) => findings)),
  );
}

t.test('other readers show what the table calls free', { skip: toolMissing('qpdf') }, async (t) => {
  for (const hiddenRows of ROWS) {
    const path = join(folder, `${hiddenRows}.pdf`);
    writeFileSync(path, hybrid(HIDDEN['a second content stream'], hiddenRows));
    const { stdout } = await run('qpdf', ['--show-object=6', '--filtered-stream-data', path]);
    t.match(stdout, 'Surat Palsu', `table row: ${hiddenRows}`);
  }
});

t.test('our reader shows it too', (t) => {
  for (const hiddenRows of ROWS) {
    const source = bytesSource(hybrid(HIDDEN['a second content stream'], hiddenRows));
    const document = openDocument(source, { ...nodePlatform, damaged: 'refuse' });
    t.equal(document.last.entry(6)?.kind, 'offset');
    t.ok(document.last.numbers().includes(6));
  }
  t.end();
});

for (const hiddenRows of ROWS) {
  t.test(`what is shown stands in the stream alone, its row in the table: ${hiddenRows}`, async (t) => {
    for (const [name, changes] of Object.entries(HIDDEN)) {
      await t.test(name, async (t) => {
        await t.rejects(
          sign(hybrid(changes, hiddenRows)),
          new MalformedPdf('pdf-damaged', { reason: 'hybrid-views-differ' }),
        );
        const signed = await signCarelessly(hybrid(withEmptySignature(changes), hiddenRows));
        differs(t, await verifyBytes(signed));
      });
    }

    await t.test('in an object stream', async (t) => {
      const changes = HIDDEN['an annotation over the text'];
      await t.rejects(
        sign(hybrid(changes, hiddenRows, [6])),
        new MalformedPdf('pdf-damaged', { reason: 'hybrid-views-differ' }),
      );
      differs(
        t,
        await verifyBytes(await signCarelessly(hybrid(withEmptySignature(changes), hiddenRows, [6]))),
      );
    });

    await t.test('the signature field itself', async (t) => {
      const objects = onePage(withEmptySignature({}));
      const file = handmadePdf({ objects, form: 'hybrid', hidden: [7], hiddenRows });
      differs(t, await verifyBytes(await signCarelessly(file)));
    });
  });

  t.test(`a hybrid update behind an honest signature, rows in its table: ${hiddenRows}`, async (t) => {
    const honest = await sign(letter('hybrid'));
    t.equal((await verifyBytes(honest)).verdict, 'VALID');

    await t.test('replaces the text for newer readers', async (t) => {
      differs(t, await verifyBytes(appendHybrid(honest, {}, { 4: FALSE_TEXT }, hiddenRows)));
    });

    await t.test('brings what the page had left open', async (t) => {
      const open = await sign(letter('table', { 3: page('/Contents [4 0 R 9 0 R]') }));
      t.equal((await verifyBytes(open)).verdict, 'VALID');
      differs(t, await verifyBytes(appendHybrid(open, {}, { 9: FALSE_TEXT }, hiddenRows)));
    });

    await t.test('is still found when a later update covers it up', async (t) => {
      const text = textOf(honest);
      const original = text.slice(
        text.indexOf('\n4 0 obj\n') + 9,
        text.indexOf('\nendobj', text.indexOf('\n4 0 obj\n')),
      );
      const attacked = appendHybrid(honest, {}, { 4: FALSE_TEXT }, hiddenRows);
      const covered = append(attacked, { objects: { 4: original } });
      const report = await verifyBytes(covered);
      t.equal(report.ok, false);
      t.equal(report.verdict, 'CHANGED_AFTER_LAST_SIGNATURE');
    });
  });

  t.test(
    `what shows nothing may stand in the stream alone, its row in the table: ${hiddenRows}`,
    async (t) => {
      const catalog = '<< /Type /Catalog /Pages 2 0 R /StructTreeRoot 6 0 R >>';
      const tree = { 1: catalog, 6: '<< /Type /StructTreeRoot /K [] >>' };
      for (const compressed of [[], [6]]) {
        const signed = await sign(hybrid(tree, hiddenRows, compressed));
        const report = await verifyBytes(signed);
        t.equal(report.verdict, 'VALID', JSON.stringify(report.signatures[0]?.findings));
        const careless = await signCarelessly(hybrid(withEmptySignature(tree), hiddenRows, compressed));
        t.equal((await verifyBytes(careless)).verdict, 'VALID');
      }
      const twice = await sign(await sign(hybrid(tree, hiddenRows)), { signer: 'pejabatEc' });
      t.equal((await verifyBytes(twice)).verdict, 'VALID');
    },
  );
}
