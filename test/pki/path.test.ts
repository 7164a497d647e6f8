import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import {
  encodeElement,
  encodeExplicit,
  encodeInteger,
  encodeOid,
  encodeSequence,
} from '../../src/asn1/encode.ts';
import { Oid } from '../../src/asn1/oids.ts';
import type { Certificate, Extension } from '../../src/pki/certificate.ts';
import { commonNameOf } from '../../src/pki/name.ts';
import { findTrustedPath, PATH_BUDGET, type PathContext, type PathOutcome } from '../../src/pki/path.ts';
import { validatePath } from '../../src/pki/path-validation.ts';
import type { TrustAnchor } from '../../src/pki/trust-list.ts';
import type { SignatureCheck } from '../../src/platform/platform.ts';
import { run, toolMissing } from '../tools.ts';
import {
  anchorOf,
  basicConstraints,
  type CertificateSpec,
  caExtensions,
  day,
  digests,
  extendedKeyUsage,
  extension,
  type Issued,
  issue,
  keyUsage,
  nameDer,
  newKey,
  noon,
  pem,
  signerExtensions,
  unknownExtension,
  verified,
} from './authority.ts';

const root = issue({ subject: 'Root', extensions: caExtensions });

const ca = (subject: string, issuer: Issued, more: Partial<CertificateSpec> = {}): Issued =>
  issue({ subject, issuer, extensions: caExtensions, ...more });

const signer = (issuer: Issued, more: Partial<CertificateSpec> = {}): Issued =>
  issue({ subject: 'Pejabat Contoh', issuer, extensions: signerExtensions, ...more });

const issuing = ca('Issuing CA', root);
const leaf = signer(issuing);

function find(
  certificate: Certificate,
  pool: readonly Issued[],
  more: Partial<PathContext> & { anchors?: readonly TrustAnchor[] } = {},
): PathOutcome {
  const { anchors = [anchorOf(root)], ...context } = more;
  return findTrustedPath(certificate, {
    pool: pool.map((issued) => issued.certificate),
    trustList: { anchors, intermediates: [] },
    purpose: 'signature',
    time: noon,
    verified,
    digests,
    ...context,
  });
}

/** `trusted`, or why not. */
const resultOf = (outcome: PathOutcome): string => (outcome.status === 'trusted' ? 'trusted' : outcome.code);

const subjectsOf = (outcome: PathOutcome): readonly (string | null)[] =>
  (outcome.status === 'trusted' ? outcome.path.certificates : outcome.path).map(({ subject }) =>
    commonNameOf(subject),
  );

t.test('finds the path through the pool, whatever its order', async (t) => {
  const stranger = issue({ subject: 'Stranger', extensions: caExtensions });
  for (const pool of [
    [issuing, stranger, root],
    [root, leaf, stranger, issuing],
  ]) {
    const outcome = find(leaf.certificate, pool);
    t.equal(resultOf(outcome), 'trusted');
    t.same(subjectsOf(outcome), ['Pejabat Contoh', 'Issuing CA']);
    if (outcome.status !== 'trusted') throw new Error('no path');
    t.equal(outcome.anchor.certificate, root.certificate);
    t.equal(outcome.path.anchor, outcome.anchor);
    t.same(outcome.outOfValidity, []);
  }
});

t.test("the operator's intermediates serve as well as the pool", async (t) => {
  const trustList = { anchors: [anchorOf(root)], intermediates: [issuing.certificate] };
  t.equal(resultOf(find(leaf.certificate, [], { trustList })), 'trusted');
});

t.test('without an issuer at hand there is no path, and the best attempt is shown', async (t) => {
  t.same(find(leaf.certificate, []), { status: 'failed', code: 'no-path', path: [leaf.certificate] });
  const foreign = issue({ subject: 'Foreign root', extensions: caExtensions });
  const foreignLeaf = signer(ca('Foreign CA', foreign));
  t.equal(resultOf(find(foreignLeaf.certificate, [foreign])), 'no-path');
  t.same(subjectsOf(find(leaf.certificate, [issuing], { anchors: [anchorOf(foreign)] })), [
    'Pejabat Contoh',
    'Issuing CA',
  ]);
});

t.test('a self-signed certificate that nobody trusts does not anchor itself', async (t) => {
  const forged = issue({ subject: 'Root', extensions: caExtensions });
  const victim = signer(ca('Issuing CA', forged));
  t.equal(resultOf(find(victim.certificate, [forged, ca('Issuing CA', forged)])), 'signature-invalid');
});

