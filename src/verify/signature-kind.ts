// Whose signature it is: a person's, an agency's, or the stamp-duty seal. Told by the certificate alone.

import { parseElement, Tag } from '../asn1/element.ts';
import { Fields } from '../asn1/fields.ts';
import { Oid } from '../asn1/oids.ts';
import { readOid } from '../asn1/values.ts';
import type { Certificate } from '../pki/certificate.ts';
import { attributeOf, commonNameOf } from '../pki/name.ts';
import type { SignatureKind } from './report.ts';

/** A seal says so in its qualified certificate statements, or names an organisation as its own subject. */
export function signatureKind(certificate: Certificate | null): SignatureKind {
  if (certificate === null) return 'signature';
  const commonName = commonNameOf(certificate.subject);
  const organization = attributeOf(certificate.subject, Oid.organizationName);
  if (/peruri/i.test(organization ?? '') && /e-?me?terai/i.test(commonName ?? '')) return 'e-meterai';
  const namesItself = commonName !== null && commonName === organization;
  return namesItself || statesSeal(certificate) ? 'seal' : 'signature';
}

/** QcType eseal (EN 319 412-5, 4.2.3). */
function statesSeal(certificate: Certificate): boolean {
  const statements = certificate.extensions.find(({ oid }) => oid === Oid.qcStatements);
  if (statements === undefined) return false;
  try {
    const list = new Fields(parseElement(statements.value, 'qcStatements'), 'qcStatements');
    while (list.more) {
      const statement = new Fields(list.take(Tag.sequence), 'qcStatement');
      if (readOid(statement.take(Tag.oid), 'qcStatement') !== Oid.qcType || !statement.more) continue;
      const types = new Fields(statement.take(Tag.sequence), 'qcType');
      while (types.more) if (readOid(types.take(Tag.oid), 'qcType') === Oid.qcTypeSeal) return true;
    }
    return false;
  } catch {
    // A statement that cannot be read states nothing; the certificate's own rules judge its form.
    return false;
  }
}
