// Whether a list speaks about a certificate, and about which reasons (RFC 5280, 6.3.3 (b), (d)).

import { Oid } from '../asn1/oids.ts';
import type { Certificate } from './certificate.ts';
import type { Crl } from './crl.ts';
import {
  ALL_REASONS,
  type DistributionPoint,
  type DistributionPointName,
  type ReasonFlags,
  readDistributionPoints,
} from './distribution-points.ts';
import { readExtensionValue } from './extensions.ts';
import { type GeneralName, sameGeneralName } from './general-names.ts';
import { type Name, nameOf, sameName } from './name.ts';

/** The reasons that a list covers for a certificate; 0 where it does not speak about it. */
export function reasonsCovered(crl: Crl, certificate: Certificate): ReasonFlags {
  if (!coversKind(crl, certificate)) return 0;
  return distributionPointsOf(certificate).reduce(
    (covered, point) => covered | (matchesPoint(crl, certificate, point) ? reasonsOf(crl, point) : 0),
    0,
  );
}

function distributionPointsOf(certificate: Certificate): readonly DistributionPoint[] {
  const read = (value: Uint8Array): readonly DistributionPoint[] => readDistributionPoints(value);
  const points = readExtensionValue(certificate.extensions, Oid.crlDistributionPoints, read) ?? [];
  // 6.3.3, last paragraph: whatever else the certificate's own issuer publishes is asked as well.
  const issuer: GeneralName = { form: 'directory', name: certificate.issuer };
  return [...points, { name: { kind: 'full', names: [issuer] }, reasons: null, crlIssuer: null }];
}

function coversKind({ issuingDistributionPoint: scope }: Crl, { basicConstraints }: Certificate): boolean {
  if (scope === null) return true;
  const ca = basicConstraints?.ca === true;
  return !(
    scope.onlyContainsAttributeCerts ||
    (scope.onlyContainsUserCerts && ca) ||
    (scope.onlyContainsCaCerts && !ca)
  );
}

function matchesPoint(crl: Crl, certificate: Certificate, point: DistributionPoint): boolean {
  const scope = crl.issuingDistributionPoint;
  if (point.crlIssuer === null) {
    if (!sameName(crl.issuer, certificate.issuer)) return false;
  } else if (scope?.indirectCrl !== true || !includesDirectory(point.crlIssuer, crl.issuer)) {
    return false;
  }
  if (scope === null || scope.name === null) return true;
  const scopeNames = namesOf(scope.name, crl.issuer);
  const pointNames =
    point.name === null
      ? (point.crlIssuer ?? [])
      : namesOf(point.name, directoryOf(point.crlIssuer) ?? certificate.issuer);
  return scopeNames.some((a) => pointNames.some((b) => sameGeneralName(a, b)));
}

function reasonsOf({ issuingDistributionPoint }: Crl, point: DistributionPoint): ReasonFlags {
  return (issuingDistributionPoint?.onlySomeReasons ?? ALL_REASONS) & (point.reasons ?? ALL_REASONS);
}

function namesOf(name: DistributionPointName, issuer: Name): readonly GeneralName[] {
  if (name.kind === 'full') return name.names;
  return [{ form: 'directory', name: nameOf(issuer.raw, [...issuer.rdns, name.rdn]) }];
}

function includesDirectory(names: readonly GeneralName[], wanted: Name): boolean {
  return names.some((name) => name.form === 'directory' && sameName(name.name, wanted));
}

function directoryOf(names: readonly GeneralName[] | null): Name | null {
  const directory = names?.find((name) => name.form === 'directory');
  return directory?.form === 'directory' ? directory.name : null;
}
