// Letters that are PDF/A are still PDF/A when they have been signed visibly; veraPDF is the judge.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { bytesSource } from '../../src/platform/platform.ts';
import { signDocument } from '../../src/sign/sign-document.ts';
import { signedBytes } from '../../src/sign/signed-document.ts';
import type { VisibleWish } from '../../src/sign/visible-signature.ts';
import { archivalLetter, type Flavour } from '../sign/archival-letters.ts';
import { developmentTimestamps, plainRequest, signingContext } from '../sign/development-signer.ts';
import { jpeg, png } from '../sign/pictures.ts';
import { run, toolMissing, toolPath } from '../tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'teken-archival-'));
t.teardown(() => rmSync(folder, { recursive: true }));

/** Half transparent, in colours. */
const stroke = png(200, 100, { colourType: 6 }, (x, y) => [200, 30, y, x > 10 && x < 190 ? 128 : 0]);
const qr = { kind: 'qr', content: 'https://surat.contoh.example/d/0f2a' } as const;
const who = { position: 'Kepala Dinas', rank: 'Pembina', nip: '000000000000000000' };

const LOOKS: Readonly<Record<string, VisibleWish>> = {
  text: who,
  'text and foot': { ...who, footer: true },
  'transparent picture': { ...who, picture: { kind: 'image', bytes: stroke } },
  photograph: {
    parts: ['name'],
    picture: { kind: 'image', bytes: jpeg({ width: 64, height: 64, components: 3 }) },
  },
  'code with logo, twice': {
    ...who,
    picture: { ...qr, logo: stroke },
    alsoAt: [{ page: 1, rect: { x: 90, y: 400, width: 220, height: 90 }, origin: 'bottom-left' }],
  },
};

async function signedLetter(letter: Uint8Array, appearance: VisibleWish): Promise<Uint8Array> {
  const rect = { x: 90, y: 200, width: 220, height: 90 };
  const request = {
    ...plainRequest,
    level: 'B-T',
    placement: { page: 1, rect, origin: 'bottom-left' },
    appearance,
  } as const;
  const context = await signingContext({ timestamps: developmentTimestamps() });
  return signedBytes(await signDocument(bytesSource(letter), request, context));
}

t.test('30 letters signed visibly pass as before', { skip: toolMissing('verapdf') }, async (t) => {
  const paths: string[] = [];
  const names: string[] = [];
  for (const flavour of ['1B', '2B', '3B'] as const satisfies readonly Flavour[]) {
    for (const rotate of [0, 90] as const) {
      const letter = await archivalLetter(flavour, rotate);
      for (const [look, appearance] of [['unsigned', null] as const, ...Object.entries(LOOKS)]) {
        const path = join(folder, `${paths.length}.pdf`);
        writeFileSync(path, appearance === null ? letter : await signedLetter(letter, appearance));
        paths.push(path);
        names.push(`${flavour.toLowerCase()} ${look}, turned by ${rotate}`);
      }
    }
  }
  t.equal(names.filter((name) => !name.includes('unsigned')).length, 30);
  const { stdout, stderr } = await run('java', ['-jar', toolPath('verapdf') ?? '', ...paths]);
  const verdicts = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.trim())
    .slice(-paths.length);
  for (const [i, name] of names.entries())
    t.equal(verdicts[i], `${name.slice(0, 2)} true`, `${name}: ${stderr.slice(0, 200)}`);
});