t.test('a wrong signature on any link breaks the path', async (t) => {
  const mallory = newKey();
  const forgedLeaf = signer({ certificate: issuing.certificate, key: mallory });
  t.equal(resultOf(find(forgedLeaf.certificate, [issuing])), 'signature-invalid');
  const forgedCa = ca('Forged CA', { certificate: root.certificate, key: mallory });
  t.equal(resultOf(find(signer(forgedCa).certificate, [forgedCa])), 'signature-invalid');
});

t.test('an issuer with the same name and another key does not hide the right one', async (t) => {
  const namesake = ca('Issuing CA', root, { notBefore: noon - day });
  t.equal(resultOf(find(leaf.certificate, [namesake, issuing])), 'trusted');
  t.equal(resultOf(find(leaf.certificate, [issuing, namesake])), 'trusted');
});

t.test('a key identifier that does not match makes a candidate worse, not impossible', async (t) => {
  const identified = ca('Identified CA', root, {
    extensions: [...caExtensions, extension(Oid.subjectKeyIdentifier, encodeElement(0x04, Uint8Array.of(1)))],
  });
  const mismatched = signer(identified, {
    extensions: [
      ...signerExtensions,
      extension(Oid.authorityKeyIdentifier, encodeSequence(encodeElement(0x80, Uint8Array.of(2)))),
    ],
  });
  t.equal(resultOf(find(mismatched.certificate, [identified])), 'trusted');
});

t.test('certificates that issue each other do not trap the search', async (t) => {
  const oneKey = newKey();
  const one = issue({ subject: 'One', key: oneKey, extensions: caExtensions });
  const two = ca('Two', one);
  const oneByTwo = ca('One', two, { key: oneKey });
  t.equal(resultOf(find(signer(oneByTwo).certificate, [one, two, oneByTwo])), 'no-path');
  const oneByRoot = ca('One', root, { key: oneKey });
  t.equal(resultOf(find(signer(oneByTwo).certificate, [one, two, oneByTwo, oneByRoot])), 'trusted');
});

/** A path of one CA between root and signer. */
function through(
  caExtensionList: readonly Extension[],
  leafMore: Partial<CertificateSpec> = {},
): PathOutcome {
  const middle = ca('Middle CA', root, { extensions: caExtensionList });
  return find(signer(middle, leafMore).certificate, [middle]);
}

const certSign = keyUsage('keyCertSign', 'cRLSign');

t.test('an end entity cannot issue, whatever it is called', async (t) => {
  t.equal(resultOf(through([basicConstraints(false), certSign])), 'not-a-ca', 'cA FALSE');
  t.equal(resultOf(through([certSign])), 'not-a-ca', 'no basicConstraints');
  const version1 = ca('Old CA', root, { extensions: [], version: null });
  t.equal(resultOf(find(signer(version1).certificate, [version1])), 'not-a-ca', 'version 1');
  t.equal(resultOf(through([basicConstraints(true), keyUsage('digitalSignature')])), 'ca-key-usage');
});

t.test('pathLenConstraint counts the CAs below, those that only change their key not counted', async (t) => {
  const limited = ca('Limited CA', root, { extensions: [basicConstraints(true, 0), certSign] });
  t.equal(resultOf(find(signer(limited).certificate, [limited])), 'trusted');
  const below = ca('Below', limited);
  t.equal(resultOf(find(signer(below).certificate, [limited, below])), 'path-length-exceeded');
  const newKeyOfLimited = ca('Limited CA', limited);
  const outcome = find(signer(newKeyOfLimited).certificate, [limited, newKeyOfLimited]);
  t.equal(resultOf(outcome), 'trusted', 'self-issued');
});

t.test(
  'a critical extension that nobody here knows fails, in a CA and in the leaf; one that is not critical does not',
  async (t) => {
    t.equal(resultOf(through([...caExtensions, unknownExtension(true)])), 'critical-extension-unknown');
    t.equal(resultOf(through([...caExtensions, unknownExtension(false)])), 'trusted');
    const critical = { extensions: [...signerExtensions, unknownExtension(true)] };
    t.equal(resultOf(through(caExtensions, critical)), 'critical-extension-unknown');
    const adobe = { extensions: [extendedKeyUsage(true, Oid.ekuAdobeAuthenticDocuments)] };
    t.equal(resultOf(through(caExtensions, adobe)), 'trusted', 'a critical extended key usage is processed');
  },
);

