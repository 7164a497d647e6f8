// What a signature shows: picture, QR code, text block, where it may stand, and that nothing of it harms the document.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { drawSampleLetter, SIGNATURE_ROOM } from '../../certs-dev/sample-letter.ts';
import type { Anchor } from '../../src/pdf/anchor.ts';
import { latin1 } from '../../src/pdf/characters.ts';
import type { Box } from '../../src/pdf/placement.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { appearanceLines, nipText } from '../../src/sign/appearance-text.ts';
import { layOutBlock } from '../../src/sign/block-layout.ts';
import { footerLines } from '../../src/sign/footer.ts';
import { qrMatrix } from '../../src/sign/qr-matrix.ts';
import { signDocument } from '../../src/sign/sign-document.ts';
import type { SignRequest } from '../../src/sign/sign-request.ts';
import { signedBytes } from '../../src/sign/signed-document.ts';
import { signAndVerify } from '../../src/sign-and-verify.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import { stream } from '../pdf/text-samples.ts';
import { run, toolMissing } from '../tools.ts';
import { now, pki, plainRequest, signingContext } from './development-signer.ts';
import { jpeg, png } from './pictures.ts';

const folder = mkdtempSync(join(tmpdir(), 'teken-visible-'));
t.teardown(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'signed.pdf');

const letter = await drawSampleLetter();
const { page, x, y, width, height } = SIGNATURE_ROOM;
const room = { page, rect: { x, y, width, height }, origin: 'bottom-left' } as const;
const ADDRESS = 'https://surat.contoh.example/d/0f2a-77';

const logo = png(120, 120, { colourType: 6 }, (i, j) =>
  Math.hypot(i - 60, j - 60) < 58 ? [20, 60, 140, 255] : [0, 0, 0, 0],
);
/** Twice as wide as high, red on nothing. */
const stroke = png(200, 100, { colourType: 6 }, (i, j) => [
  255,
  0,
  0,
  i > 10 && i < 190 && j > 10 && j < 90 ? 255 : 0,
]);

/** An empty page with the entries given, and what it shows. */
function blank(content = 'q Q', entries = '/MediaBox [0 0 595 842]', objects = {}): Uint8Array {
  const dictionary = `<< /Type /Page /Parent 2 0 R ${entries} /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>`;
  return handmadePdf({ objects: onePage({ 3: dictionary, 4: stream(content), ...objects }) });
}

/** Signs, and has the verifier accept it. */
async function sign(source: Uint8Array, request: Partial<SignRequest>) {
  const { document, signed, report } = await signAndVerify(
    bytesSource(source),
    { ...plainRequest, ...request },
    {
      ...(await signingContext()),
      verification: {
        trustList: pki.trustList(nodePlatform.digests),
        policy: { ...DEFAULT_POLICY, revocation: 'off' },
      },
      earlierBroken: 'refuse',
      developmentKeys: 'allow',
    },
  );
  const bytes = document.read(0, document.size);
  writeFileSync(path, bytes);
  return { bytes, signed, report };
}

async function refused(
  t: Test,
  source: Uint8Array,
  request: Partial<SignRequest>,
  code: string,
  values = {},
) {
  const signing = signDocument(bytesSource(source), { ...plainRequest, ...request }, await signingContext());
  await t.rejects(signing, { name: 'SigningRefused', code, values }, code);
}

async function checkClean(t: Test, name: string): Promise<void> {
  if (toolMissing('qpdf') !== false) return;
  const { code, stdout, stderr } = await run('qpdf', ['--check', path]);
  t.equal(code, 0, `${name}: ${stdout}${stderr}`);
}

/** The first page as a picture in colours. */
async function rendered(dpi: number) {
  const ppm = join(folder, 'page.ppm');
  await run('pdftoppm', ['-r', String(dpi), '-cropbox', '-singlefile', path, ppm.slice(0, -4)]);
  const { readFileSync } = await import('node:fs');
  const bytes = readFileSync(ppm);
  const header = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(0, 32).toString('latin1'));
  const [columns, rows] = [Number(header?.[1]), Number(header?.[2])];
  const pixels = bytes.subarray(header?.[0].length ?? 0);
  /** The box of all pixels like this, in points from the lower left corner. */
  const boxOf = (like: (r: number, g: number, b: number) => boolean): Box => {
    let [left, top, right, bottom] = [columns, rows, 0, 0];
    for (let at = 0; at < columns * rows; at += 1) {
      if (!like(pixels[3 * at] ?? 0, pixels[3 * at + 1] ?? 0, pixels[3 * at + 2] ?? 0)) continue;
      const [i, j] = [at % columns, Math.floor(at / columns)];
      left = Math.min(left, i);
      top = Math.min(top, j);
      right = Math.max(right, i + 1);
      bottom = Math.max(bottom, j + 1);
    }
    const points = 72 / dpi;
    return [left * points, (rows - bottom) * points, right * points, (rows - top) * points];
  };
  return { ppm, boxOf };
}

