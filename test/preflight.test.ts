// Preflight: what it says is what signing then does, and it uses no key.

import t from 'tap';
import { type PreflightContext, preflight, type RawSigner, signAndVerify } from '../src/index.ts';
import { nodePlatform } from '../src/platform/node.ts';
import { bytesSource } from '../src/platform/platform.ts';
import { TrustServiceFailed } from '../src/sign/errors.ts';
import type { SignRequest } from '../src/sign/sign-request.ts';
import { DEFAULT_POLICY } from '../src/verify/policy.ts';
import { handmadePdf, onePage } from './pdf/handmade.ts';
import {
  developmentRevocation,
  developmentTimestamps,
  now,
  pki,
  plainRequest,
  signerOf,
} from './sign/development-signer.ts';
import { signAt } from './sign/long-term.ts';

const letter = handmadePdf({ objects: onePage() });
const DAY = 86_400_000;

/** The signer as it is, whose key nobody may use. */
async function untouchable(signer?: RawSigner): Promise<RawSigner> {
  return {
    ...(signer ?? (await signerOf(pki.signers.pejabat))),
    sign: () => {
      throw new Error('the key was used');
    },
  };
}

async function contextWith(changes: Partial<PreflightContext> = {}): Promise<PreflightContext> {
  return {
    platform: nodePlatform,
    signer: await untouchable(),
    timestamps: developmentTimestamps(),
    revocation: developmentRevocation(),
    now,
    timeZone: 'Asia/Makassar',
    signal: new AbortController().signal,
    verification: { trustList: pki.trustList(nodePlatform.digests), policy: DEFAULT_POLICY },
    earlierBroken: 'refuse',
    developmentKeys: 'allow',
    probe: 'services',
    ...changes,
  };
}

async function look(
  bytes: Uint8Array = letter,
  request: Partial<SignRequest> = {},
  changes: Partial<PreflightContext> = {},
) {
  return preflight(
    bytesSource(bytes),
    { ...plainRequest, level: 'B-LTA', ...request },
    await contextWith(changes),
  );
}

const rect = { x: 300, y: 60, width: 180, height: 80 };
const visible = { placement: { page: 1, rect, origin: 'bottom-left' }, appearance: {} } as const;

t.test(
  'an ordinary letter can be signed at the highest level, and everything about it is told',
  async (t) => {
    const seen = await look(letter, visible);
    t.match(seen, {
      ok: true,
      blockers: [],
      file: {
        version: '1.7',
        size: letter.length,
        pages: 1,
        revisions: 1,
        crossReferences: 'table',
        linearized: false,
        reading: 'strict',
        trailingBytes: false,
        encryption: null,
        pdfA: null,
        pdfUa: null,
        activeContent: { found: [], complete: true },
        rules: { certified: false, permission: null, locks: [] },
        emptyFields: [],
      },
      placement: { spot: { page: 1, rect: [300, 60, 480, 140], rotation: 0, collisions: [] }, matches: [] },
      signer: { development: true, algorithm: 'rsa-pkcs1-sha256', maxBatch: 2000, activation: 'none' },
      level: { asked: 'B-LTA', highest: 'B-LTA', probed: true },
      signatures: [],
    });
    t.same(
      seen.evidence.map(({ chain, complete, missing }) => [chain, complete, missing]),
      [
        ['signer', true, []],
        ['timestamp', true, []],
      ],
    );
    t.ok(seen.evidence[0]?.tried.some(({ source, result }) => source === 'ocsp' && result === 'answered'));
  },
);

t.test('the predicted size is the size that signing then needs', async (t) => {
  for (const level of ['B-B', 'B-T'] as const) {
    const { size } = await look(letter, { level });
    if (size === null) throw new Error('no size');
    const { certificates, signatureValue, signedAttributes, timestampToken, margin, reserved } = size;
    t.equal(certificates + signatureValue + signedAttributes + timestampToken + margin, reserved);
    t.equal(timestampToken > 0, level === 'B-T');
    const { signed } = await signAndVerify(
      bytesSource(letter),
      { ...plainRequest, level },
      { ...(await contextWith()), signer: await signerOf(pki.signers.pejabat), activation: { kind: 'none' } },
    );
    t.equal(size.output, letter.length + signed.update.length, level);
  }
});

t.test('all that is in the way is told at once, by the codes of signing', async (t) => {
  const seen = await look(
    letter,
    { placement: { page: 9, rect, origin: 'bottom-left' }, appearance: {} },
    { signer: await untouchable(await signerOf(pki.signers.kedaluwarsa)), timestamps: null },
  );
  t.equal(seen.ok, false);
  t.equal(seen.level.highest, null);
  t.same(
    seen.blockers.map(({ code }) => code),
    ['page-not-found', 'certificate-expired', 'tsa-unavailable'],
  );
});