t.test('an extension that path validation needs must be readable', async (t) => {
  for (const oid of [
    Oid.nameConstraints,
    Oid.certificatePolicies,
    Oid.policyConstraints,
    Oid.policyMappings,
  ]) {
    const garbage = extension(oid, encodeInteger(1));
    t.equal(resultOf(through([...caExtensions, garbage])), 'extension-malformed', oid);
  }
});

t.test('constraints inside an anchor apply', async (t) => {
  const anchorWith = (...extensions: readonly Extension[]): PathOutcome => {
    const special = issue({ subject: 'Special root', extensions });
    const middle = ca('Middle CA', special);
    return find(signer(middle).certificate, [middle], { anchors: [anchorOf(special)] });
  };
  t.equal(resultOf(anchorWith(basicConstraints(true, 0), certSign)), 'path-length-exceeded');
  t.equal(resultOf(anchorWith(basicConstraints(true), keyUsage('cRLSign'))), 'ca-key-usage');
  t.equal(resultOf(anchorWith(basicConstraints(false))), 'not-a-ca');
  t.equal(resultOf(anchorWith(...caExtensions, unknownExtension(true))), 'critical-extension-unknown');
  const onlyDepok = extension(
    Oid.nameConstraints,
    encodeSequence(
      encodeElement(0xa0, encodeSequence(encodeExplicit(4, nameDer([Oid.localityName, 'Depok'])))),
    ),
    true,
  );
  t.equal(resultOf(anchorWith(...caExtensions, onlyDepok)), 'name-constraints-violated');
});

t.test("an anchor's own signature is not judged", async (t) => {
  const crossSigned = issue({
    subject: 'Cross-signed root',
    issuer: issue({ subject: 'Elsewhere' }),
    extensions: caExtensions,
  });
  const outcome = find(signer(crossSigned).certificate, [], { anchors: [anchorOf(crossSigned)] });
  t.equal(resultOf(outcome), 'trusted');
});

t.test('an anchor is only trusted for its purposes', async (t) => {
  const outcome = find(leaf.certificate, [issuing], { purpose: 'timestamp' });
  t.equal(resultOf(outcome), 'anchor-purpose');
});

t.test('validity is reported, and certificates in force are preferred', async (t) => {
  const caKey = newKey();
  const expiredCa = ca('Renewed CA', root, { key: caKey, notAfter: noon - day });
  const currentCa = ca('Renewed CA', root, { key: caKey, notBefore: noon - 300 * day });
  const below = signer(currentCa);
  for (const pool of [
    [expiredCa, currentCa],
    [currentCa, expiredCa],
  ]) {
    const outcome = find(below.certificate, pool);
    t.same(outcome.status === 'trusted' && outcome.outOfValidity, []);
  }
  const outcome = find(below.certificate, [expiredCa]);
  t.same(outcome.status === 'trusted' && outcome.outOfValidity, [
    { certificate: expiredCa.certificate, side: 'expired' },
  ]);
  const early = find(leaf.certificate, [issuing], { time: noon - 400 * day });
  t.same(early.status === 'trusted' && early.outOfValidity.map(({ side }) => side), ['not-yet', 'not-yet']);
});

t.test('of several anchors an active one is preferred', async (t) => {
  const old = issue({ subject: 'Old root', extensions: caExtensions });
  const caKey = newKey();
  const underOld = ca('Both CA', old, { key: caKey, notBefore: noon - day });
  const underRoot = ca('Both CA', root, { key: caKey });
  const anchors = [anchorOf(old, 'historical'), anchorOf(root)];
  const both = find(signer(underRoot).certificate, [underOld, underRoot], { anchors });
  t.equal(both.status === 'trusted' && both.anchor.role, 'active');
  const one = find(signer(underRoot).certificate, [underOld], { anchors });
  t.equal(one.status === 'trusted' && one.anchor.role, 'historical');
});

t.test(
  'a check that was not computed yet counts as true, so that all that follows is asked for',
  async (t) => {
    const asked: SignatureCheck[] = [];
    const outcome = find(leaf.certificate, [issuing], {
      verified: (check) => {
        asked.push(check);
        return undefined;
      },
    });
    t.equal(resultOf(outcome), 'trusted');
    const messages = new Set(asked.map(({ message }) => message));
    t.ok(messages.has(leaf.certificate.tbs) && messages.has(issuing.certificate.tbs));
  },
);