const isRed = (r: number, g: number, b: number): boolean => r > 150 && g < 100 && b < 100;
const isDark = (r: number, g: number, b: number): boolean => r + g + b < 380;

t.test('the parts of the block, each where there is something to say and it is wanted', async (t) => {
  const certificate = parseCertificate(pki.signers.pejabat.certificate);
  const fields = { position: 'Kepala Dinas', rank: 'Pembina Utama Muda', nip: '000000000000000000' };
  const parts = (more: object): readonly string[] =>
    appearanceLines(certificate, { ...fields, ...more }, now, 'UTC').map(({ part }) => part);
  t.same(parts({}), ['lead', 'position', 'name', 'rank', 'nip', 'time', 'test']);
  t.same(parts({ parts: ['nip', 'name'] }), ['name', 'nip', 'test'], 'in the order of a letter');
  t.same(parts({ parts: [] }), ['test'], 'a test says so whatever is left out');
  t.same(parts({ rank: ' \u202e' }), ['lead', 'position', 'name', 'nip', 'time', 'test']);
  t.equal(nipText('19800101 200501 1 001'), 'NIP. 19800101 200501 1 001');
  t.equal(nipText('198001012005011001'), 'NIP. 19800101 200501 1 001');
  t.equal(nipText('12345'), 'NIP. 12345');
});

t.test('the foot of a page names the authority, but never for a test', async (t) => {
  const certificate = parseCertificate(pki.signers.pejabat.certificate);
  const real = {
    ...certificate,
    extensions: certificate.extensions.filter(({ oid }) => !oid.startsWith('2.25.')),
  };
  t.equal(
    footerLines(real).join(' '),
    'Dokumen ini telah ditandatangani secara elektronik menggunakan sertifikat elektronik yang diterbitkan oleh Balai Besar Sertifikasi Elektronik (BSrE), Badan Siber dan Sandi Negara.',
  );
  t.match(footerLines(certificate).join(' '), /uji coba/);
  t.notMatch(footerLines(certificate).join(' '), /BSrE/);
});

t.test('a picture stands beside the text where there is width, else between its lines', async (t) => {
  const lines = appearanceLines(parseCertificate(pki.signers.pejabat.certificate), {}, now, 'UTC');
  const measure = (text: string): number => text.length / 2;
  const needs = { aspect: 1, leastHeight: 30 };
  const wide = layOutBlock(lines, needs, 260, 72, measure);
  const beside = wide?.picture?.width ?? 0;
  t.ok(beside >= 30 && wide?.lines.every((line) => line.x >= beside), 'at its right');
  const high = layOutBlock(lines, needs, 190, 180, measure);
  const { y: bottom = 0, height: tall = 0 } = high?.picture ?? {};
  t.ok(tall >= 60);
  for (const { part, y: baseline } of high?.lines ?? [])
    t.ok(part === 'lead' ? baseline > bottom + tall : baseline < bottom, `${part} at ${baseline}`);
  t.equal(layOutBlock(lines, needs, 60, 35, measure), null, 'nothing is drawn too small to read');
  t.same(layOutBlock([], { aspect: 2, leastHeight: 5 }, 100, 100, measure)?.picture, {
    x: 0,
    y: 25,
    width: 100,
    height: 50,
  });
});

t.test('a QR code with a logo can be read back', { skip: toolMissing('zbarimg') }, async (t) => {
  const contents = [ADDRESS, 'Surat nomor 000.1.5/001/DISKOMINFO, Kota Contoh', 'é–漢 ✓'];
  for (const content of contents) {
    for (const shown of [logo, jpeg(), null]) {
      const picture = { kind: 'qr', content, logo: shown } as const;
      const rect = { x: 100, y: 300, width: 250, height: 110 };
      const place = { page: 1, rect, origin: 'bottom-left' } as const;
      await sign(blank(), { placement: place, appearance: { picture, position: 'Kepala Dinas' } });
      const { ppm } = await rendered(200);
      const { stdout } = await run('zbarimg', ['--quiet', '--raw', ppm]);
      t.equal(stdout.trim(), content, shown === null ? 'bare' : 'with a logo');
    }
  }
  await checkClean(t, 'QR');
});

