// POST /api/sign/pdf: what stands in the form or in the query, in any order and under any of its names.

import type { CompatSwitches } from '../../identity/compat-switches.ts';
import type { CompatibleForm } from './bodies.ts';
import { missingField, SIGNING_FAILED, UNREADABLE_PDF } from './codes.ts';
import { looksLikePdf, optionalText, type Parameters, signerName, verbatim } from './leniency.ts';
import type { CompatibleOrder, WantedSignature } from './order.ts';
import { placeV1, tagOf } from './placements.ts';
import { BsreRefused } from './refusal.ts';
import { lookV1 } from './visuals.ts';

/** @param address - what our own QR code leads to @throws BsreRefused, HttpProblem */
export function orderV1(form: CompatibleForm, switches: CompatSwitches, address: string): CompatibleOrder {
  const { parameters } = form;
  const signer = signerName(parameters.get('nik'));
  if (signer === null) throw new BsreRefused(missingField('nik'));
  const passphrase = verbatim(parameters.get('passphrase'));
  if (passphrase === null || passphrase === '') throw new BsreRefused(missingField('passphrase'));
  const file = form.file('file');
  if (file === null) throw new BsreRefused(missingField('file'));
  requirePdf(file.bytes);
  const wanted: WantedSignature = {
    visible: isVisible(parameters) ? visibleV1(form, switches, address) : null,
    reason: optionalText(parameters.get('reason')),
    location: optionalText(parameters.get('location')),
    contactInfo: null,
    password: null,
  };
  return {
    signer,
    activation: { kind: 'passphrase', passphrase: Buffer.from(passphrase, 'utf8') },
    code: null,
    files: [{ ...file, wanted: [wanted] }],
    fieldPrefix: 'sig_',
  };
}

/** @throws BsreRefused for what has no header of a PDF within its first bytes */
export function requirePdf(bytes: Uint8Array): void {
  if (!looksLikePdf(bytes)) throw new BsreRefused({ code: 400, text: `${SIGNING_FAILED}${UNREADABLE_PDF}` });
}

function isVisible(parameters: Parameters): boolean {
  const said = optionalText(parameters.get('tampilan'))?.trim().toLowerCase();
  if (said !== undefined) return said === 'visible';
  const placed = ['xAxis', 'yAxis'].every((name) => optionalText(parameters.get(name)) !== null);
  return placed || tagOf(parameters.get('tag_koordinat')) !== null;
}

function visibleV1(
  form: CompatibleForm,
  switches: CompatSwitches,
  address: string,
): WantedSignature['visible'] {
  const place = placeV1(form.parameters, switches);
  if (place === 'invisible') return null;
  if (place === 'none') throw new BsreRefused(missingField('xAxis'));
  return { place, look: lookV1(form, address) };
}
