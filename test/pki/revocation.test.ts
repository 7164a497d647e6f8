import t from 'tap';
import { parseElement } from '../../src/asn1/element.ts';
import {
  encodeElement,
  encodeExplicit,
  encodeInteger,
  encodeNamedBits,
  encodeNull,
  encodeSequence,
} from '../../src/asn1/encode.ts';
import { Oid } from '../../src/asn1/oids.ts';
import { hex, type Instant } from '../../src/asn1/values.ts';
import type { Certificate, Extension } from '../../src/pki/certificate.ts';
import { parseCrl } from '../../src/pki/crl.ts';
import { parseOcspResponse } from '../../src/pki/ocsp.ts';
import { type TrustedPath, validatePath } from '../../src/pki/path-validation.ts';
import {
  checkRevocation,
  type RevocationOutcome,
  type RevocationQuestion,
} from '../../src/pki/revocation.ts';
import {
  anchorOf,
  caExtensions,
  day,
  digests,
  encodeCrl,
  encodeOcspResponse,
  extendedKeyUsage,
  extension,
  type Issued,
  invalidityDate,
  issue,
  keyUsage,
  type ListEntry,
  type ListSpec,
  nameDer,
  newKey,
  noon,
  type OcspSpec,
  reasonCode,
  signerExtensions,
  unknownExtension,
  verified,
} from './authority.ts';

const hour = 3_600_000;
const root = issue({ subject: 'Root', extensions: caExtensions });
const ca = issue({ subject: 'CA', issuer: root, extensions: caExtensions });
const leaf = issue({ subject: 'Pejabat Contoh', issuer: ca, extensions: signerExtensions });

const pathOf = (...certificates: readonly Issued[]): TrustedPath => {
  const validation = validatePath(
    certificates.map(({ certificate }) => certificate),
    anchorOf(root),
    { verified },
  );
  if (validation.status === 'failed') throw new Error(validation.code);
  return validation.path;
};

interface Evidence {
  readonly crls?: readonly Uint8Array[];
  readonly ocsps?: readonly Uint8Array[];
}

/** Asks about a certificate, the leaf unless told otherwise. */
function ask(
  { crls = [], ocsps = [] }: Evidence,
  more: Partial<RevocationQuestion> & { readonly target?: Issued } = {},
): RevocationOutcome {
  const { target = leaf, ...question } = more;
  return checkRevocation({
    certificate: target.certificate,
    issuer: ca.certificate,
    crls: crls.map(parseCrl),
    ocsps: ocsps.map((der) => parseOcspResponse(der)),
    time: noon,
    now: noon,
    pool: [],
    verified,
    digests,
    path: pathOf(target, ca),
    ...question,
  });
}

const ocsp = (more: Partial<OcspSpec> = {}): Uint8Array =>
  encodeOcspResponse({ certificate: leaf.certificate, issuer: ca.certificate, signer: ca, ...more });
const crl = (more: Partial<ListSpec> = {}): Uint8Array => encodeCrl({ issuer: ca, ...more });
const entry = (at: Instant, ...extensions: readonly Extension[]): ListEntry => ({
  serial: leaf.certificate.serialNumber,
  at,
  extensions,
});
const findingsOf = (outcome: RevocationOutcome): string => `${outcome.status}: ${outcome.findings.join()}`;

t.test('without evidence nothing is known', async (t) => {
  t.match(ask({}), { status: 'unknown', source: null, item: null, findings: [] });
});

t.test('a current answer or list acquits, and is named', async (t) => {
  const answer = ocsp();
  t.match(ask({ ocsps: [answer] }), {
    status: 'good',
    source: 'ocsp',
    thisUpdate: noon - day,
    nextUpdate: noon + day,
    findings: [],
  });
  t.equal(ask({ ocsps: [answer] }).item, answer);
  t.equal(ask({ ocsps: [answer] }).signer, ca.certificate);
  const list = crl();
  t.match(ask({ crls: [list] }), { status: 'good', source: 'crl', producedAt: noon - day });
  t.equal(ask({ crls: [list] }).item, list);
});

t.test('a revocation is told with its time and reason', async (t) => {
  const revoked = { status: 'revoked', revokedAt: noon - 3 * day, reason: 4 };
  t.match(ask({ ocsps: [ocsp({ status: { revokedAt: noon - 3 * day, reason: 4 } })] }), revoked);
  t.match(ask({ crls: [crl({ entries: [entry(noon - 3 * day, reasonCode(4))] })] }), revoked);
});

