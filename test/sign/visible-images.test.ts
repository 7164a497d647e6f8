// Pictures that callers send: what is shown of good ones, and that bad ones cost nothing and get nowhere.

import t from 'tap';
import { nodePlatform } from '../../src/platform/node.ts';
import { flattened, reduced } from '../../src/sign/image/fit-image.ts';
import type { SampledImage } from '../../src/sign/image/raster-image.ts';
import { readImage } from '../../src/sign/image/read-image.ts';
import { jpeg, png, pngOf, segment, uint32 } from './pictures.ts';

const { inflater } = nodePlatform;

function sampled(bytes: Uint8Array): SampledImage {
  const image = readImage(bytes, inflater);
  if (image.kind !== 'samples') throw new Error('not unpacked');
  return image;
}

t.test('every form of PNG becomes samples of 8 bits', async (t) => {
  const ramp = (most: number) => (x: number, y: number) => [(x * 3 + y * 5) % (most + 1)];
  for (const depth of [1, 2, 4, 8, 16] as const) {
    const most = 2 ** depth - 1;
    for (const interlaced of [false, true]) {
      const image = sampled(png(13, 11, { colourType: 0, depth, interlaced }, ramp(most)));
      t.match(image, { width: 13, height: 11, colours: 1, alpha: null });
      const expected = Array.from({ length: 143 }, (_, i) => {
        const [value = 0] = ramp(most)(i % 13, Math.floor(i / 13));
        return depth === 16 ? value >> 8 : Math.round((value * 255) / most);
      });
      t.same([...image.samples], expected, `grey, ${depth} bits${interlaced ? ', interlaced' : ''}`);
    }
  }
  const colours = (x: number, y: number): number[] => [x * 7, y * 9, 200];
  for (const filter of [0, 1, 2, 3, 4] as const) {
    const image = sampled(png(9, 5, { colourType: 2, filter }, colours));
    t.same([...image.samples.subarray(3 * 11, 3 * 11 + 3)], colours(2, 1), `filter ${filter}`);
    t.equal(image.colours, 3);
  }
  const sheer = sampled(png(4, 4, { colourType: 6 }, (x, y) => [1, 2, 3, x * 60 + y]));
  t.equal(sheer.alpha?.[4 * 2 + 3], 182);
  t.equal(sampled(png(4, 4, { colourType: 6 }, () => [1, 2, 3, 255])).alpha, null, 'opaque needs no mask');
  t.equal(sampled(png(4, 4, { colourType: 4, depth: 16 }, () => [0x8000, 0x4000])).alpha?.[0], 0x40);
});

t.test('palettes and transparent colours', async (t) => {
  const form = {
    colourType: 3,
    depth: 2,
    palette: [255, 0, 0, 0, 255, 0, 0, 0, 255],
    transparency: [255, 128],
  } as const;
  const image = sampled(png(3, 1, form, (x) => [x]));
  t.same([...image.samples], form.palette);
  t.same([...(image.alpha ?? [])], [255, 128, 255]);
  const keyed = sampled(
    png(2, 1, { colourType: 2, transparency: [0, 10, 0, 20, 0, 30] }, (x) =>
      x === 0 ? [10, 20, 30] : [10, 20, 31],
    ),
  );
  t.same([...(keyed.alpha ?? [])], [0, 255]);
  const grey = sampled(
    png(2, 1, { colourType: 0, depth: 4, transparency: [0, 9] }, (x) => [x === 0 ? 9 : 8]),
  );
  t.same([...(grey.alpha ?? [])], [0, 255]);
});

t.test('a JPEG keeps what its picture needs, and nothing about whoever took it', async (t) => {
  const secret = [...Buffer.from('Exif\0\0 di mana dan kapan')];
  const image = readImage(jpeg({ before: [...segment(0xe1, secret), ...segment(0xfe, secret)] }), inflater);
  t.match(image, { kind: 'jpeg', width: 8, height: 8, colours: 1 });
  t.ok(image.kind === 'jpeg' && Buffer.from(image.bytes).equals(Buffer.from(jpeg())));
  const adobe = segment(0xee, [...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, 1]);
  const kept = readImage(jpeg({ components: 3, before: adobe }), inflater);
  t.ok(kept.kind === 'jpeg' && kept.colours === 3 && Buffer.from(kept.bytes).includes('Adobe'));
  t.match(
    readImage(Uint8Array.from([...jpeg(), 1, 2, 3]), inflater),
    { width: 8 },
    'bytes behind the end are dropped',
  );
});

function header(width: number, height: number, depth = 8, colourType = 6): number[] {
  return [...uint32(width), ...uint32(height), depth, colourType, 0, 0, 0];
}