t.test('a search ends when its budget of link checks is spent', async (t) => {
  const decoys = Array.from({ length: PATH_BUDGET.linkChecks + 1 }, () =>
    issue({ subject: 'Issuing CA', extensions: caExtensions, notBefore: noon - day }),
  );
  let asked = 0;
  const outcome = find(leaf.certificate, [...decoys, issuing], {
    verified: (check) => {
      asked += 1;
      return verified(check);
    },
  });
  t.equal(resultOf(outcome), 'path-budget-spent');
  t.equal(asked, PATH_BUDGET.linkChecks);
});

t.test('a search through certificates that all issue each other ends within its steps', async (t) => {
  const mesh = Array.from({ length: 9 }, (_, i) => ({ name: `Mesh ${i}`, key: newKey() }));
  const pool = mesh.flatMap(({ name, key }) =>
    mesh
      .filter((issuer) => issuer.name !== name)
      .map((issuer) =>
        issue({ subject: name, key, issuerName: nameDer(issuer.name), extensions: caExtensions }),
      ),
  );
  const [first] = pool;
  if (first === undefined) throw new Error('no mesh');
  const outcome = find(signer(first).certificate, pool, { verified: () => true });
  t.equal(resultOf(outcome), 'path-budget-spent');
});

t.test('a path of more certificates than any real one has is not followed', async (t) => {
  const chain = [ca('CA 0', root)];
  for (let i = 1; i <= PATH_BUDGET.certificates; i += 1) chain.push(ca(`CA ${i}`, chain[i - 1] ?? root));
  const at = (i: number): string => resultOf(find(signer(chain[i] ?? root).certificate, chain));
  t.equal(at(PATH_BUDGET.certificates - 2), 'trusted');
  t.equal(at(PATH_BUDGET.certificates - 1), 'path-budget-spent');
});

t.test('a certificate with thousands of policies is refused before it costs anything', async (t) => {
  const many = Array.from({ length: 5000 }, (_, i) => encodeSequence(encodeOid(`1.2.3.${i}`)));
  const policies = extension(Oid.certificatePolicies, encodeSequence(...many));
  t.equal(resultOf(through([...caExtensions, policies])), 'extension-malformed');
});

t.test('a trusted path comes from validation alone and cannot be changed', async (t) => {
  const validation = validatePath([leaf.certificate, issuing.certificate], anchorOf(root), { verified });
  if (validation.status !== 'valid') throw new Error('not valid');
  t.throws(() => Object.assign(validation.path, { certificates: [] }), TypeError);
  t.match(validatePath([issuing.certificate, leaf.certificate], anchorOf(root), { verified }), {
    status: 'failed',
    code: 'name-chaining',
  });
});

t.test('openssl verify agrees', { skip: toolMissing('openssl') }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'teken-path-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const limited = ca('Limited CA', root, { extensions: [basicConstraints(true, 0), certSign] });
  const below = ca('Below', limited);
  const unknown = ca('Unknown CA', root, { extensions: [...caExtensions, unknownExtension(true)] });
  const notCa = ca('No CA', root, { extensions: [basicConstraints(false), certSign] });
  const noUsage = ca('No usage', root, {
    extensions: [basicConstraints(true), keyUsage('digitalSignature')],
  });
  const forged = ca('Forged CA', { certificate: root.certificate, key: newKey() });
  const chains: readonly (readonly Issued[])[] = [
    [leaf, issuing],
    [signer(limited), limited],
    [signer(below), below, limited],
    [signer(unknown), unknown],
    [signer(notCa), notCa],
    [signer(noUsage), noUsage],
    [signer(forged), forged],
    [signer(issuing, { extensions: [unknownExtension(true)] }), issuing],
  ];
  const file = (name: string, certificates: readonly Issued[]): string => {
    const path = join(folder, name);
    writeFileSync(path, certificates.map(({ certificate }) => pem('CERTIFICATE', certificate.der)).join(''));
    return path;
  };
  const results: string[] = [];
  for (const [target, ...pool] of chains) {
    if (target === undefined) continue;
    const ours = resultOf(find(target.certificate, pool));
    const { code } = await run('openssl', [
      'verify',
      '-no_check_time',
      '-trusted',
      file('root.pem', [root]),
      '-untrusted',
      file('pool.pem', pool),
      file('leaf.pem', [target]),
    ]);
    t.equal(ours === 'trusted', code === 0, `${ours}, openssl ${code}`);
    results.push(ours);
  }
  t.equal(results.filter((result) => result === 'trusted').length, 2, 'both verdicts occur');
});