t.test('a compromise is as old as its invalidity date, another revocation is not', async (t) => {
  const dated = (reason: number): RevocationOutcome =>
    ask({
      crls: [crl({ entries: [entry(noon - day, reasonCode(reason), invalidityDate(noon - 9 * day))] })],
    });
  t.equal(dated(1).revokedAt, noon - 9 * day);
  t.equal(dated(2).revokedAt, noon - 9 * day);
  t.equal(dated(4).revokedAt, noon - day);
});

t.test('stale evidence convicts, and never acquits', async (t) => {
  const old = { thisUpdate: noon - 9 * day, nextUpdate: noon - 8 * day };
  t.equal(findingsOf(ask({ ocsps: [ocsp(old)] })), 'unknown: stale');
  t.equal(findingsOf(ask({ crls: [crl(old)] })), 'unknown: stale');
  const revoked = crl({ ...old, entries: [entry(noon - 20 * day)] });
  t.match(ask({ crls: [revoked], ocsps: [ocsp()] }), { status: 'revoked', source: 'crl' });
  t.match(ask({ ocsps: [ocsp({ ...old, status: { revokedAt: noon - 20 * day } })] }), { status: 'revoked' });
});

t.test('evidence is usable from the time asked for on, or while it speaks', async (t) => {
  const at = (time: Instant, spec: Partial<OcspSpec> = {}): string =>
    ask({ ocsps: [ocsp({ thisUpdate: noon - 2 * day, nextUpdate: noon - day, ...spec })] }, { time }).status;
  t.equal(at(noon - 5 * day), 'good', 'issued later');
  t.equal(at(noon - day), 'good', 'until nextUpdate');
  t.equal(at(noon - day + 1), 'unknown', 'after nextUpdate');
  t.equal(at(noon - 2 * day + hour, { nextUpdate: null }), 'good', 'without nextUpdate for an hour');
  t.equal(at(noon - 2 * day + hour + 1, { nextUpdate: null }), 'unknown', 'and not longer');
});

t.test('evidence from the future acquits nobody, beyond what clocks differ', async (t) => {
  const ahead = (ms: number): string => ask({ ocsps: [ocsp({ thisUpdate: noon + ms })] }).status;
  t.equal(ahead(300_000), 'good');
  t.equal(ahead(301_000), 'unknown');
});

t.test(
  'after its expiry a certificate may have been forgotten, unless the source says that it keeps it',
  async (t) => {
    const expired = issue({
      subject: 'Kedaluwarsa',
      issuer: ca,
      extensions: signerExtensions,
      notAfter: noon - 10 * day,
    });
    const asked = (evidence: Evidence): string =>
      ask(evidence, { target: expired, time: noon - 20 * day }).status;
    const time = (at: Instant): Uint8Array =>
      encodeElement(
        0x18,
        new TextEncoder().encode(`${new Date(at).toISOString().replace(/\D/g, '').slice(0, 14)}Z`),
      );
    t.equal(asked({ crls: [crl()] }), 'unknown');
    t.equal(
      asked({ crls: [crl({ extensions: [extension(Oid.expiredCertsOnCrl, time(noon - 10 * day))] })] }),
      'good',
    );
    t.equal(
      asked({ crls: [crl({ extensions: [extension(Oid.expiredCertsOnCrl, time(noon - 9 * day))] })] }),
      'unknown',
    );
    const answer = (cutoff: Instant): Uint8Array =>
      ocsp({
        certificate: expired.certificate,
        singleExtensions: [extension(Oid.ocspArchiveCutoff, time(cutoff))],
      });
    t.equal(asked({ ocsps: [ocsp({ certificate: expired.certificate })] }), 'unknown');
    t.equal(asked({ ocsps: [answer(noon - 99 * day)] }), 'good');
    t.equal(asked({ ocsps: [answer(noon - 9 * day)] }), 'unknown');
    t.equal(asked({ crls: [crl({ thisUpdate: noon - 11 * day, nextUpdate: noon - 10 * day })] }), 'good');
  },
);

