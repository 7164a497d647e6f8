// What a signature shows, and where, from the options of `teken sign`.

import { readFileSync } from 'node:fs';
import { CODE_PREFIX } from '../letters/letter-code.ts';
import type { Anchor, AnchorPlacement } from '../pdf/anchor.ts';
import type { CollisionPolicy } from '../pdf/page-spot.ts';
import type { Placement } from '../pdf/placement.ts';
import { BLOCK_PARTS } from '../sign/appearance-text.ts';
import type { PictureWish, VisibleWish } from '../sign/visible-signature.ts';
import { type Arguments, invalidValue, oneOf, someOf } from './arguments.ts';
import { systemReason } from './system-reason.ts';
import { UsageError } from './usage-error.ts';
import { readNumbers, readPage, readRectangle } from './values.ts';

export interface VisibleSettings {
  readonly placement: Placement | AnchorPlacement | null;
  readonly appearance: VisibleWish | null;
  readonly collision: CollisionPolicy;
}

/** @throws UsageError */
export function readVisibleSettings(line: Arguments): VisibleSettings {
  const appearance = readAppearance(line);
  return {
    placement: readPlacement(line),
    appearance: Object.keys(appearance).length === 0 ? null : appearance,
    collision: oneOf('collision', line.value('collision') ?? 'refuse', ['refuse', 'warn', 'ignore']),
  };
}

function readPlacement(line: Arguments): Placement | AnchorPlacement | null {
  const rect = line.value('rect');
  const text = line.value('anchor');
  if (rect !== null && text !== null)
    throw new UsageError('options-exclude', { option: '--rect', other: '--anchor' });
  refuseOrphans(line, text === null ? OF_ANCHOR : [], '--anchor');
  refuseOrphans(line, rect === null ? ['origin'] : [], '--rect');
  if (text !== null) return { anchor: readAnchor(line, text) };
  if (rect === null) {
    refuseOrphans(line, ['page'], '--rect');
    return null;
  }
  return {
    page: readPage('page', line.value('page') ?? 'last'),
    rect: readRectangle('rect', rect),
    origin: oneOf('origin', line.value('origin') ?? 'top-left', ['top-left', 'bottom-left']),
  };
}

const OF_ANCHOR = ['anchor-occurrence', 'anchor-size', 'anchor-offset', 'anchor-align', 'cover-anchor'];

function refuseOrphans(line: Arguments, options: readonly string[], other: string): void {
  const orphan = options.find((option) => line.has(option));
  if (orphan !== undefined) throw new UsageError('options-conflict', { option: `--${orphan}`, other });
}

function readAnchor(line: Arguments, text: string): Anchor {
  const page = line.value('page');
  const [width = 0, height = 0] = readNumbers(
    'anchor-size',
    line.value('anchor-size') ?? '180,72',
    2,
    'width,height (180,72)',
  );
  const [x = 0, y = 0] = readNumbers('anchor-offset', line.value('anchor-offset') ?? '0,0', 2, 'x,y (0,-10)');
  if (width <= 0 || height <= 0)
    throw invalidValue('anchor-size', line.value('anchor-size') ?? '', 'width,height (180,72)');
  return {
    text,
    page: page === null ? null : readPage('page', page),
    occurrence: readOccurrence(line.value('anchor-occurrence') ?? 'only'),
    width,
    height,
    align: oneOf('anchor-align', line.value('anchor-align') ?? 'lower-left', ['lower-left', 'center']),
    offset: { x, y },
    tag: line.has('cover-anchor') ? 'cover' : 'keep',
  };
}

function readOccurrence(value: string): Anchor['occurrence'] {
  return /^[1-9]\d{0,3}$/.test(value)
    ? Number(value)
    : oneOf('anchor-occurrence', value, ['only', 'first', 'last']);
}

function readAppearance(line: Arguments): VisibleWish {
  const parts = line.value('parts');
  const nip = line.value('nip');
  if (nip !== null && !/^(\s*\d){18}\s*$/.test(nip)) throw invalidValue('nip', nip, '18 0-9');
  const texts = ['position', 'rank', 'nip'].flatMap((name) => {
    const value = line.value(name);
    return value === null ? [] : [[name, value]];
  });
  const picture = readPicture(line);
  return {
    ...Object.fromEntries(texts),
    ...(parts === null ? {} : { parts: parts === 'none' ? [] : [...someOf('parts', parts, BLOCK_PARTS)] }),
    ...(picture === null ? {} : { picture }),
    ...(line.has('footer') ? { footer: true } : {}),
  };
}

function readPicture(line: Arguments): PictureWish | null {
  const image = line.value('image');
  // Until it is known who signs, the picture stands for the code.
  const content = line.value('qr') ?? (line.has('letter-number') ? CODE_PREFIX : null);
  const logo = line.value('logo');
  if (image !== null && line.has('qr'))
    throw new UsageError('options-exclude', { option: '--image', other: '--qr' });
  if (content === null) refuseOrphans(line, ['logo'], '--qr');
  if (image !== null) return { kind: 'image', bytes: readPictureFile(image) };
  if (content === null) return null;
  return { kind: 'qr', content, logo: logo === null ? null : readPictureFile(logo) };
}

function readPictureFile(file: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (cause) {
    throw new UsageError('input-unreadable', { file, reason: systemReason(cause) }, cause);
  }
}
