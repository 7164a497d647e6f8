// Adobe's signed attribute with revocation data (ISO 32000-2, 12.8.3.3.2): old files carry their evidence here.

import { childrenOf, contextTag, type Element, MalformedAsn1 } from '../asn1/element.ts';
import { sequenceFields } from '../asn1/fields.ts';

export interface RevocationInfoArchival {
  /** DER, not parsed. */
  readonly crls: readonly Uint8Array[];
  readonly ocspResponses: readonly Uint8Array[];
}

/** Reads what can be read; an attribute that is malformed holds no evidence. */
export function readRevocationInfoArchival(value: Element): RevocationInfoArchival {
  try {
    const fields = sequenceFields(value, 'adbe-revocationInfoArchival');
    const crls = fields.takeIf(contextTag(0));
    const ocsps = fields.takeIf(contextTag(1));
    return { crls: listIn(crls), ocspResponses: listIn(ocsps) };
  } catch (error) {
    if (error instanceof MalformedAsn1) return { crls: [], ocspResponses: [] };
    throw error;
  }
}

/** `[n] EXPLICIT SEQUENCE OF`. */
function listIn(wrapper: Element | undefined): readonly Uint8Array[] {
  const [list] = wrapper === undefined ? [] : childrenOf(wrapper, 'adbe-revocationInfoArchival', 1);
  return list === undefined
    ? []
    : childrenOf(list, 'adbe-revocationInfoArchival', 1_000).map(({ raw }) => raw);
}
