// Certified and locked papers of ours, at B-LTA too and signed further where that is allowed: pyHanko, EU DSS and poppler read
// the rules that we wrote, and find them kept.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { createDevelopmentPki } from '../../certs-dev/certificate-authority.ts';
import {
  bytesSource,
  DEFAULT_POLICY,
  type FieldLock,
  type PermittedChanges,
  type SignRequest,
  signAndVerify,
  verifyDocument,
} from '../../src/index.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { append } from '../attacks/append.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import {
  developmentRevocation,
  developmentTimestamps,
  plainRequest,
  signerOf,
} from '../sign/development-signer.ts';
import { toolMissing } from '../tools.ts';
import { judgeByDss, judgeByPdfsig, judgeByPyhanko } from './oracles.ts';

const folder = mkdtempSync(join(tmpdir(), 'teken-certification-'));
t.teardown(() => rmSync(folder, { recursive: true }));

// The judges look at the present, so everything is made in it.
const clock = () => Date.now();
const pki = await createDevelopmentPki({
  now: clock(),
  baseUrl: 'http://127.0.0.1:1',
  keys: 'fast',
  platform: nodePlatform,
});
const root = join(folder, 'root.crt');
writeFileSync(root, pki.root.certificate);

/** A form with two entries and an empty signature field. */
const form = handmadePdf({
  objects: onePage({
    1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [10 0 R 11 0 R 12 0 R] /DA (/F1 12 Tf 0 g) >> >>',
    3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /Annots [10 0 R 11 0 R 12 0 R] >>',
    10: '<< /FT /Tx /T (Anggaran) /V (1) /Type /Annot /Subtype /Widget /Rect [72 600 272 620] /P 3 0 R /F 4 >>',
    11: '<< /FT /Tx /T (Catatan) /Type /Annot /Subtype /Widget /Rect [72 560 272 580] /P 3 0 R /F 4 >>',
    12: '<< /FT /Sig /T (Kepala) /Type /Annot /Subtype /Widget /Rect [72 460 272 520] /P 3 0 R /F 4 >>',
  }),
});

async function sign(
  source: Uint8Array,
  request: Partial<SignRequest>,
  signer: 'pejabat' | 'pejabatEc' = 'pejabatEc',
): Promise<Uint8Array> {
  const { document } = await signAndVerify(
    bytesSource(source),
    { ...plainRequest, ...request },
    {
      platform: nodePlatform,
      timestamps: developmentTimestamps(8192, { pki, clock }),
      revocation: developmentRevocation({ pki, clock }),
      now: clock(),
      signal: AbortSignal.timeout(30_000),
      verification: { trustList: pki.trustList(nodePlatform.digests), policy: DEFAULT_POLICY },
      earlierBroken: 'refuse',
      signer: await signerOf(pki.signers[signer]),
      activation: { kind: 'none' },
      timeZone: 'Asia/Makassar',
      developmentKeys: 'allow',
    },
  );
  return document.read(0, document.size);
}

interface Made {
  readonly path: string;
  readonly signatures: number;
  readonly certification: PermittedChanges | null;
  readonly lock: FieldLock | null;
}

const made: Made[] = [];

function keep(name: string, bytes: Uint8Array, facts: Omit<Made, 'path'>): Uint8Array {
  const path = join(folder, `${name}.pdf`);
  writeFileSync(path, bytes);
  made.push({ path, ...facts });
  return bytes;
}

const LOCKS: readonly (FieldLock | null)[] = [
  null,
  { action: 'All', fields: [] },
  { action: 'Include', fields: ['Anggaran'] },
  { action: 'Exclude', fields: ['Catatan', 'Kepala'] },
];

for (const certification of [null, 'no-changes', 'form-filling', 'annotations'] as const) {
  for (const lock of LOCKS) {
    const facts = { certification, lock };
    const name = `${certification ?? 'approval'}-${lock?.action ?? 'free'}`;
    const first = await sign(form, { level: 'B-LTA', certification, lock });
    keep(name, first, { ...facts, signatures: 2 });
    if (certification === 'no-changes' || lock?.action === 'All') continue;
    const second = await sign(first, { level: 'B-LTA', fieldName: 'Kepala' }, 'pejabat');
    keep(`${name}-2`, second, { ...facts, signatures: 4 });
  }
}
const paths = made.map(({ path }) => path);

