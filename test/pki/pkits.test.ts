// NIST's Public Key Interoperability Test Suite, all cases of the corpus, paths built and revocation decided by us.

import { readFileSync } from 'node:fs';
import t from 'tap';
import { MalformedAsn1 } from '../../src/asn1/element.ts';
import { type Certificate, MalformedCertificate, parseCertificate } from '../../src/pki/certificate.ts';
import { readExplicitText } from '../../src/pki/certificate-policies.ts';
import { type Crl, parseCrl } from '../../src/pki/crl.ts';
import { findTrustedPath, type PathOutcome } from '../../src/pki/path.ts';
import { type InitialPolicies, type PathValidation, validatePath } from '../../src/pki/path-validation.ts';
import { checkRevocation } from '../../src/pki/revocation.ts';
import type { TrustAnchor } from '../../src/pki/trust-list.ts';
import { corpus, corpusMissing } from '../tools.ts';
import { digests, verified } from './authority.ts';

interface PkitsCase {
  readonly id: string;
  readonly name: string;
  readonly cert: string;
  readonly other_certs?: readonly string[];
  readonly crls?: readonly string[];
  readonly params?: {
    readonly user_initial_policy_set?: readonly string[];
    readonly initial_explicit_policy?: boolean;
    readonly initial_policy_mapping_inhibit?: boolean;
    readonly initial_any_policy_inhibit?: boolean;
  };
  readonly error?: { readonly class: string };
  readonly notice?: string;
}

const folder = `${corpus() ?? ''}pki/pkits/`;
const time = Date.UTC(2020, 0, 1);

const read = (file: string): Uint8Array => new Uint8Array(readFileSync(folder + file));
const cases = (file: string): readonly PkitsCase[] => JSON.parse(readFileSync(folder + file, 'utf8'));

/** Unreadable certificates and lists are no candidates, as where they come in a document. */
function readable<T>(parse: (der: Uint8Array) => T, files: readonly string[]): T[] {
  return files.flatMap((file) => {
    try {
      return [parse(read(file))];
    } catch (error) {
      if (error instanceof MalformedCertificate || error instanceof MalformedAsn1) return [];
      throw error;
    }
  });
}

interface Evaluation {
  /** `valid`, or what stands against it. */
  readonly result: string;
  readonly validation: PathValidation | null;
}

function evaluate(testCase: PkitsCase): Evaluation {
  const [anchorCertificate] = readable(parseCertificate, ['certs/TrustAnchorRootCertificate.crt']);
  const [leaf] = readable(parseCertificate, [`certs/${testCase.cert}`]);
  if (anchorCertificate === undefined) throw new Error('the trust anchor cannot be read');
  if (leaf === undefined) return { result: 'certificate-malformed', validation: null };
  const anchor: TrustAnchor = {
    certificate: anchorCertificate,
    role: 'active',
    purposes: ['signature'],
    psreInduk: false,
  };
  const pool = readable(
    parseCertificate,
    (testCase.other_certs ?? []).map((file) => `certs/${file}`),
  );
  const outcome = findTrustedPath(leaf, {
    pool,
    trustList: { anchors: [anchor], intermediates: [] },
    purpose: 'signature',
    time,
    verified,
    digests,
  });
  if (outcome.status === 'failed') return { result: outcome.code, validation: null };
  if (outcome.outOfValidity.length > 0) return { result: 'out-of-validity', validation: null };
  const initial = initialPolicies(testCase);
  const validation = validatePath(outcome.path.certificates, anchor, { verified, initial });
  if (validation.status === 'failed') return { result: validation.code, validation };
  const lists = ['TrustAnchorRootCRL.crl', ...(testCase.crls ?? [])].map((file) => `crls/${file}`);
  return { result: revocationOf(outcome, pool, readable(parseCrl, lists)), validation };
}

function initialPolicies({ params = {} }: PkitsCase): Partial<InitialPolicies> {
  return {
    initialExplicitPolicy: params.initial_explicit_policy ?? false,
    initialPolicyMappingInhibit: params.initial_policy_mapping_inhibit ?? false,
    initialAnyPolicyInhibit: params.initial_any_policy_inhibit ?? false,
    ...(params.user_initial_policy_set && { userInitialPolicySet: params.user_initial_policy_set }),
  };
}

function revocationOf(
  { path }: Extract<PathOutcome, { status: 'trusted' }>,
  pool: readonly Certificate[],
  crls: readonly Crl[],
): string {
  for (const [i, certificate] of path.certificates.entries()) {
    const issuer = path.certificates[i + 1] ?? path.anchor.certificate;
    const context = { crls, ocsps: [], time, now: time, pool, verified, digests, path };
    const { status } = checkRevocation({ certificate, issuer, ...context });
    if (status !== 'good') return status;
  }
  return 'valid';
}

// What the suite expects, in its own words, and what may stand for it here.
const REASONS: Readonly<Record<string, RegExp>> = {
  RevokedError: /^(?:revoked|on-hold)$/,
  InsufficientRevinfoError: /^unknown$/,
  StaleRevinfoError: /^unknown$/,
  PathValidationError: /^(?!revoked|on-hold|valid|path-budget-spent|extension-malformed)[a-z-]+$/,
};

t.test('every PKITS case comes out as its authors say', { skip: corpusMissing() }, async (t) => {
  const all = cases('pkits.json');
  t.equal(all.length, 246);
  t.equal(all.filter(({ error }) => error).length, 136);
  for (const testCase of all) {
    const { result } = evaluate(testCase);
    const expected = testCase.error === undefined ? /^valid$/ : REASONS[testCase.error.class];
    t.match(result, expected ?? /^never$/, `${testCase.id} ${testCase.name}`);
  }
});

t.test('the user notices of the policies that hold are found', { skip: corpusMissing() }, async (t) => {
  const all = cases('pkits-user-notice.json');
  t.equal(all.length, 10);
  for (const testCase of all) {
    const { result, validation } = evaluate(testCase);
    t.equal(result, 'valid', testCase.name);
    const policies = validation?.status === 'valid' ? validation.policies : [];
    const notices = policies.flatMap(({ qualifiers }) => qualifiers.map(readExplicitText));
    t.ok(
      notices.some((notice) => notice?.startsWith(testCase.notice ?? 'no notice')),
      testCase.name,
    );
  }
});
