// What a visible signature shows: the picture that the application has drawn, or a QR code.

import { imageSize } from '../../index.ts';
import type { VisibleOrder } from '../ports.ts';
import type { CompatibleForm } from './bodies.ts';
import { missingField } from './codes.ts';
import { lenientBase64, lenientBoolean, optionalText, type Parameters } from './leniency.ts';
import { BsreRefused } from './refusal.ts';

type Picture = NonNullable<VisibleOrder['picture']>;

// What a QR code of level M holds is 2331 bytes.
const LONGEST_LINK = 2048;

/** @param address - what our own code leads to where the application gives none */
export function lookV1({ parameters, file }: CompatibleForm, address: string): VisibleOrder {
  const picture = pictureV1(parameters, file('imageTTD')?.bytes ?? null);
  const caption = optionalText(parameters.get('text'));
  return {
    parts: [],
    arrangement: 'picture',
    picture: picture ?? qr(address),
    ...(caption === null ? {} : { caption }),
  };
}

/** Null for our own code. */
function pictureV1(parameters: Parameters, part: Uint8Array | null): Picture | null {
  const image = imageOf(part, parameters);
  const link = optionalText(parameters.get('linkQR', 'qrcode'));
  const wanted = lenientBoolean(parameters.get('image')) ?? image !== null;
  if (wanted && image !== null) return { kind: 'image', bytes: image };
  if (link !== null) return qr(link);
  if (wanted) throw new BsreRefused(missingField('imageTTD'));
  return null;
}

/** A part of some applications is a form's text, base64 in it; one that is no picture then does not count. */
function imageOf(part: Uint8Array | null, parameters: Parameters): Uint8Array | null {
  if (part !== null && part.length > 0 && isPicture(part)) return part;
  const text = part === null ? parameters.get('imageTTD') : Buffer.from(part).toString('latin1').trim();
  const decoded = lenientBase64(text);
  if (decoded !== null && isPicture(decoded)) return decoded;
  // A file of another kind is said to be one, and not drawn as something else.
  return part !== null && decoded === null ? part : null;
}

function isPicture(bytes: Uint8Array): boolean {
  return (bytes[0] === 0x89 && bytes[1] === 0x50) || (bytes[0] === 0xff && bytes[1] === 0xd8);
}

/** The picture of v2; null where there is none, or too little of one. */
export function imageV2(properties: Parameters): Uint8Array | null {
  const image = lenientBase64(properties.get('imageBase64'));
  return image !== null && isPicture(image) ? image : null;
}

export function lookV2(image: Uint8Array | null, address: string): VisibleOrder {
  return {
    parts: [],
    arrangement: 'picture',
    picture: image === null ? qr(address) : { kind: 'image', bytes: image },
  };
}

/** In pixels. @throws SigningRefused `image-unsupported` */
export function sizeOfImage(image: Uint8Array | null): { width: number; height: number } | null {
  const size = image === null ? null : imageSize(image);
  return size !== null && size.width > 0 && size.height > 0 ? size : null;
}

/** A code that is too small for telephones is drawn, as the original does: whoever sent it chose the size. */
function qr(content: string): Picture {
  const bytes = Buffer.from(content, 'utf8');
  if (bytes.length > LONGEST_LINK)
    throw new BsreRefused({
      code: 400,
      text: `Proses signing gagal : linkQR lebih dari ${LONGEST_LINK} byte`,
    });
  return { kind: 'qr', content, logo: null, dense: 'allow' };
}