t.test('a QR code too dense for its place is refused, with the size of its modules', async (t) => {
  const at = (side: number) =>
    ({ page: 1, rect: { x: 100, y: 300, width: side, height: side }, origin: 'top-left' }) as const;
  const look = (content: string) => ({ parts: [], picture: { kind: 'qr', content, logo: null } }) as const;
  await refused(t, blank(), { placement: at(30), appearance: look(ADDRESS) }, 'qr-too-dense', {
    modulePt: Math.floor((30 / (qrMatrix(ADDRESS, false).size + 8)) * 100) / 100,
  });
  await refused(t, blank(), { placement: at(90), appearance: look('x'.repeat(4000)) }, 'qr-too-dense', {
    modulePt: null,
  });
  t.ok(qrMatrix(ADDRESS, true).size > qrMatrix(ADDRESS, false).size, 'more correction under a logo');
});

t.test(
  'the code is one path of grey, the text can still be copied',
  { skip: toolMissing('qpdf') },
  async (t) => {
    const picture = { kind: 'qr', content: ADDRESS, logo: null } as const;
    const { bytes } = await sign(letter, {
      placement: room,
      appearance: { picture, nip: '000000000000000000' },
    });
    t.notMatch(latin1(bytes), /\/SMask|\/DeviceRGB|\/Group|\/ca /);
    const { stdout } = await run('pdftotext', ['-layout', path, '-']);
    t.match(stdout, 'NIP. 00000000 000000 0 000');
    await checkClean(t, 'QR');
  },
);

t.test(
  'a picture keeps its shape, upright in its middle, however the page is turned and cropped',
  { skip: toolMissing('pdftoppm') },
  async (t) => {
    for (const rotate of [0, 90, 180, 270]) {
      for (const crop of ['', '/CropBox [15 25 515 625]']) {
        const page = `/MediaBox [-20 -30 600 800] ${crop} /Rotate ${rotate}`;
        const rect = { x: 70, y: 90, width: 160, height: 120 };
        const { report } = await sign(blank('q Q', page), {
          placement: { page: 1, rect, origin: 'bottom-left' },
          appearance: { parts: ['name'], picture: { kind: 'image', bytes: stroke } },
        });
        t.match(report.verdict, /^VALID/, JSON.stringify(report.signatures[0]?.findings));
        const [x0, y0, x1, y1] = (await rendered(144)).boxOf(isRed);
        const name = `/Rotate ${rotate} ${crop}: ${x0} ${y0} ${x1} ${y1}`;
        t.ok(x0 >= 70 && x1 <= 230 && y0 >= 90 && y1 <= 210, `within its place, ${name}`);
        t.ok(Math.abs((x1 - x0) / (y1 - y0) - 180 / 80) < 0.12, `as wide as it is, ${name}`);
        t.ok(Math.abs((x0 + x1) / 2 - 150) < 1.5, `in the middle, ${name}`);
        await checkClean(t, name);
      }
    }
  },
);

t.test('a JPEG is shown as it is', { skip: toolMissing('pdfimages') }, async (t) => {
  await sign(letter, {
    placement: room,
    appearance: { picture: { kind: 'image', bytes: jpeg({ width: 64, height: 32 }) } },
  });
  t.match((await run('pdfimages', ['-list', path])).stdout, /64\s+32\s+gray\s+1\s+8\s+jpeg/);
  await checkClean(t, 'JPEG');
});

t.test('a picture that cannot be used is refused before anything is signed', async (t) => {
  const appearance = { picture: { kind: 'image', bytes: jpeg({ components: 4 }) } } as const;
  await refused(t, letter, { placement: room, appearance }, 'image-unsupported', { reason: 'cmyk' });
});

const CLAIM =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="1" pdfaid:conformance="B"/></rdf:RDF></x:xmpmeta>';