t.test('hostile pictures are refused with a reason', async (t) => {
  const good = png(4, 4, { colourType: 2 }, () => [1, 2, 3]);
  const bomb = (size: number): Uint8Array => png(size, size, { colourType: 0, depth: 1 }, () => [0]);
  const squeezed = bomb(2000);
  const idat = Buffer.from(squeezed).subarray(Buffer.from(squeezed).indexOf('IDAT') + 4, -16);
  const cases: readonly (readonly [name: string, bytes: Uint8Array, reason: string])[] = [
    ['no picture', Buffer.from('%PDF-1.7'), 'format'],
    ['nothing', new Uint8Array(0), 'format'],
    ['a GIF', Buffer.from('GIF89a'), 'format'],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'format'],
    ['a PNG cut short', good.subarray(0, good.length - 20), 'damaged'],
    ['a PNG of a header alone', good.subarray(0, 40), 'damaged'],
    [
      '65 535 pixels squared',
      pngOf([
        ['IHDR', header(65_535, 65_535)],
        ['IDAT', [0]],
        ['IEND', []],
      ]),
      'too-many-pixels',
    ],
    [
      '4 294 967 295 pixels squared',
      pngOf([
        ['IHDR', header(2 ** 32 - 1, 2 ** 32 - 1)],
        ['IDAT', [0]],
        ['IEND', []],
      ]),
      'too-many-pixels',
    ],
    [
      'no pixels',
      pngOf([
        ['IHDR', header(0, 4)],
        ['IDAT', [0]],
        ['IEND', []],
      ]),
      'damaged',
    ],
    [
      'more data than pixels',
      pngOf([
        ['IHDR', header(4, 4, 1, 0)],
        ['IDAT', idat],
        ['IEND', []],
      ]),
      'damaged',
    ],
    [
      'less data than pixels',
      pngOf([
        ['IHDR', header(3000, 3000, 1, 0)],
        ['IDAT', idat],
        ['IEND', []],
      ]),
      'damaged',
    ],
    [
      'a depth that its colours do not have',
      pngOf([
        ['IHDR', header(4, 4, 4, 6)],
        ['IDAT', [0]],
        ['IEND', []],
      ]),
      'damaged',
    ],
    [
      'a colour type that does not exist',
      pngOf([
        ['IHDR', header(4, 4, 8, 5)],
        ['IDAT', [0]],
        ['IEND', []],
      ]),
      'damaged',
    ],
    ['an unknown filter', png(4, 4, { colourType: 0, filter: 7 as 0 }, () => [1]), 'damaged'],
    ['a palette without colours', png(4, 4, { colourType: 3 }, () => [0]), 'damaged'],
    ['a colour beyond the palette', png(4, 4, { colourType: 3, palette: [1, 2, 3] }, () => [1]), 'damaged'],
    [
      'a chunk longer than the file',
      Uint8Array.from([...good.subarray(0, 8), 0x7f, 255, 255, 255, ...good.subarray(12)]),
      'damaged',
    ],
    ['a JPEG in CMYK', jpeg({ components: 4 }), 'cmyk'],
    ['a JPEG with arithmetic coding', jpeg({ frame: 0xc9 }), 'jpeg-coding'],
    ['a lossless JPEG', jpeg({ frame: 0xc3 }), 'jpeg-coding'],
    ['a JPEG of 12 bits', jpeg({ precision: 12 }), 'jpeg-coding'],
    [
      'a JPEG of 65 535 pixels squared',
      jpeg({ width: 65_535, height: 65_535 }).subarray(0, 400),
      'too-many-pixels',
    ],
    ['a JPEG without lines', jpeg({ height: 0 }), 'damaged'],
    ['a JPEG cut short', jpeg().subarray(0, -2), 'damaged'],
    ['a JPEG without a frame', Uint8Array.of(0xff, 0xd8, 0xff, 0xd9), 'damaged'],
    ['a JPEG segment longer than the file', Uint8Array.of(0xff, 0xd8, 0xff, 0xdb, 0xff, 0xff, 0), 'damaged'],
    ['seventeen megabytes', Buffer.concat([good, Buffer.alloc(17 * 1024 * 1024)]), 'too-many-bytes'],
  ];
  for (const [name, bytes, reason] of cases) {
    const started = performance.now();
    const refusal = t.throws(() => readImage(bytes, inflater), name);
    t.match(refusal, { name: 'SigningRefused', code: 'image-unsupported', values: { reason } }, name);
    t.ok(performance.now() - started < 1000, `${name}: quickly`);
  }
});

t.test('any damage to a picture is a refusal or a picture, never another error', async (t) => {
  const pictures = [
    png(9, 7, { colourType: 6, interlaced: true }, (x, y) => [x, y, 3, 200]),
    jpeg({ components: 3 }),
  ];
  let refused = 0;
  let read = 0;
  for (const good of pictures) {
    for (let i = 0; i < 2000; i += 1) {
      const bytes = good.slice();
      // A sequence that is the same each time.
      bytes[(i * 7919) % bytes.length] = (i * 104_729) >> 3;
      try {
        readImage(bytes, inflater);
        read += 1;
      } catch (error) {
        t.match(error, { code: 'image-unsupported' });
        refused += 1;
      }
    }
  }
  t.ok(refused > 500 && read > 500, `${refused} refused, ${read} read`);
});

t.test('a picture much finer than paper is made smaller, what is transparent lends no colour', async (t) => {
  const image = sampled(
    png(8, 8, { colourType: 6 }, (x) => (x % 2 === 0 ? [200, 100, 0, 255] : [0, 0, 255, 0])),
  );
  t.equal(reduced(image, { width: 5, height: 5 }), image, 'not by less than half');
  const smaller = reduced(image, { width: 4, height: 4 });
  t.match(smaller, { width: 4, height: 4 });
  t.same([...smaller.samples.subarray(0, 3)], [200, 100, 0]);
  t.equal(smaller.alpha?.[0], 128);
  t.same([...flattened(smaller).samples.subarray(0, 3)], [227, 177, 127], 'as on white paper');
  t.equal(flattened(smaller).alpha, null);
});
