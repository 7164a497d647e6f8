// A picture that comes with every letter is read and compressed once, and is no other for it.

import t from 'tap';
import { nodePlatform } from '../../src/platform/node.ts';
import { readCallersPicture } from '../../src/sign/image/callers-picture.ts';
import { flattened, reduced } from '../../src/sign/image/fit-image.ts';
import type { ImageSize } from '../../src/sign/image/image-size.ts';
import { PictureStore } from '../../src/sign/image/picture-store.ts';
import type { SampledImage } from '../../src/sign/image/raster-image.ts';
import { readImage } from '../../src/sign/image/read-image.ts';
import { jpeg, png } from './pictures.ts';

const { digests, inflater } = nodePlatform;
const PLENTY = { width: 1000, height: 1000 };

function countingPlatform() {
  const counted = { inflated: 0, deflated: 0 };
  const platform = {
    digests,
    inflater: {
      inflate: (data: Uint8Array, limit: number) => {
        counted.inflated += 1;
        return inflater.inflate(data, limit);
      },
    },
    deflate: (data: Uint8Array) => {
      counted.deflated += 1;
      return nodePlatform.deflate(data);
    },
  };
  return { platform, counted };
}

/** Half transparent, and like no other of this name. */
function picture(shade: number): Uint8Array {
  return png(40, 30, { colourType: 6 }, (x, y) => [x, y, shade, x * 6]);
}

async function samplesOf(bytes: Uint8Array, pixels: ImageSize, transparency: 'kept' | 'flat') {
  const shown = await readCallersPicture(bytes, nodePlatform).fitting(pixels, transparency);
  if (shown.kind !== 'packed') throw new Error('not packed');
  const open = (packed: Uint8Array) => inflater.inflate(packed, 1e6);
  const { width, height, samples, alpha } = shown;
  return { width, height, samples: open(samples), alpha: alpha === null ? null : open(alpha) };
}

t.test('the second time nothing is inflated and nothing is compressed', async (t) => {
  const { platform, counted } = countingPlatform();
  const bytes = picture(1);
  const first = await readCallersPicture(bytes, platform).fitting(PLENTY, 'kept');
  t.same(counted, { inflated: 1, deflated: 2 }, 'colours, and how much of them is seen');
  const again = readCallersPicture(bytes.slice(), platform);
  t.match(again, { width: 40, height: 30 });
  t.equal(await again.fitting(PLENTY, 'kept'), first);
  t.same(counted, { inflated: 1, deflated: 2 });
});

t.test('a picture that differs in one sample is another picture', async (t) => {
  const { platform, counted } = countingPlatform();
  const [one, other] = [picture(2), picture(3)];
  const first = await readCallersPicture(one, platform).fitting(PLENTY, 'kept');
  const second = await readCallersPicture(other, platform).fitting(PLENTY, 'kept');
  t.not(second, first);
  t.equal(counted.inflated, 2);
});

t.test('each form of a picture is what it would be by itself, whichever came first', async (t) => {
  const bytes = picture(4);
  const image = readImage(bytes, inflater) as SampledImage;
  const small = { width: 10, height: 10 };
  for (const pixels of [PLENTY, small, PLENTY, small]) {
    for (const transparency of ['kept', 'flat', 'kept'] as const) {
      const smaller = reduced(image, pixels);
      const { width, height, samples, alpha } = transparency === 'flat' ? flattened(smaller) : smaller;
      t.same(await samplesOf(bytes, pixels, transparency), { width, height, samples, alpha });
    }
  }
});

t.test('a damaged picture is refused each time', async (t) => {
  const bytes = picture(5).subarray(0, -20);
  for (let i = 0; i < 2; i += 1)
    t.throws(() => readCallersPicture(bytes, nodePlatform), {
      code: 'image-unsupported',
      values: { reason: 'damaged' },
    });
});

t.test('a JPEG stays as it is', async (t) => {
  const shown = await readCallersPicture(jpeg(), nodePlatform).fitting(PLENTY, 'flat');
  t.equal(shown.kind, 'jpeg');
});

t.test(
  'room is bounded: who was not asked for longest goes first, and what is too large is not kept',
  async (t) => {
    const store = new PictureStore();
    const size = { width: 1, height: 1 };
    const packed = (bytes: number) =>
      ({ kind: 'packed', ...size, colours: 3, samples: new Uint8Array(bytes), alpha: null }) as const;
    const megabyte = 1024 * 1024;
    for (let i = 0; i < 16; i += 1) store.keep(`p${i}`, '1', { size, packed: packed(megabyte) });
    t.ok(store.find('p0', '1'), 'all have room, and this one was asked for');
    store.keep('one more', '1', { size, packed: packed(megabyte) });
    t.equal(store.find('p1', '1'), null);
    t.equal(store.sizeOf('p1'), null);
    t.ok(store.find('p0', '1'));
    t.equal(store.find('p0', '2'), null, 'another form of it');
    store.keep('large', '1', { size, packed: packed(2 * megabyte + 1) });
    t.equal(store.sizeOf('large'), null);
  },
);