t.test('a hold counts while nothing newer lifts it', async (t) => {
  const hold = { revokedAt: noon - 5 * day, reason: 6 };
  const held = ocsp({ status: hold, thisUpdate: noon - 2 * day });
  t.match(ask({ ocsps: [held] }), { status: 'on-hold', revokedAt: noon - 5 * day, reason: 6 });
  t.equal(ask({ ocsps: [held, ocsp({ thisUpdate: noon - day })] }).status, 'good', 'lifted');
  t.equal(ask({ ocsps: [held, ocsp({ thisUpdate: noon - 3 * day })] }).status, 'on-hold', 'older and good');
  t.equal(
    ask({ ocsps: [held, ocsp({ thisUpdate: noon + day })] }).status,
    'on-hold',
    'nothing from the future lifts',
  );
  const revoked = ocsp({ status: { revokedAt: noon - day, reason: 1 } });
  t.equal(ask({ ocsps: [held, revoked] }).status, 'revoked', 'a hold that became a revocation');
});

t.test('evidence about another certificate or another issuer is not bound', async (t) => {
  const other = issue({ subject: 'Orang Lain', issuer: ca });
  t.equal(
    findingsOf(ask({ ocsps: [ocsp({ certificate: other.certificate })] })),
    'unknown: evidence-not-bound',
  );
  const namesake = issue({ subject: 'CA', issuer: root, extensions: caExtensions });
  t.equal(
    findingsOf(ask({ ocsps: [ocsp({ issuer: namesake.certificate, signer: namesake })] })),
    'unknown: evidence-not-bound',
    'the same name with another key',
  );
  t.equal(findingsOf(ask({ crls: [encodeCrl({ issuer: root })] })), 'unknown: evidence-not-bound');
  t.equal(
    findingsOf(ask({ crls: [encodeCrl({ issuer: namesake })] })),
    'unknown: evidence-signature-invalid',
    'a list of the same name with another key',
  );
});

t.test('evidence that is not rightly signed neither acquits nor convicts', async (t) => {
  const mallory: Issued = { certificate: ca.certificate, key: newKey() };
  const revoked = { status: { revokedAt: noon - day } };
  t.equal(findingsOf(ask({ ocsps: [ocsp({ signer: mallory })] })), 'unknown: evidence-signature-invalid');
  t.equal(ask({ ocsps: [ocsp({ signer: mallory, ...revoked }), ocsp()] }).status, 'good');
  t.equal(findingsOf(ask({ crls: [crl({ key: mallory.key })] })), 'unknown: evidence-signature-invalid');
  t.equal(ask({ crls: [crl({ key: mallory.key, entries: [entry(noon - day)] }), crl()] }).status, 'good');
});

t.test('an answer of unknown is none', async (t) => {
  t.equal(findingsOf(ask({ ocsps: [ocsp({ status: 'unknown' })] })), 'unknown: ocsp-status-unknown');
  t.equal(ask({ ocsps: [ocsp({ status: 'unknown' })], crls: [crl()] }).status, 'good');
});

t.test('evidence with a critical extension that is not known is not used', async (t) => {
  const unknown = [unknownExtension(true)];
  const refused = 'unknown: critical-extension-unknown';
  t.equal(findingsOf(ask({ ocsps: [ocsp({ responseExtensions: unknown })] })), refused);
  t.equal(findingsOf(ask({ ocsps: [ocsp({ singleExtensions: unknown })] })), refused);
  t.equal(findingsOf(ask({ crls: [crl({ extensions: unknown })] })), refused);
  const about: ListEntry = { serial: Uint8Array.of(9), at: noon, extensions: unknown };
  t.equal(findingsOf(ask({ crls: [crl({ entries: [about] })] })), refused);
});

const noCheck = extension(Oid.ocspNoCheck, encodeNull());
const ocspSigning = extendedKeyUsage(false, Oid.ekuOcspSigning);
const responder = (
  extensions: readonly Extension[],
  more: { issuer?: Issued; notAfter?: Instant } = {},
): Issued => issue({ subject: 'Responder', issuer: ca, extensions, ...more });

/** The answer of a delegated responder. */
function delegated(signer: Issued, evidence: Evidence = {}, spec: Partial<OcspSpec> = {}): string {
  const answer = ocsp({ signer, certificates: [signer.certificate], ...spec });
  return findingsOf(ask({ ...evidence, ocsps: [answer, ...(evidence.ocsps ?? [])] }));
}

