// The validation report of ETSI TS 119 102-2 V1.4.1, for archives and courts that ask for one. It is not signed here.

import type { SignatureReport, VerificationReport } from '../verify/report.ts';
import type { BlockResult, CertificateDetails, SignatureDetails } from '../verify/report-details.ts';
import {
  certificateId,
  digestAlgAndValue,
  documentId,
  poe,
  reference,
  revocationId,
  timestampId,
  validationObjects,
} from './etsi-objects.ts';
import { printableClaim } from './printable.ts';
import { rfc3339 } from './time-text.ts';
import { type Xml, xmlElement, xmlLeaf } from './xml.ts';

const NAMESPACES = {
  xmlns: 'http://uri.etsi.org/19102/v1.4.1#',
  'xmlns:ds': 'http://www.w3.org/2000/09/xmldsig#',
  'xmlns:xades': 'http://uri.etsi.org/01903/v1.3.2#',
} as const;

const URN = 'urn:etsi:019102';

/**
 * Writes the report of every item of a document.
 * @param report - with its details
 * @returns null for a document without items: the schema knows no report without a signature
 */
export function etsiReport(report: VerificationReport): string | null {
  if (report.signatures.length === 0) return null;
  const root = xmlElement(
    'ValidationReport',
    NAMESPACES,
    ...report.signatures.map((signature, i) => signatureReport(signature, `S-${i + 1}`, report)),
    validationObjects(report),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}

function signatureReport(signature: SignatureReport, id: string, report: VerificationReport): Xml {
  const { details } = signature;
  return xmlElement(
    'SignatureValidationReport',
    {},
    xmlElement(
      'SignatureIdentifier',
      { id },
      details?.signatureValue == null ? null : digestAlgAndValue(details.signatureValue, 'SHA-256'),
      xmlLeaf('HashOnly', 'false'),
      xmlLeaf('DocHashOnly', 'false'),
    ),
    constraints(details?.blocks ?? [], report),
    details === null ? null : validationTime(details, report),
    xmlElement(
      'SignersDocument',
      {},
      details?.signedDigest == null || details.digestAlgorithm === null
        ? digestAlgAndValue(report.file.sha256, 'SHA-256')
        : digestAlgAndValue(details.signedDigest, details.digestAlgorithm),
      reference('SignersDocumentRef', documentId),
    ),
    attributes(signature),
    signerInformation(signature),
    xmlElement('SignatureValidationProcess', {}, xmlLeaf('SignatureValidationProcessID', processOf(details))),
    statusOf(signature),
  );
}

/** The policy, and each building block as one of its constraints. */
function constraints(blocks: readonly BlockResult[], { policy }: VerificationReport): Xml {
  return xmlElement(
    'ValidationConstraintsEvaluationReport',
    {},
    xmlElement(
      'SignatureValidationPolicy',
      {},
      // No signature asks for a policy of its own; the one that was applied is named below it.
      xmlElement('SignaturePolicyIdentifier', {}, xmlElement('xades:SignaturePolicyImplied', {})),
      xmlLeaf('PolicyName', policy.id),
    ),
    ...blocks.map(constraint),
  );
}

const BLOCK_INDICATIONS = { PASSED: 'passed', FAILED: 'failed', INDETERMINATE: 'indeterminate' } as const;

function constraint({ block, indication, subIndication }: BlockResult): Xml {
  const applied = indication === null ? 'disabled' : 'applied';
  return xmlElement(
    'ValidationConstraint',
    {},
    xmlLeaf('ValidationConstraintIdentifier', `urn:teken:building-block:${block}`),
    xmlElement('ConstraintStatus', {}, xmlLeaf('Status', `${URN}:constraintStatus:${applied}`)),
    indication === null
      ? null
      : xmlElement(
          'ValidationStatus',
          {},
          xmlLeaf('MainIndication', `${URN}:mainindication:${BLOCK_INDICATIONS[indication]}`),
          subIndication === null ? null : xmlLeaf('SubIndication', `${URN}:subindication:${subIndication}`),
        ),
  );
}

function validationTime(
  { provenSince, timestamps }: SignatureDetails,
  { checkedAt }: VerificationReport,
): Xml {
  const proof = timestamps.find(({ genTime, status }) => status !== 'rejected' && genTime === provenSince);
  return xmlElement(
    'ValidationTimeInfo',
    {},
    xmlLeaf('ValidationTime', rfc3339(checkedAt)),
    poe('BestSignatureTime', provenSince, proof === undefined ? null : timestampId(proof)),
  );
}

const TIMESTAMP_ATTRIBUTES = {
  content: { name: 'AllDataObjectsTimeStamp', signed: 'true' },
  signature: { name: 'SignatureTimeStamp', signed: 'false' },
  document: { name: 'DocTimeStamp', signed: 'false' },
} as const;

function attributes({ time, subFilter, details }: SignatureReport): Xml | null {
  const claimed = time?.claimed ?? null;
  const stamps = (details?.timestamps ?? []).map((stamp) => {
    const { name, signed } = TIMESTAMP_ATTRIBUTES[stamp.kind];
    const id = timestampId(stamp);
    if (stamp.genTime === null || id === null) return null;
    return xmlElement(
      name,
      { Signed: signed },
      reference('AttributeObject', id),
      xmlLeaf('TimeStampValue', rfc3339(stamp.genTime)),
    );
  });
  const all = [
    claimed === null
      ? null
      : xmlElement('SigningTime', { Signed: 'true' }, xmlLeaf('Time', rfc3339(claimed))),
    ...stamps,
    subFilter === null
      ? null
      : xmlElement('SubFilter', { Signed: 'true' }, xmlLeaf('SubFilterElement', printableClaim(subFilter))),
  ];
  return all.every((each) => each === null) ? null : xmlElement('SignatureAttributes', {}, ...all);
}

function signerInformation({ signer, details }: SignatureReport): Xml | null {
  const [certificate] = details?.chain ?? [];
  if (certificate === undefined || signer === null) return null;
  return xmlElement(
    'SignerInformation',
    {},
    reference('SignerCertificate', certificateId(certificate)),
    signer.commonName === null ? null : xmlLeaf('Signer', printableClaim(signer.commonName)),
  );
}

/** The process of EN 319 102-1 that the result came from. */
function processOf(details: SignatureDetails | null): string {
  const kinds = new Set(details?.timestamps.map(({ kind }) => kind));
  if (kinds.has('document')) return `${URN}:validationprocess:LTA`;
  return `${URN}:validationprocess:${kinds.size === 0 ? 'Basic' : 'LTVM'}`;
}

const MAIN_INDICATIONS = {
  TOTAL_PASSED: 'total-passed',
  TOTAL_FAILED: 'total-failed',
  INDETERMINATE: 'indeterminate',
} as const;

function statusOf({ indication, subIndication, details }: SignatureReport): Xml {
  return xmlElement(
    'SignatureValidationStatus',
    {},
    xmlLeaf('MainIndication', `${URN}:mainindication:${MAIN_INDICATIONS[indication]}`),
    subIndication === null ? null : xmlLeaf('SubIndication', `${URN}:subindication:${subIndication}`),
    details === null || details.chain.length === 0 ? null : reportData(details.chain),
  );
}

const REVOCATION_REASONS: Readonly<Record<number, string>> = {
  0: 'unspecified',
  1: 'keyCompromise',
  2: 'cACompromise',
  3: 'affiliationChanged',
  4: 'superseded',
  5: 'cessationOfOperation',
  6: 'certificateHold',
  8: 'removeFromCRL',
  9: 'privilegeWithdrawn',
  10: 'aACompromise',
};

function reportData(chain: readonly CertificateDetails[]): Xml {
  const [leaf, ...above] = chain;
  const anchor = above.find((certificate) => certificate.anchor);
  const items = chain.flatMap(({ revocation }) => (revocation?.item == null ? [] : [revocation.item]));
  return xmlElement(
    'AssociatedValidationReportData',
    {},
    anchor === undefined ? null : reference('TrustAnchor', certificateId(anchor)),
    leaf === undefined
      ? null
      : xmlElement(
          'CertificateChain',
          {},
          reference('SigningCertificate', certificateId(leaf)),
          ...above
            .filter((certificate) => !certificate.anchor)
            .map((certificate) => reference('IntermediateCertificate', certificateId(certificate))),
          anchor === undefined ? null : reference('TrustAnchor', certificateId(anchor)),
        ),
    ...items.map((item) => reference('RelatedValidationObject', revocationId(item))),
    revocationStatus(chain),
  );
}

function revocationStatus(chain: readonly CertificateDetails[]): Xml | null {
  const revoked = chain.find(({ revocation }) => revocation?.revokedAt != null);
  const revocation = revoked?.revocation ?? null;
  if (revoked === undefined || revocation?.revokedAt == null) return null;
  const reason = revocation.reason === null ? undefined : REVOCATION_REASONS[revocation.reason];
  return xmlElement(
    'RevocationStatusInformation',
    {},
    reference('ValidationObjectId', certificateId(revoked)),
    xmlLeaf('RevocationTime', rfc3339(revocation.revokedAt)),
    reason === undefined ? null : xmlLeaf('RevocationReason', `${URN}:revocationReason:${reason}`),
    revocation.item === null ? null : reference('RevocationObject', revocationId(revocation.item)),
  );
}
