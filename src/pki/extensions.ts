// Extensions (RFC 5280, 4.1.2.9, 5.1.2.7 and RFC 6960, 4.4): one shape in certificates, lists, their entries and OCSP.

import { childrenOf, type Element, MalformedAsn1, Tag } from '../asn1/element.ts';
import { sequenceFields } from '../asn1/fields.ts';
import { readBoolean, readOctetString, readOid } from '../asn1/values.ts';
import type { Extension } from './certificate.ts';

export interface ExtensionList {
  readonly extensions: readonly Extension[];
  /** An extension occurs twice, so that two readers could obey different ones. */
  readonly repeated: boolean;
  /** `critical FALSE` is written out, which DER leaves away. */
  readonly defaultEncoded: boolean;
}

/** Reads Extensions. @throws MalformedAsn1 */
export function readExtensionList(list: Element): ExtensionList {
  if (list.tag !== Tag.sequence) throw new MalformedAsn1('tag-unexpected', 'Extensions');
  const extensions: Extension[] = [];
  let defaultEncoded = false;
  for (const element of childrenOf(list, 'Extensions')) {
    const fields = sequenceFields(element, 'Extension');
    const oid = readOid(fields.take(Tag.oid), 'extnID');
    const criticalField = fields.takeIf(Tag.boolean);
    const critical = criticalField !== undefined && readBoolean(criticalField, 'critical');
    if (criticalField !== undefined && !critical) defaultEncoded = true;
    extensions.push({ oid, critical, value: readOctetString(fields.take(Tag.octetString), 'extnValue') });
    fields.end();
  }
  const repeated = new Set(extensions.map(({ oid }) => oid)).size !== extensions.length;
  return { extensions, repeated, defaultEncoded };
}

/** The value of an extension; null where it is absent. */
export function extensionValue(extensions: readonly Extension[], oid: string): Uint8Array | null {
  return extensions.find((extension) => extension.oid === oid)?.value ?? null;
}

/** Reads an extension where it is present. */
export function readExtensionValue<T>(
  extensions: readonly Extension[],
  oid: string,
  read: (value: Uint8Array) => T,
): T | null {
  const value = extensionValue(extensions, oid);
  return value === null ? null : read(value);
}