t.test('a delegated responder is a certificate that the issuer issued for it', async (t) => {
  const good = responder([ocspSigning, noCheck]);
  t.equal(delegated(good), 'good: ');
  t.equal(delegated(good, {}, { responderId: 'key' }), 'good: ', 'named by key');
  const outside = ask({ ocsps: [ocsp({ signer: good })] }, { pool: [good.certificate] });
  t.equal(outside.status, 'good', 'found in the pool');
  t.equal(
    findingsOf(ask({ ocsps: [ocsp({ signer: good })] })),
    'unknown: responder-not-authorised',
    'not found',
  );
  t.equal(delegated(responder([noCheck])), 'unknown: responder-not-authorised', 'without OCSPSigning');
  t.equal(
    delegated(responder([extendedKeyUsage(false, Oid.anyExtendedKeyUsage), noCheck])),
    'unknown: responder-not-authorised',
  );
  t.equal(
    delegated(responder([ocspSigning, noCheck, unknownExtension(true)])),
    'unknown: responder-not-authorised',
  );
  t.equal(
    delegated(responder([ocspSigning, noCheck], { issuer: root })),
    'unknown: responder-not-authorised',
    'issued by somebody else, even by the root',
  );
  t.equal(
    delegated(responder([ocspSigning, noCheck], { issuer: { certificate: ca.certificate, key: newKey() } })),
    'unknown: responder-not-authorised',
    'forged',
  );
  t.equal(
    delegated(responder([ocspSigning, noCheck], { notAfter: noon - 2 * day })),
    'unknown: responder-out-of-validity',
  );
  t.equal(delegated({ certificate: good.certificate, key: newKey() }), 'unknown: evidence-signature-invalid');
});

const uri = (text: string): Uint8Array => encodeElement(0x86, new TextEncoder().encode(text));
const distributionPoint = (name: Uint8Array | null, ...more: readonly Uint8Array[]): Extension =>
  extension(
    Oid.crlDistributionPoints,
    encodeSequence(
      encodeSequence(...(name === null ? [] : [encodeExplicit(0, encodeExplicit(0, name))]), ...more),
    ),
  );

t.test('a responder without no-check needs its own status', async (t) => {
  const unchecked = responder([ocspSigning, distributionPoint(uri('http://ca.example/ca.crl'))]);
  const asResponder = { certificate: unchecked.certificate };
  t.equal(delegated(unchecked), 'unknown: responder-status-unknown');
  t.equal(delegated(unchecked, { ocsps: [ocsp(asResponder)] }), 'good: ', 'answered by the issuer');
  const itself = ocsp({ ...asResponder, signer: unchecked, certificates: [unchecked.certificate] });
  t.equal(delegated(unchecked, { ocsps: [itself] }), 'unknown: responder-status-unknown', 'not by itself');
  const nowhere = responder([ocspSigning]);
  t.equal(delegated(nowhere), 'good: ', 'its issuer names no place to ask');
  const revoked = ocsp({ certificate: nowhere.certificate, status: { revokedAt: noon - 9 * day } });
  t.equal(
    delegated(nowhere, { ocsps: [revoked] }),
    'unknown: responder-status-unknown',
    'known to be revoked',
  );
});

t.test('two responders cannot vouch for each other', async (t) => {
  const crl1 = distributionPoint(uri('http://ca.example/ca.crl'));
  const one = issue({ subject: 'One', issuer: ca, extensions: [ocspSigning, crl1] });
  const two = issue({ subject: 'Two', issuer: ca, extensions: [ocspSigning, crl1] });
  const by = (signer: Issued, certificate: Certificate): Uint8Array =>
    ocsp({ signer, certificate, certificates: [signer.certificate] });
  const evidence = { ocsps: [by(one, leaf.certificate), by(two, one.certificate), by(one, two.certificate)] };
  t.equal(findingsOf(ask(evidence)), 'unknown: responder-status-unknown');
});

t.test('no-check of a certificate that is no responder means nothing', async (t) => {
  const tsa = issue({ subject: 'TSA', issuer: ca, extensions: [noCheck] });
  t.equal(ask({}, { target: tsa }).status, 'unknown');
  const revoked = ocsp({ certificate: tsa.certificate, status: { revokedAt: noon - day } });
  t.equal(ask({ ocsps: [revoked] }, { target: tsa }).status, 'revoked');
});

const issuingDistributionPoint = (...fields: readonly Uint8Array[]): Extension =>
  extension(Oid.issuingDistributionPoint, encodeSequence(...fields), true);
