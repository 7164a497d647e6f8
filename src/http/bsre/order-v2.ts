// POST /api/v2/sign/pdf and /api/v2/seal/pdf: several files, one property for all of them, one for each, or several for one file.

import type { CompatSwitches } from '../../identity/compat-switches.ts';
import type { Activation } from '../../index.ts';
import { FILES_AND_PROPERTIES, missingField, SIGNING_FAILED, UNREADABLE_PDF } from './codes.ts';
import { type Given, lenientBase64, optionalText, type Parameters, parametersIn } from './leniency.ts';
import type { CompatibleOrder, FileOrder, WantedSignature } from './order.ts';
import { requirePdf } from './order-v1.ts';
import { placeV2 } from './placements.ts';
import { BsreRefused } from './refusal.ts';
import { imageV2, lookV2, sizeOfImage } from './visuals.ts';

/** How many documents a request may hold. */
const MOST_FILES = 100;

export interface OfWhom {
  readonly signer: string;
  readonly activation: Activation;
  readonly code: string | null;
}

/** @param address - what our own QR code leads to @throws BsreRefused */
export function orderV2(
  body: Parameters,
  whom: OfWhom,
  switches: CompatSwitches,
  address: string,
): CompatibleOrder {
  const given = listOf(body.get('file'));
  if (given.length === 0) throw new BsreRefused(missingField('file'));
  if (given.length > MOST_FILES)
    throw new BsreRefused({ code: 400, text: `${SIGNING_FAILED}Lebih dari ${MOST_FILES} berkas` });
  const files = given.map(pdfOf);
  const properties = listOf(body.get('signatureProperties'));
  const wanted = (properties.length === 0 ? [{}] : properties).map((one) => wantedV2(one, switches, address));
  const [first, ...others] = paired(files, wanted);
  if (first === undefined) throw new BsreRefused(missingField('file'));
  return { ...whom, files: [first, ...others], fieldPrefix: 'esc_' };
}

/** A single value where a list belongs is a list of one. */
function listOf(given: Given): readonly Given[] {
  if (Array.isArray(given)) return given.filter((one) => one !== null && one !== '');
  return given === undefined || given === null || given === '' ? [] : [given];
}

function pdfOf(given: Given): Uint8Array {
  const bytes = lenientBase64(given);
  if (bytes === null) throw new BsreRefused({ code: 400, text: `${SIGNING_FAILED}${UNREADABLE_PDF}` });
  requirePdf(bytes);
  return bytes;
}

function paired(files: readonly Uint8Array[], wanted: readonly WantedSignature[]): readonly FileOrder[] {
  const [first, ...others] = wanted;
  if (first === undefined) throw new BsreRefused(FILES_AND_PROPERTIES);
  const [only] = files;
  if (files.length === 1 && only !== undefined)
    return [{ bytes: only, name: null, wanted: [first, ...others] }];
  if (others.length > 0 && wanted.length !== files.length) throw new BsreRefused(FILES_AND_PROPERTIES);
  return files.map((bytes, i) => ({ bytes, name: null, wanted: [wanted[i] ?? first] }));
}

function wantedV2(given: Given, switches: CompatSwitches, address: string): WantedSignature {
  const members = typeof given === 'object' && given !== null ? { ...given } : {};
  const properties = parametersIn(members);
  const text = (name: string): string | null => optionalText(properties.get(name));
  const password = text('pdfPassword');
  return {
    visible: visibleV2(properties, switches, address),
    reason: text('reason'),
    location: text('location'),
    contactInfo: text('contactInfo'),
    password: password === null ? null : Buffer.from(password, 'utf8'),
  };
}

function visibleV2(
  properties: Parameters,
  switches: CompatSwitches,
  address: string,
): WantedSignature['visible'] {
  const said = optionalText(properties.get('tampilan'))?.trim().toLowerCase();
  const tagged = optionalText(properties.get('tag_koordinat', 'tagKoordinat', 'tag')) !== null;
  const image = said === 'invisible' ? null : imageV2(properties);
  const visible = said === undefined ? image !== null || tagged : said === 'visible';
  if (!visible) return null;
  const place = placeV2(properties, switches, sizeOfImage(image));
  if (place === 'invisible') return null;
  if (place === 'none') throw new BsreRefused(missingField('originX'));
  return { place, look: lookV2(image, address) };
}
