// What of a refusal the caller needs to find the place: the signature that forbids it, the field that is meant.

import type { SigningRefused } from '../index.ts';
import { printableClaim } from '../report/printable.ts';
import type { RequestFault } from './problems.ts';

/** For refusals that a certification, a lock, the permissions of the file or the name of a field gives; none for the others. */
export function faultsOfRefusal({ code, values }: SigningRefused): readonly RequestFault[] {
  switch (code) {
    case 'docmdp-forbids':
      return [fault('/file', `certified with level ${String(values.level)}${byText(values.by)}`)];
    case 'pdf-permission-denied':
      return [fault('/file', `/P lacks bits ${String(values.bits)}`)];
    case 'certification-not-first':
      return [fault('/certification', `signed before${byText(values.fieldName)}`)];
    case 'field-locked':
      return [fault('/fieldName', `${named(values.fieldName)} is locked${byText(values.by)}`)];
    case 'field-not-found':
    case 'field-not-signature':
    case 'field-already-signed':
    case 'field-ambiguous':
      return [fault('/fieldName', named(values.fieldName))];
    case 'seed-value-unmet':
      return [fault('/fieldName', `the field requires another ${String(values.entry)}`)];
    default:
      return [];
  }
}

function fault(pointer: string, message: string): RequestFault {
  return { pointer, message };
}

/** Nothing where only the catalog names the signature. */
function byText(field: unknown): string {
  return typeof field === 'string' ? ` by the signature in ${named(field)}` : '';
}

function named(field: unknown): string {
  return `"${printableClaim(String(field))}"`;
}