const flag = (n: number): Uint8Array => encodeElement(0x80 | n, Uint8Array.of(0xff));
const named = (name: Uint8Array): Uint8Array => encodeExplicit(0, encodeExplicit(0, name));

t.test('a list speaks only within its scope', async (t) => {
  const scoped = (target: Issued, ...fields: readonly Uint8Array[]): string =>
    ask({ crls: [crl({ extensions: [issuingDistributionPoint(...fields)] })] }, { target }).status;
  const subordinate = issue({ subject: 'Sub CA', issuer: ca, extensions: caExtensions });
  t.equal(scoped(leaf, flag(1)), 'good', 'user certificates');
  t.equal(scoped(subordinate, flag(1)), 'unknown');
  t.equal(scoped(leaf, flag(2)), 'unknown');
  t.equal(scoped(subordinate, flag(2)), 'good', 'CA certificates');
  t.equal(scoped(leaf, flag(5)), 'unknown', 'attribute certificates');
  const here = issue({
    subject: 'Di sini',
    issuer: ca,
    extensions: [distributionPoint(uri('http://ca.example/1.crl'))],
  });
  t.equal(scoped(here, named(uri('http://ca.example/1.crl'))), 'good');
  t.equal(scoped(here, named(uri('http://ca.example/2.crl'))), 'unknown', 'another distribution point');
  t.equal(
    scoped(leaf, named(uri('http://ca.example/1.crl'))),
    'unknown',
    'the certificate names no such point',
  );
});

t.test('lists for some reasons acquit only together, and each convicts alone', async (t) => {
  const some = (reasons: readonly number[], entries: readonly ListEntry[] = []): Uint8Array => {
    const onlySomeReasons = encodeElement(0x83, parseElement(encodeNamedBits(reasons), 'reasons').content);
    return crl({ entries, extensions: [issuingDistributionPoint(onlySomeReasons)] });
  };
  const compromise = some([1, 2]);
  const others = some([3, 4, 5, 6, 7, 8]);
  t.equal(findingsOf(ask({ crls: [compromise] })), 'unknown: reasons-not-covered');
  t.equal(findingsOf(ask({ crls: [compromise, others] })), 'good: ');
  t.equal(ask({ crls: [some([1, 2], [entry(noon - day, reasonCode(1))])] }).status, 'revoked');
});

t.test('an issuer whose key usage leaves cRLSign out signs no lists', async (t) => {
  const noLists = issue({
    subject: 'CA',
    issuer: root,
    key: ca.key,
    extensions: [caExtensions[0] ?? noCheck, keyUsage('keyCertSign')],
  });
  const outcome = ask({ crls: [crl()] }, { issuer: noLists.certificate, path: pathOf(leaf, noLists) });
  t.equal(findingsOf(outcome), 'unknown: crl-signer-not-authorised');
});

t.test('a delta speaks only with a base that it continues', async (t) => {
  const number = (n: number): Extension => extension(Oid.crlNumber, encodeInteger(n));
  const base = (n: number, entries: readonly ListEntry[] = []): Uint8Array =>
    crl({ entries, extensions: [number(n)], thisUpdate: noon - 3 * day });
  const delta = (from: number, n: number, entries: readonly ListEntry[], key = ca.key): Uint8Array =>
    crl({
      entries,
      key,
      extensions: [number(n), extension(Oid.deltaCrlIndicator, encodeInteger(from), true)],
    });
  const revoked = [entry(noon - 2 * day, reasonCode(4))];
  t.equal(ask({ crls: [delta(5, 7, revoked)] }).status, 'unknown', 'no base');
  t.equal(ask({ crls: [base(5), delta(5, 7, revoked)] }).status, 'revoked');
  t.equal(ask({ crls: [base(4), delta(5, 7, revoked)] }).status, 'good', 'a base that is too old');
  t.equal(ask({ crls: [base(5), delta(5, 7, revoked, newKey())] }).status, 'good', 'a forged delta');
  const held = [entry(noon - 4 * day, reasonCode(6))];
  t.equal(ask({ crls: [base(5, held)] }).status, 'on-hold');
  t.equal(
    ask({ crls: [base(5, held), delta(5, 7, [entry(noon - day, reasonCode(8))])] }).status,
    'good',
    'lifted',
  );
  t.equal(
    ask({ crls: [base(5, revoked), delta(5, 7, [entry(noon - day, reasonCode(8))])] }).status,
    'revoked',
    'only a hold can be lifted',
  );
});