t.test('a document that claims PDF/A gets nothing transparent and no colours of a device', async (t) => {
  const objects = {
    1: '<< /Type /Catalog /Pages 2 0 R /Metadata 9 0 R >>',
    9: stream(CLAIM, '/Type /Metadata /Subtype /XML'),
  };
  const source = blank('q Q', undefined, objects);
  const request = { placement: room, appearance: { picture: { kind: 'image', bytes: stroke } } } as const;
  const archival = latin1((await sign(source, request)).signed.update);
  t.notMatch(archival, /\/SMask|\/DeviceRGB|\/Group|\/ca |\/CA /);
  t.match(archival, '/CalRGB');
  t.match(archival, '/F 132', 'printed, and not hidden');
  if (toolMissing('pdftoppm') === false) {
    const [x0, y0, x1, y1] = (await rendered(72)).boxOf(isRed);
    t.ok(x1 - x0 > 40 && y1 - y0 > 15, 'and it is seen');
  }
  const ordinary = latin1((await sign(blank(), request)).signed.update);
  t.match(ordinary, '/SMask');
});

t.test('what stands in the way is found: text, pictures, annotations, fields', async (t) => {
  const at = (more: Partial<SignRequest> = {}) => ({
    placement: { page: 1, rect: { x: 100, y: 300, width: 200, height: 60 }, origin: 'bottom-left' } as const,
    ...more,
  });
  const text = 'BT /F1 12 Tf 290 340 Td (Tembusan) Tj ET';
  const image = 'q 40 0 0 40 280 320 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x80\nEI Q';
  const link = (rect: string, more = ''): object => ({
    3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots [8 0 R] >>',
    4: stream('q Q'),
    8: `<< /Type /Annot /Subtype /Link /Rect [${rect}] ${more} >>`,
  });
  const withAnnotation = (rect: string, more?: string): Uint8Array =>
    handmadePdf({ objects: onePage({ ...link(rect, more) }) });
  const ways: readonly (readonly [Uint8Array, string])[] = [
    [blank(text), 'text'],
    [blank(image), 'image'],
    [withAnnotation('90 290 110 310'), 'annotation'],
  ];
  for (const [source, kind] of ways) {
    await refused(t, source, at(), 'placement-collides', { with: kind });
    const { signed } = await sign(source, at({ collision: 'warn' }));
    t.same(
      signed.collisions.map((collision) => collision.kind),
      [kind],
    );
    t.same((await sign(source, at({ collision: 'ignore' }))).signed.collisions, []);
  }
  for (const free of [
    blank('BT /F1 12 Tf 305 340 Td (Tembusan) Tj ET'),
    blank('BT /F1 12 Tf 3 Tr 290 340 Td (Tembusan) Tj ET'),
    blank('BT /F1 12 Tf 290 340 Td (   ) Tj ET'),
    blank('BT /F1 12 Tf 150 363.5 Td (Tembusan) Tj ET'),
    withAnnotation('90 290 101 310'),
    withAnnotation('90 290 110 310', '/F 2'),
  ])
    t.same((await sign(free, at())).signed.collisions, []);
});

t.test('an earlier signature is never covered', async (t) => {
  const first = await sign(letter, { placement: room });
  await refused(t, first.bytes, { placement: room, collision: 'ignore' }, 'placement-collides', {
    with: 'Widget',
  });
  const second = await sign(first.bytes, {
    placement: { ...room, rect: { ...room.rect, y: 100 } },
    appearance: { picture: { kind: 'qr', content: ADDRESS, logo } },
  });
  t.match(second.report, { verdict: 'VALID', counts: { signatures: 2, ok: 2 } });
  await checkClean(t, 'two signatures');
});

t.test('the sample letter has room for its signature', async (t) => {
  const { report } = await sign(letter, { placement: room });
  t.match(report, { verdict: 'VALID' });
});

const anchor: Anchor = {
  text: '$' + '{ttd_pengirim}',
  page: null,
  occurrence: 'only',
  width: 150,
  height: 60,
  align: 'lower-left',
  offset: { x: 0, y: 0 },
  tag: 'keep',
};
const tagged = blank('BT /F1 12 Tf 100 700 Td ($' + '{ttd_pengirim}) Tj 200 0 Td (#) Tj ET');