const NAMES = { 'no-changes': 'NO_CHANGES', 'form-filling': 'FILL_FORMS', annotations: 'ANNOTATE' } as const;

t.test(
  'pyHanko reads the rules as they were asked for and finds them kept',
  { skip: toolMissing('pyhanko') },
  async (t) => {
    const verdicts = await judgeByPyhanko(paths, { trust: [root] });
    for (const { path, signatures, certification, lock } of made) {
      const verdict = verdicts.get(path);
      t.equal(verdict?.refused, null, path);
      t.equal(verdict?.signatures.length, signatures, path);
      for (const signature of verdict?.signatures ?? [])
        t.match(
          signature,
          { intact: true, valid: true, trusted: true, refused: null },
          `${path} ${signature.field}`,
        );
      for (const signature of verdict?.signatures ?? [])
        t.not(signature.docmdpOk, false, `${path} ${signature.field}`);
      const first = verdict?.signatures[0];
      t.equal(first?.certification, certification === null ? null : NAMES[certification], path);
      t.same(
        first?.lock,
        lock === null ? null : { action: lock.action.toUpperCase(), fields: lock.fields },
        path,
      );
    }
  },
);

t.test(
  'EU DSS sees nothing that should not have happened',
  { skip: toolMissing('dss') || toolMissing('java') },
  async (t) => {
    const verdicts = await judgeByDss(paths, { trust: [root] });
    for (const { path } of made) {
      const verdict = verdicts.get(path);
      for (const signature of verdict?.signatures ?? [])
        t.match(
          signature,
          {
            level: 'PAdES-BASELINE-LTA',
            intact: true,
            valid: true,
            changes: { undefined: 0, annotation: 0, page: 0 },
          },
          `${path} ${signature.field}`,
        );
    }
  },
);

t.test('poppler calls every signature valid', { skip: toolMissing('pdfsig') }, async (t) => {
  for (const { path } of made) {
    const people = (await judgeByPdfsig(path)).filter(({ subFilter }) => subFilter?.includes('CAdES'));
    for (const { validation } of people) t.equal(validation, 'Signature is Valid.', path);
  }
});

/** The file with one form entry filled, as a viewer does it. */
function filled(file: Uint8Array, number: number, name: string, value: string): Uint8Array {
  const rect = number === 10 ? '[72 600 272 620]' : '[72 560 272 580]';
  const widget = `/Type /Annot /Subtype /Widget /Rect ${rect} /P 3 0 R /F 4`;
  return append(file, {
    objects: { [number]: `<< /FT /Tx /T (${name}) /V (${value}) ${widget} >>` },
  });
}

t.test(
  'an entry that is changed although it is locked, or although nothing may change, is found by pyHanko and by us',
  { skip: toolMissing('pyhanko') },
  async (t) => {
    const cases = [
      ['approval-Include', 10, 'Anggaran'],
      ['form-filling-Include', 10, 'Anggaran'],
      ['form-filling-All', 11, 'Catatan'],
      ['annotations-Exclude', 10, 'Anggaran'],
      ['no-changes-free', 11, 'Catatan'],
    ] as const;
    for (const [name, number, field] of cases) {
      const path = join(folder, `${name}-changed.pdf`);
      const file = filled(new Uint8Array(readFileSync(join(folder, `${name}.pdf`))), number, field, '2');
      writeFileSync(path, file);
      const verdict = (await judgeByPyhanko([path], { trust: [root] })).get(path);
      const theirs = verdict?.signatures[0];
      t.ok(
        theirs?.docmdpOk === false || theirs?.modificationLevel === 'OTHER' || theirs?.refused !== null,
        name,
      );
      const report = await verifyDocument(bytesSource(file), {
        platform: nodePlatform,
        trustList: pki.trustList(nodePlatform.digests),
        policy: DEFAULT_POLICY,
        revocation: null,
        now: clock(),
        signal: AbortSignal.timeout(30_000),
      });
      t.equal(report.signatures[0]?.verdict, 'CHANGED_AFTER_LAST_SIGNATURE', name);
    }
  },
);