t.test('what cannot be read is one blocker, and the rest is left open', async (t) => {
  const seen = await look(Buffer.from('Halo'));
  t.match(seen, { ok: false, file: null, size: null, signatures: [], level: { highest: null } });
  t.same(
    seen.blockers.map(({ code }) => code),
    ['not-pdf'],
  );
});

t.test('the highest level is the one that the services allow, and only the asked one blocks', async (t) => {
  const silent = {
    fetch: async () => ({ ocsp: null, crl: null, failures: [{ kind: 'ocsp', reason: 'timeout' } as const] }),
  };
  const enough = await look(letter, { level: 'B-T' }, { revocation: silent });
  t.match(enough, { ok: true, level: { highest: 'B-T' } });
  t.match(enough.evidence[0]?.missing[0], { source: 'ocsp', reason: 'timeout' });
  t.match(enough.evidence[0]?.tried[0], { source: 'ocsp', result: 'failed', reason: 'timeout' });
  const short = await look(letter, { level: 'B-LT' }, { revocation: silent });
  t.match(short, { ok: false, level: { highest: 'B-T' }, blockers: [{ code: 'revocation-unavailable' }] });
  const down = {
    name: 'mati',
    tokenSize: 8192,
    stamp: async () => {
      throw new TrustServiceFailed('tsa-unavailable', { sources: [{ name: 'mati', reason: 'timeout' }] });
    },
  };
  const without = await look(letter, { level: 'B-T' }, { timestamps: down });
  t.match(without, {
    ok: false,
    level: { highest: 'B-B' },
    blockers: [{ code: 'tsa-unavailable', values: { sources: [{ name: 'mati', reason: 'timeout' }] } }],
  });
  t.match(await look(letter, { level: 'B-B' }, { timestamps: down }), {
    ok: true,
    level: { highest: 'B-B' },
  });
});

t.test('a revoked certificate blocks whatever level is asked for', async (t) => {
  const signer = await untouchable(await signerOf(pki.signers.dicabut));
  for (const level of ['B-B', 'B-LT'] as const) {
    const seen = await look(letter, { level }, { signer });
    t.match(
      seen,
      { ok: false, level: { highest: null }, blockers: [{ code: 'certificate-revoked' }] },
      level,
    );
  }
});

t.test('without a probe nobody is asked, and that is said', async (t) => {
  const never = {
    name: 'tak ditanya',
    tokenSize: 8192,
    stamp: async () => {
      throw new Error('was asked');
    },
  };
  const seen = await look(letter, {}, { probe: 'nothing', timestamps: never });
  t.match(seen, { ok: true, level: { highest: 'B-LTA', probed: false }, evidence: [] });
  t.ok(seen.notes.some(({ code }) => code === 'services-not-asked'));
});

t.test('every place that a text could have meant is listed, also where it is ambiguous', async (t) => {
  const content = 'BT /F1 12 Tf 72 770 Td (ttd) Tj 0 -300 Td (ttd) Tj ET';
  const twice = onePage({ 4: `<< /Length ${content.length} >>\nstream\n${content}\nendstream` });
  const anchor = {
    text: 'ttd',
    page: null,
    occurrence: 'only',
    width: 100,
    height: 40,
    align: 'lower-left',
    offset: { x: 0, y: 0 },
    tag: 'keep',
  } as const;
  const bytes = handmadePdf({ objects: twice });
  const seen = await look(bytes, { placement: { anchor }, appearance: {} });
  t.equal(seen.placement?.matches.length, 2);
  t.equal(seen.placement?.spot, null);
  t.same(
    seen.blockers.map(({ code }) => code),
    ['anchor-ambiguous'],
  );
  const last = await look(bytes, {
    placement: { anchor: { ...anchor, occurrence: 'last' } },
    appearance: {},
  });
  t.match(last, { ok: true, placement: { spot: { anchor: { occurrence: 2, matches: 2 } } } });
});

t.test('what would be covered is told with its boxes, blocking or not', async (t) => {
  const over = {
    ...visible,
    placement: { ...visible.placement, rect: { x: 60, y: 760, width: 120, height: 40 } },
  };
  const refused = await look(letter, over);
  t.match(refused, { ok: false, placement: { spot: { collisions: [{ kind: 'text' }] } } });
  t.ok(refused.blockers.some(({ code }) => code === 'placement-collides'));
  const warned = await look(letter, { ...over, collision: 'warn' });
  t.equal(warned.ok, true);
  t.match(
    warned.notes.find(({ code }) => code === 'covers'),
    { values: { kinds: ['text'] } },
  );
});