t.test('a text names the place, and the answer says which', async (t) => {
  const { report, signed } = await sign(tagged, { placement: { anchor } });
  t.same(signed.anchor, { page: 1, occurrence: 1, matches: 1 });
  t.match(report.signatures, [{ verdict: 'VALID', page: 1, rect: [100, 700, 250, 760] }]);
  await refused(t, tagged, { placement: { anchor: { ...anchor, text: 'ttd_lain' } } }, 'anchor-not-found', {
    matches: 0,
  });
});

t.test('the text that named the place can be painted over', { skip: toolMissing('pdftoppm') }, async (t) => {
  const place = { ...anchor, offset: { x: 0, y: 30 }, tag: 'cover' } as const;
  const { report } = await sign(tagged, { placement: { anchor: place }, appearance: { parts: ['name'] } });
  t.match(report.verdict, /^VALID/, JSON.stringify(report.signatures[0]?.findings));
  const { boxOf } = await rendered(100);
  const [, lowest] = boxOf(isDark);
  // The other text of that line is still there, the tag is not.
  const [left] = boxOf(isDark);
  t.ok(lowest >= 698 && left >= 100, `${left} ${lowest}`);
  const { stdout } = await run('pdftotext', [path, '-']);
  t.match(stdout, anchor.text, 'it stays in the content');
  await checkClean(t, 'covered');
});

t.test(
  'one signature is shown in several places, and at the foot',
  { skip: toolMissing('pdftotext') },
  async (t) => {
    for (const rotate of [0, 90, 180, 270]) {
      const source = blank(
        'q 2 0 0 2 9 9 cm BT /F1 6 Tf 20 250 Td (Isi surat) Tj ET',
        `/MediaBox [0 0 595 842] /Rotate ${rotate}`,
      );
      const { report, signed } = await sign(source, {
        placement: { page: 1, rect: { x: 60, y: 60, width: 180, height: 60 }, origin: 'bottom-left' },
        appearance: {
          position: 'Kepala Dinas',
          footer: true,
          alsoAt: [{ page: 1, rect: { x: 300, y: 200, width: 180, height: 60 }, origin: 'bottom-left' }],
        },
      });
      t.match(report, { verdict: 'VALID', counts: { signatures: 1 } });
      t.same(signed.collisions, []);
      await checkClean(t, `/Rotate ${rotate}`);
      const { stdout } = await run('pdftotext', ['-bbox', path, '-']);
      const words = [...stdout.matchAll(/xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>([\w.]+)</g)].map(
        ([, left, top, word]) => [
          word,
          Math.round(Number(left)),
          Math.round((rotate % 180 === 0 ? 842 : 595) - Number(top)),
        ],
      );
      const leads = words.filter(([word]) => word === 'Ditandatangani');
      t.equal(leads.length, 2, JSON.stringify(leads));
      const [one, two] = leads.sort((a, b) => Number(a[1]) - Number(b[1]));
      t.ok(Number(one?.[1]) >= 60 && Number(one?.[1]) < 70 && Number(one?.[2]) <= 121, `${one}`);
      t.ok(
        Number(two?.[1]) >= 300 &&
          Number(two?.[1]) < 310 &&
          Number(two?.[2]) > 200 &&
          Number(two?.[2]) <= 261,
        `${two}`,
      );
      t.ok(
        words.some(([word, , top]) => word === 'hukum.' && Number(top) < 40),
        'the foot says what it is',
      );
      t.ok(
        words.some(([word]) => word === 'Isi'),
        'what the page showed is still there',
      );
    }
  },
);

t.test('pages of a signed document do not change', async (t) => {
  const first = await sign(blank(), { placement: room });
  const rect = { x: 60, y: 60, width: 180, height: 60 };
  const again = { placement: { page: 1, rect, origin: 'bottom-left' } as const };
  await refused(t, first.bytes, { ...again, appearance: { footer: true } }, 'placement-needs-unsigned');
});

t.test('the same request makes the same appearance', async (t) => {
  const context = {
    ...(await signingContext()),
    platform: { ...nodePlatform, randomBytes: (n: number) => new Uint8Array(n) },
  };
  const request = {
    ...plainRequest,
    placement: room,
    appearance: { picture: { kind: 'qr', content: ADDRESS, logo } },
  } as const;
  const made = await Promise.all([1, 2].map(() => signDocument(bytesSource(letter), request, context)));
  const [a, b] = made.map((signed) => Buffer.from(signedBytes(signed)));
  t.ok(a !== undefined && b !== undefined && a.equals(b));
});
