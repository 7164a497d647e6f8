// A picture that a caller has drawn, where the caller says: in the page's own coordinates, half off the page, beside or instead of a text.

import t from 'tap';
import type { Anchor } from '../../src/pdf/anchor.ts';
import { displayedRectangle, type Placement, placeOnPage } from '../../src/pdf/placement.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { appearanceLines } from '../../src/sign/appearance-text.ts';
import { layOutPicture } from '../../src/sign/picture-layout.ts';
import type { SignRequest } from '../../src/sign/sign-request.ts';
import { signAndVerify } from '../../src/sign-and-verify.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import { stream } from '../pdf/text-samples.ts';
import { now, pki, plainRequest, signingContext } from './development-signer.ts';
import { png } from './pictures.ts';

const PICTURE = png(40, 30, { colourType: 2 }, () => [200, 30, 30]);

function paper(entries = '/MediaBox [0 0 595 842]', content = 'q Q'): Uint8Array {
  const dictionary = `<< /Type /Page /Parent 2 0 R ${entries} /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>`;
  return handmadePdf({
    objects: onePage({
      3: dictionary,
      4: stream(content),
      5: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    }),
  });
}

async function rectOf(source: Uint8Array, placement: SignRequest['placement'], wish = {}) {
  const { signature, document } = await signAndVerify(
    bytesSource(source),
    {
      ...plainRequest,
      placement,
      collision: 'ignore',
      appearance: { parts: [], arrangement: 'picture', picture: { kind: 'image', bytes: PICTURE }, ...wish },
    },
    {
      ...(await signingContext()),
      verification: { trustList: pki.trustList(nodePlatform.digests), policy: DEFAULT_POLICY },
      earlierBroken: 'refuse',
      developmentKeys: 'allow',
    },
  );
  return { rect: signature.rect, size: document.size };
}

const rect = { x: 50, y: 100, width: 150, height: 60 };

for (const rotate of [0, 90, 180, 270])
  t.test(`user space is the page's own, turned by ${rotate} or not`, async (t) => {
    const page = paper(`/MediaBox [0 0 595 842] /CropBox [20 30 575 800] /Rotate ${rotate}`);
    const placed = await rectOf(page, { page: 1, rect, origin: 'user-space', offPage: 'partly' });
    t.strictSame(placed.rect, [50, 100, 200, 160]);
  });

t.test(
  'a rectangle half off the page is used as it is where that is asked for, and refused elsewhere',
  async (t) => {
    const half = {
      page: 1,
      rect: { x: 550, y: -20, width: 100, height: 60 },
      origin: 'bottom-left',
    } as const;
    t.strictSame((await rectOf(paper(), { ...half, offPage: 'partly' })).rect, [550, -20, 650, 40]);
    await t.rejects(rectOf(paper(), half), { code: 'placement-out-of-page' });
    const outside = { ...half, rect: { ...half.rect, x: 600 } };
    await t.rejects(rectOf(paper(), { ...outside, offPage: 'partly' }), { code: 'placement-out-of-page' });
  },
);

t.test('what is too large for the page shrinks towards its upper left corner', async (t) => {
  const large = { x: 395, y: 42, width: 400, height: 200 };
  const placed = await rectOf(paper(), { page: 1, rect: large, origin: 'top-left', offPage: 'shrink' });
  t.strictSame(placed.rect, [395, 700, 595, 800]);
});

t.test('a place that is there for lack of a text is used when the text is nowhere', async (t) => {
  const anchor: Anchor = {
    text: '#',
    page: null,
    occurrence: 'first',
    width: 90,
    height: 90,
    align: 'lower-left',
    offset: { x: 0, y: 0 },
    tag: 'keep',
    offPage: 'partly',
  };
  const otherwise: Placement = { page: 1, rect, origin: 'bottom-left' };
  const marked = paper(undefined, 'BT /F1 12 Tf 560 400 Td (#) Tj ET');
  t.strictSame((await rectOf(marked, { anchor, otherwise })).rect, [560, 400, 650, 490]);
  t.strictSame((await rectOf(paper(), { anchor, otherwise })).rect, [50, 100, 200, 160]);
  await t.rejects(rectOf(paper(), { anchor }), { code: 'anchor-not-found' });
});

t.test('further pictures are part of the same revision', async (t) => {
  const at = { page: 1, rect, origin: 'bottom-left' } as const;
  const further = [{ at: { ...at, rect: { ...rect, y: 300 } }, picture: { kind: 'image', bytes: PICTURE } }];
  const plain = await rectOf(paper(), at);
  const more = await rectOf(paper(), at, { further });
  t.strictSame(more.rect, plain.rect);
  t.ok(more.size > plain.size);
});

t.test('the picture takes the place, and what says that the key is for tests stands on it', (t) => {
  const lines = appearanceLines(parseCertificate(pki.signers.pejabat.certificate), { parts: [] }, now, 'UTC');
  const measure = (text: string) => text.length * 0.5;
  const needs = { aspect: 4 / 3, leastHeight: 10 };
  const layout = layOutPicture(lines, needs, { width: 405, height: 697 }, measure);
  t.strictSame(layout.picture, { x: 0, y: 196.625, width: 405, height: 303.75 });
  t.strictSame(
    layout.lines.map(({ part }) => part),
    ['test'],
  );
  const captioned = [...lines, { part: 'caption', text: 'Disetujui', weight: 'regular' } as const];
  const low = layOutPicture(captioned, needs, { width: 90, height: 29 }, measure);
  t.equal(low.lines.length, 1, 'a place below 30 points has no caption');
  const high = layOutPicture(captioned, needs, { width: 90, height: 90 }, measure);
  t.equal(high.lines.length, 2);
  t.ok((high.picture?.y ?? 0) > 0, 'the caption stands below the picture');
  t.end();
});

t.test('a rectangle of user space is known on the displayed page too', (t) => {
  const page = {
    ...{ mediaBox: [0, 0, 595, 842], cropBox: [0, 0, 595, 842], rotate: 90, userUnit: 1 },
  } as unknown as Parameters<typeof placeOnPage>[0];
  const placement = { page: 1, rect, origin: 'user-space' } as const;
  t.strictSame(displayedRectangle(page, placement), { x: 100, y: 395, width: 60, height: 150 });
  t.strictSame(placeOnPage(page, placement), {
    rect: [50, 100, 200, 160],
    rotation: 90,
    width: 60,
    height: 150,
  });
  t.end();
});