t.test(
  'an indirect list is believed where the certificate names its issuer, and only on the path',
  async (t) => {
    const listIssuer = issue({ subject: 'List issuer', issuer: root, extensions: [keyUsage('cRLSign')] });
    const target = issue({
      subject: 'Tidak langsung',
      issuer: ca,
      extensions: [distributionPoint(null, encodeElement(0xa2, encodeExplicit(4, nameDer('List issuer'))))],
    });
    const certificateIssuer = extension(
      Oid.certificateIssuer,
      encodeSequence(encodeExplicit(4, ca.certificate.subject.raw)),
      true,
    );
    const list = (entries: readonly ListEntry[], key = listIssuer.key): Uint8Array =>
      encodeCrl({ issuer: listIssuer, key, entries, extensions: [issuingDistributionPoint(flag(4))] });
    const about = {
      serial: target.certificate.serialNumber,
      at: noon - day,
      extensions: [certificateIssuer],
    };
    const pool = [listIssuer.certificate];
    const rootList = encodeCrl({ issuer: root });
    const asked = (entries: readonly ListEntry[], more: Partial<RevocationQuestion> = {}): string =>
      ask({ crls: [list(entries), rootList] }, { target, pool, ...more }).status;
    t.equal(asked([]), 'good');
    t.equal(asked([about]), 'revoked');
    t.equal(
      asked([{ ...about, extensions: [] }]),
      'good',
      "the list issuer's own certificate of that number",
    );
    t.equal(asked([], { pool: [] }), 'unknown', 'a list issuer that is not at hand');
    t.equal(ask({ crls: [list([])] }, { target, pool }).status, 'unknown', 'a list issuer of unknown status');
    const rootListed = encodeCrl({
      issuer: root,
      entries: [{ serial: listIssuer.certificate.serialNumber, at: noon - 9 * day }],
    });
    t.equal(
      ask({ crls: [list([]), rootListed] }, { target, pool }).status,
      'unknown',
      'a revoked list issuer',
    );
    t.equal(ask({ crls: [list([], newKey()), rootList] }, { target, pool }).status, 'unknown', 'forged');
    t.equal(
      ask({ crls: [list([]), rootList] }, { target: leaf, pool }).status,
      'unknown',
      'the leaf does not name it',
    );
    t.equal(
      checkRevocation({
        certificate: target.certificate,
        issuer: ca.certificate,
        crls: [list([]), rootList].map(parseCrl),
        ocsps: [],
        time: noon,
        now: noon,
        pool,
        verified,
        digests,
      }).status,
      'unknown',
      'without the path nobody else may sign',
    );
  },
);

t.test('signers of lists who only know each other are given up within a budget', async (t) => {
  const names = Array.from({ length: 8 }, (_, i) => `Lister ${i}`);
  const point = encodeElement(0xa2, ...names.map((name) => encodeExplicit(4, nameDer(name))));
  const listers = names.map((subject) =>
    issue({ subject, issuer: ca, extensions: [keyUsage('cRLSign'), distributionPoint(null, point)] }),
  );
  const target = issue({ subject: 'Korban', issuer: ca, extensions: [distributionPoint(null, point)] });
  const crls = listers.map((issuer) =>
    encodeCrl({ issuer, extensions: [issuingDistributionPoint(flag(4))] }),
  );
  let asked = 0;
  const outcome = ask(
    { crls },
    {
      target,
      pool: listers.map(({ certificate }) => certificate),
      verified: (check) => {
        asked += 1;
        return verified(check);
      },
    },
  );
  t.ok(asked < 10_000, `${asked} checks`);
  t.not(outcome.status, 'revoked');
});

t.test('what has not been computed yet counts as true, so that all that follows is asked for', async (t) => {
  const signer = responder([ocspSigning, noCheck]);
  const messages: string[] = [];
  const outcome = ask(
    { ocsps: [ocsp({ signer, certificates: [signer.certificate] })] },
    {
      verified: ({ message }) => {
        messages.push(hex(message));
        return undefined;
      },
    },
  );
  t.equal(outcome.status, 'good');
  t.ok(messages.includes(hex(signer.certificate.tbs)), 'the certificate of the responder');
  t.equal(messages.length, 2, 'and its answer');
});