t.test('earlier signatures are judged; a broken one blocks and is named', async (t) => {
  const { bytes } = await signAt('B-T', letter);
  const seen = await look(bytes);
  t.match(seen, {
    ok: true,
    signatures: [{ kind: 'signature', level: 'PAdES-B-T' }],
    file: { revisions: 2 },
  });
  const broken = Uint8Array.from(bytes);
  broken[Buffer.from(broken).indexOf('Surat') + 1] = 0x55;
  const blocked = await look(broken);
  t.match(blocked, { ok: false, level: { highest: null }, blockers: [{ code: 'earlier-signature-broken' }] });
  t.equal(blocked.signatures[0]?.verdict, 'MODIFIED');
});

t.test('what a certification leaves is told, and a visible signature on top of it is refused', async (t) => {
  const { bytes } = await signAt('B-B', letter, { request: { certification: 'form-filling' } });
  const seen = await look(bytes, visible);
  t.match(seen.file?.rules, { certified: true, permission: 2 });
  t.same(
    seen.blockers.map(({ code }) => code),
    ['docmdp-forbids'],
  );
  t.equal((await look(bytes)).ok, true, 'an invisible one is not');
});

t.test('empty signature fields come with page and rectangle', async (t) => {
  const bytes = handmadePdf({
    objects: onePage({
      1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R 7 0 R] >> >>',
      3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots [6 0 R] >>',
      6: '<< /FT /Sig /T (Ketua) /Subtype /Widget /Rect [10 20 110 60] >>',
      7: '<< /FT /Sig /T (Sekretaris) >>',
    }),
  });
  const seen = await look(bytes, { fieldName: 'Ketua' });
  t.same(seen.file?.emptyFields, [
    { name: 'Ketua', page: 1, rect: [10, 20, 110, 60] },
    { name: 'Sekretaris', page: null, rect: null },
  ]);
  t.equal(seen.ok, true);
  t.same(
    (await look(bytes, { fieldName: 'Bendahara' })).blockers.map(({ code }) => code),
    ['field-not-found'],
  );
});

t.test('active content is a note, or a blocker where the policy refuses it', async (t) => {
  const bytes = handmadePdf({
    objects: onePage({ 1: '<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (a) >> >>' }),
  });
  const seen = await look(bytes);
  t.equal(seen.ok, true);
  t.match(
    seen.notes.find(({ code }) => code === 'active-content'),
    { values: { kinds: ['javascript', 'open-action'] } },
  );
  const refused = await look(bytes, {}, { activeContent: 'refuse' });
  t.match(refused.blockers, [
    { code: 'content-refused', values: { findings: ['javascript', 'open-action'] } },
  ]);
});

t.test('claims, forms of the file and damage are told', async (t) => {
  const xmp =
    '<rdf:Description xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="2" pdfaid:conformance="B" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>';
  const objects = onePage({
    1: '<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R >>',
    6: `<< /Type /Metadata /Length ${xmp.length} >>\nstream\n${xmp}\nendstream`,
  });
  t.match((await look(handmadePdf({ objects }))).file, { pdfA: '2B', pdfUa: '1' });
  for (const form of ['stream', 'hybrid'] as const)
    t.equal((await look(handmadePdf({ objects: onePage(), form, hidden: [5] }))).file?.crossReferences, form);
  const trailing = await look(handmadePdf({ objects: onePage(), end: '\nsisa' }));
  t.equal(trailing.file?.trailingBytes, true);
  t.ok(trailing.notes.some(({ code }) => code === 'trailing-bytes'));
  const damaged = Buffer.from(letter)
    .toString('latin1')
    .replace(/startxref\n\d+/, 'startxref\n7');
  const repaired = await look(Buffer.from(damaged, 'latin1'));
  t.match(repaired, { ok: true, file: { reading: 'repairable' } });
  t.ok(repaired.notes.some(({ code }) => code === 'repaired'));
});

t.test('without a signer the document and the place are looked at', async (t) => {
  const seen = await look(letter, visible, { signer: null, probe: 'nothing' });
  t.match(seen, { ok: true, signer: null, size: null, placement: { spot: { page: 1 } } });
  const missing = await look(letter, { fieldName: 'tidak-ada' }, { signer: null, probe: 'nothing' });
  t.same(
    missing.blockers.map(({ code }) => code),
    ['field-not-found'],
  );
});

t.test('a certificate that ends soon, and a key of development in production', async (t) => {
  const soon = await look(letter, {}, { now: now + 300 * DAY, probe: 'nothing' });
  const { notAfter = 0 } = soon.signer ?? {};
  const late = await look(letter, { level: 'B-B' }, { now: notAfter - DAY, probe: 'nothing' });
  t.ok(late.notes.some(({ code }) => code === 'certificate-ends-soon'));
  const seen = await look(letter, {}, { developmentKeys: 'refuse' });
  t.match(seen, {
    ok: false,
    blockers: [{ code: 'development-key-in-production' }],
    level: { highest: null },
  });
});

t.test('a caller who gives up gets no half report', async (t) => {
  const controller = new AbortController();
  controller.abort();
  await t.rejects(look(letter, {}, { signal: controller.signal }), { code: 'deadline-exceeded' });
});
