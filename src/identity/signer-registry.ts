// Who signs: the identifiers that requests name, who is behind each, where the key is, and what is asked for beside its secret.

import { z } from 'zod';
import { NIK_FORM } from './nik.ts';
import { parseRegistry, requireUnique } from './registry-file.ts';
import { MAY_SIGN, SIGNER_STATUSES, type SignerStatus } from './signer-status.ts';

const identifier = z
  .string()
  .regex(/^[\w.-]{1,64}$/)
  // Identifiers stand in logs, metrics and addresses.
  .refine((id) => !NIK_FORM.test(id), 'a NIK is no identifier');

const certificateSha256 = z.string().regex(/^[0-9a-f]{64}$/);

const secondFactor = z.discriminatedUnion('kind', [
  /** An authenticator (RFC 6238); the file holds its secret in base32. */
  z.strictObject({ kind: z.literal('totp'), secretFile: z.string().min(1) }),
  /** A code by mail to the address of the entry. */
  z.strictObject({ kind: z.literal('email') }),
]);

const approval = z
  .strictObject({
    /** How many of them have to approve each document. */
    required: z.int().min(1).max(20),
    /** Identifiers of signers with an authenticator. */
    of: z.array(identifier).min(1).max(50),
  })
  .refine(({ required, of }) => new Set(of).size >= required, 'fewer approvers than approvals');

const entry = z
  .strictObject({
    id: identifier,
    name: z.string().max(200).optional(),
    nik: z.string().regex(NIK_FORM, 'not 16 digits').optional(),
    email: z.email().max(254).optional(),
    position: z.string().max(200).optional(),
    agency: z.string().min(1).max(200).optional(),
    status: z.enum(SIGNER_STATUSES).optional(),
    /** SHA-256 of the DER of each certificate that is this signer's; two while one is being renewed. */
    certificateSha256: z.array(certificateSha256).min(1).optional(),
    /** Of a signer back end, as `pkcs12:/etc/teken/pejabat.p12`. */
    uri: z.string().min(1),
    /** Which key of a back end that holds several. */
    signerId: z.string().min(1).nullish(),
    secondFactor: secondFactor.optional(),
    approval: approval.optional(),
    /** Requests must say which document the signer saw. */
    expectedSha256: z.literal('required').optional(),
  })
  // The certificates of persons hold no NIK (wire contract): which one is whose only this file can say.
  // Whoever cannot sign yet, or any more, need not have one.
  .refine(
    ({ nik, certificateSha256, status }) =>
      nik === undefined || certificateSha256 !== undefined || (status !== undefined && status !== MAY_SIGN),
    { message: 'a person with a NIK needs certificateSha256', path: ['certificateSha256'] },
  )
  .refine(({ secondFactor, email }) => secondFactor?.kind !== 'email' || email !== undefined, {
    message: 'codes by mail need an address',
    path: ['email'],
  });

const signersFile = z.strictObject({
  signers: z.array(entry),
  /** Where applications for an account are noted, from the folder of this file. */
  registrations: z.string().min(1).optional(),
});

export type SecondFactor =
  | { readonly kind: 'totp'; readonly secretFile: string }
  | { readonly kind: 'email'; readonly email: string };

export interface RegisteredSigner {
  readonly id: string;
  readonly name: string | null;
  /** Never leaves memory but as a keyed digest. */
  readonly nik: string | null;
  readonly email: string | null;
  readonly position: string | null;
  readonly agency: string | null;
  readonly status: SignerStatus;
  /** SHA-256, hexadecimal; null where whatever certificate the key has is the signer's, as with a seal of an agency. */
  readonly certificates: ReadonlySet<string> | null;
  readonly uri: string;
  readonly signerId: string | null;
  readonly secondFactor: SecondFactor | null;
  readonly approval: { readonly required: number; readonly of: ReadonlySet<string> } | null;
  readonly expectedSha256: 'required' | 'as-given';
}

/** A directory or the signing backend itself may be the registry. */
export interface SignerRegistry {
  /** @param name - identifier, NIK or e-mail address. Null for what nobody has */
  find(name: string): RegisteredSigner | null;
  /** @param sha256 - of a certificate, hexadecimal */
  findByCertificate(sha256: string): RegisteredSigner | null;
  readonly all: readonly RegisteredSigner[];
  /** Where applications for an account are noted; null: there are none. */
  readonly registrations: string | null;
}

/**
 * Reads the signers file.
 *
 * @param text - JSON, `{ "signers": [{ "id", "uri", … }] }`
 * @throws InvalidRegistry `registry-invalid`, also when two signers share an id, a NIK, an address or a certificate
 */
export function parseSignerRegistry(text: string): SignerRegistry {
  const { signers, registrations = null } = parseRegistry('signers', signersFile, text);
  const all = signers.map(signerOf);
  requireDistinct(all);
  const byName = new Map(all.flatMap((signer) => namesOf(signer).map((name) => [name, signer] as const)));
  const byCertificate = new Map(
    all.flatMap((signer) => [...(signer.certificates ?? [])].map((sha256) => [sha256, signer] as const)),
  );
  return {
    find: (name) => byName.get(name) ?? byName.get(name.toLowerCase()) ?? null,
    findByCertificate: (sha256) => byCertificate.get(sha256) ?? null,
    all,
    registrations,
  };
}

function signerOf(entry: z.output<typeof signersFile>['signers'][number]): RegisteredSigner {
  const { id, uri, status, certificateSha256, approval } = entry;
  return {
    id,
    name: entry.name ?? null,
    nik: entry.nik ?? null,
    email: entry.email?.toLowerCase() ?? null,
    position: entry.position ?? null,
    agency: entry.agency ?? null,
    status: status ?? MAY_SIGN,
    certificates: certificateSha256 === undefined ? null : new Set(certificateSha256),
    uri,
    signerId: entry.signerId ?? null,
    secondFactor: factorOf(entry),
    approval: approval === undefined ? null : { required: approval.required, of: new Set(approval.of) },
    expectedSha256: entry.expectedSha256 ?? 'as-given',
  };
}

function factorOf({
  secondFactor,
  email,
}: z.output<typeof signersFile>['signers'][number]): SecondFactor | null {
  if (secondFactor?.kind === 'totp') return secondFactor;
  return secondFactor === undefined || email === undefined ? null : { kind: 'email', email };
}

/** Addresses are compared without regard to case, as every mail service does. */
function namesOf({ id, nik, email }: RegisteredSigner): readonly string[] {
  return [id, nik, email].filter((name) => name !== null);
}

function requireDistinct(all: readonly RegisteredSigner[]): void {
  const given = (values: readonly (string | null)[]): string[] => values.filter((value) => value !== null);
  requireUnique(
    'signers',
    'id',
    all.map(({ id }) => id),
  );
  requireUnique('signers', 'nik', given(all.map(({ nik }) => nik)));
  requireUnique('signers', 'email', given(all.map(({ email }) => email)));
  requireUnique(
    'signers',
    'certificateSha256',
    all.flatMap(({ certificates }) => [...(certificates ?? [])]),
  );
}
