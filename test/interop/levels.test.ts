// One letter at each level with RSA and P-256, judged by pyHanko and EU DSS: the level that is claimed is the level they see.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { createDevelopmentPki } from '../../certs-dev/certificate-authority.ts';
import { bytesSource, DEFAULT_POLICY, type Level, raiseAndVerify, signAndVerify } from '../../src/index.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import {
  developmentRevocation,
  developmentTimestamps,
  plainRequest,
  signerOf,
} from '../sign/development-signer.ts';
import { toolMissing } from '../tools.ts';
import { judgeByDss, judgeByPyhanko } from './oracles.ts';

const LEVELS: readonly Level[] = ['B-B', 'B-T', 'B-LT', 'B-LTA'];
const KEYS = ['pejabat', 'pejabatEc'] as const;
const RENEWALS = 8;

const folder = mkdtempSync(join(tmpdir(), 'teken-interop-levels-'));
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

interface Made {
  readonly path: string;
  readonly level: Level;
}

function common() {
  return {
    platform: nodePlatform,
    timestamps: developmentTimestamps(8192, { pki, clock }),
    revocation: developmentRevocation({ pki, clock }),
    now: clock(),
    signal: AbortSignal.timeout(30_000),
    verification: { trustList: pki.trustList(nodePlatform.digests), policy: DEFAULT_POLICY },
    earlierBroken: 'refuse' as const,
  };
}

const letter = handmadePdf({ objects: onePage() });

async function make(
  name: (typeof KEYS)[number],
  level: Level,
  {
    source = letter,
    fieldName = null,
  }: { readonly source?: Uint8Array; readonly fieldName?: string | null } = {},
): Promise<Made> {
  const { document } = await signAndVerify(
    bytesSource(source),
    { ...plainRequest, level, fieldName },
    {
      ...common(),
      signer: await signerOf(pki.signers[name]),
      activation: { kind: 'none' },
      timeZone: 'Asia/Makassar',
      developmentKeys: 'allow',
    },
  );
  const path = join(folder, `${name}-${level}${fieldName ?? ''}.pdf`);
  writeFileSync(path, document.read(0, document.size));
  return { path, level };
}

/** A letter whose archive time-stamp was renewed again and again. */
async function makeRenewed({ path }: Made, source: Uint8Array): Promise<Made> {
  let bytes = source;
  for (let i = 0; i < RENEWALS; i += 1) {
    const { document } = await raiseAndVerify(bytesSource(bytes), 'B-LTA', common());
    bytes = document.read(0, document.size);
  }
  const renewed = path.replace('.pdf', '-renewed.pdf');
  writeFileSync(renewed, bytes);
  return { path: renewed, level: 'B-LTA' };
}

/** A field whose signature forbids every later change; evidence and time-stamps are none. */
const locked = handmadePdf({
  objects: onePage({
    1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [20 0 R] /SigFlags 0 >> >>',
    20: '<< /FT /Sig /T (Kunci) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 /P 3 0 R /Lock << /Type /SigFieldLock /Action /All /P 1 >> >>',
  }),
});

const made = await Promise.all(KEYS.flatMap((name) => LEVELS.map((level) => make(name, level))));
const archived = made.find(({ level }) => level === 'B-LTA');
if (archived === undefined) throw new Error('nothing was made');
const files = [
  ...made,
  await make('pejabat', 'B-LTA', { source: locked, fieldName: 'Kunci' }),
  await makeRenewed(archived, new Uint8Array(readFileSync(archived.path))),
];
const paths = files.map(({ path }) => path);

t.test(
  'pyHanko finds every signature sound and every later update harmless',
  { skip: toolMissing('pyhanko') },
  async (t) => {
    const verdicts = await judgeByPyhanko(paths, { trust: [root] });
    for (const { path, level } of files) {
      const verdict = verdicts.get(path);
      t.equal(verdict?.refused, null, path);
      for (const signature of verdict?.signatures ?? []) {
        t.match(
          signature,
          { intact: true, valid: true, trusted: true, refused: null },
          `${level}: ${signature.field}`,
        );
        t.match(signature.modificationLevel ?? 'NONE', /^(?:NONE|LTA_UPDATES)$/);
        t.not(signature.docmdpOk, false);
      }
    }
  },
);

t.test(
  'EU DSS calls each level by the name that we claim',
  { skip: toolMissing('dss') || toolMissing('java') },
  async (t) => {
    const verdicts = await judgeByDss(paths, { trust: [root] });
    for (const { path, level } of files) {
      const [signature, ...others] = verdicts.get(path)?.signatures ?? [];
      t.same(others, []);
      t.match(
        signature,
        {
          level: `PAdES-BASELINE-${level.slice(2)}`,
          intact: true,
          valid: true,
          changes: { undefined: 0, annotation: 0, page: 0 },
        },
        path,
      );
    }
  },
);
