import t from 'tap';
import { Oid } from '../../src/asn1/oids.ts';
import type { Certificate, Extension } from '../../src/pki/certificate.ts';
import {
  checkOcspSigningKeyUsage,
  checkSignerKeyUsage,
  checkTimestampKeyUsage,
  SIGNER_EXTENDED_KEY_USAGES,
} from '../../src/pki/key-usage.ts';
import { extendedKeyUsage, issue, keyUsage } from './authority.ts';

const certificateWith = (...extensions: readonly Extension[]): Certificate =>
  issue({ subject: 'Pejabat Contoh', extensions }).certificate;

const serverAuth = '1.3.6.1.5.5.7.3.1';

t.test('a signer needs digitalSignature or nonRepudiation, where usages are stated', async (t) => {
  t.equal(checkSignerKeyUsage(certificateWith()), null);
  t.equal(checkSignerKeyUsage(certificateWith(keyUsage('nonRepudiation'))), null);
  t.equal(checkSignerKeyUsage(certificateWith(keyUsage('digitalSignature', 'keyEncipherment'))), null);
  t.equal(checkSignerKeyUsage(certificateWith(keyUsage('keyEncipherment'))), 'key-usage-unfit');
});

t.test('each accepted extended key usage suffices, critical and alone', async (t) => {
  for (const oid of SIGNER_EXTENDED_KEY_USAGES) {
    t.equal(checkSignerKeyUsage(certificateWith(extendedKeyUsage(true, oid))), null, oid);
  }
  t.equal(
    checkSignerKeyUsage(certificateWith(extendedKeyUsage(false, serverAuth))),
    'extended-key-usage-unfit',
  );
  const both = extendedKeyUsage(false, serverAuth, Oid.ekuEmailProtection);
  t.equal(checkSignerKeyUsage(certificateWith(both)), null);
});

t.test('a policy may accept other extended key usages', async (t) => {
  const certificate = certificateWith(extendedKeyUsage(false, serverAuth));
  t.equal(checkSignerKeyUsage(certificate, [serverAuth]), null);
  const adobe = certificateWith(extendedKeyUsage(true, Oid.ekuAdobeAuthenticDocuments));
  t.equal(checkSignerKeyUsage(adobe, [serverAuth]), 'extended-key-usage-unfit');
});

t.test('a time-stamp authority has timeStamping, critical and alone', async (t) => {
  const check = (...extensions: readonly Extension[]): string | null =>
    checkTimestampKeyUsage(certificateWith(...extensions));
  t.equal(check(extendedKeyUsage(true, Oid.ekuTimeStamping)), null);
  t.equal(check(extendedKeyUsage(false, Oid.ekuTimeStamping)), 'extended-key-usage-unfit', 'not critical');
  t.equal(
    check(extendedKeyUsage(true, Oid.ekuTimeStamping, Oid.ekuEmailProtection)),
    'extended-key-usage-unfit',
    'not alone',
  );
  t.equal(check(), 'extended-key-usage-unfit', 'absent');
  t.equal(
    check(extendedKeyUsage(true, Oid.anyExtendedKeyUsage)),
    'extended-key-usage-unfit',
    'any is not it',
  );
  t.equal(check(extendedKeyUsage(true, Oid.ekuTimeStamping), keyUsage('cRLSign')), 'key-usage-unfit');
});

t.test('an OCSP responder has OCSPSigning, which no other usage implies', async (t) => {
  const check = (...extensions: readonly Extension[]): string | null =>
    checkOcspSigningKeyUsage(certificateWith(...extensions));
  t.equal(check(extendedKeyUsage(false, Oid.ekuOcspSigning)), null);
  t.equal(check(extendedKeyUsage(false, Oid.anyExtendedKeyUsage)), 'extended-key-usage-unfit');
  t.equal(check(), 'extended-key-usage-unfit');
  t.equal(check(extendedKeyUsage(false, Oid.ekuOcspSigning), keyUsage('keyCertSign')), 'key-usage-unfit');
});
