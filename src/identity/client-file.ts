// The clients file: every application that may ask, how it proves that it is itself, and what it may ask for.

import { z } from 'zod';
import type { RateRule } from '../state/ports.ts';
import { isAddressRange } from './address-ranges.ts';
import { isStoredPassword } from './client-passwords.ts';
import { compatSwitches } from './compat-switches.ts';
import { isLetterAddress } from './letter-addresses.ts';
import { InvalidRegistry, parseRegistry, requireUnique } from './registry-file.ts';

/** What a client may do; checking documents is open to everybody. */
export const SCOPES = ['sign', 'batch', 'two-steps', 'preflight', 'raise'] as const;
export type Scope = (typeof SCOPES)[number];

/** PAdES levels (EN 319 142-1). */
export const LEVELS = ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const;

/** Signature algorithms of RFC 7518 and RFC 9864 with a public key: a shared secret would let every service make tokens. */
const TOKEN_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

const hexDigest = z.string().regex(/^[0-9a-f]{64}$/);
const identifier = z.string().regex(/^[\w.-]{1,64}$/);
/** An identifier, with one `*` for any number of its characters. */
const signerPattern = z.string().regex(/^(?=.{1,64}$)[\w.-]*\*?[\w.-]*$/);
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const printable = z.string().regex(/^[\x21-\x7e]{1,256}$/);
const rate = z
  .strictObject({ count: z.int().min(1).max(1_000_000), seconds: z.int().min(1).max(86_400) })
  .transform(({ count, seconds }): RateRule => ({ requests: count, windowMs: seconds * 1000 }));

/** From when and until when a credential counts; the end is the first moment when it does not. */
const validity = { from: instant.optional(), until: instant.optional() };

const key = z.strictObject({
  id: identifier,
  /** Of the API key, lower-case hexadecimal: a key has 256 random bits, so that no slow digest is needed. */
  sha256: hexDigest,
  ...validity,
});

const password = z.strictObject({
  id: identifier,
  /** Of HTTP Basic, which only the compatible API takes. */
  user: z.string().regex(/^[^:\p{Cc}]{1,128}$/u),
  /** As `hashPassword` writes it. */
  scrypt: z.string().refine(isStoredPassword, 'not as `teken client password` writes it'),
  ...validity,
});

const certificate = z
  .strictObject({
    id: identifier,
    /** Of the certificate's DER. */
    sha256: hexDigest.optional(),
    /** The whole subject as RFC 4514 writes it; any certificate of `TEKEN_TLS_CLIENT_CA_FILE` with it. */
    subject: z.string().min(3).max(1024).optional(),
    ...validity,
  })
  .refine(({ sha256, subject }) => (sha256 === undefined) !== (subject === undefined), {
    message: 'either "sha256" or "subject", and not both',
  });

const token = z
  .strictObject({
    id: identifier,
    /** One of `issuers`. */
    issuer: z.string(),
    /** Claim `client_id` (RFC 9068, 2.2), or where there is none `azp`. */
    clientId: printable.optional(),
    subject: printable.optional(),
    ...validity,
  })
  .refine(({ clientId, subject }) => (clientId === undefined) !== (subject === undefined), {
    message: 'either "clientId" or "subject", and not both',
  });

const client = z
  .strictObject({
    id: identifier,
    name: z.string().max(200).optional(),
    disabled: z.boolean().default(false),
    keys: z.array(key).default([]),
    passwords: z.array(password).default([]),
    certificates: z.array(certificate).default([]),
    tokens: z.array(token).default([]),
    scopes: z.array(z.enum(SCOPES)).default([...SCOPES]),
    signers: z.array(signerPattern),
    /** Agencies of signers, as the registry says them; absent: signers of any agency. */
    agencies: z.array(z.string().min(1).max(200)).min(1).optional(),
    /** Absent: any level. */
    levels: z.array(z.enum(LEVELS)).min(1).optional(),
    /** Absent: from anywhere. */
    addresses: z
      .array(z.string().refine(isAddressRange, 'not an address or a network such as 10.1.0.0/16'))
      .min(1)
      .optional(),
    /** Folders of the application, as `https://surat.example.go.id/tte/`, from which letters are fetched and to which they go back; absent: none. */
    letters: z
      .array(
        z
          .string()
          .max(500)
          .refine(isLetterAddress, 'not a folder over https, such as https://surat.example.go.id/tte/'),
      )
      .min(1)
      .optional(),
    /** Of the compatible API. */
    compat: compatSwitches.default({}),
    rates: z.strictObject({ requests: rate.optional(), signatures: rate.optional() }).default({}),
  })
  .refine(
    ({ keys, passwords, certificates, tokens }) =>
      keys.length + passwords.length + certificates.length + tokens.length > 0,
    { message: 'no keys, passwords, certificates or tokens: nobody could be this client' },
  );

const issuer = z.strictObject({
  /** As tokens say it in `iss`. */
  issuer: z.url({ protocol: /^https?$/ }),
  /** Where it publishes its keys (RFC 7517). */
  jwksUri: z.url({ protocol: /^https?$/ }),
  /** What tokens must say in `aud`: this service, by the name that the issuer knows it by. */
  audience: printable,
  algorithms: z
    .array(z.enum(TOKEN_ALGORITHMS))
    .min(1)
    .default(['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519']),
  /** Header `typ`, `at+jwt` where the issuer follows RFC 9068. Absent: not compared. */
  type: z
    .string()
    .regex(/^[\w.+-]{1,64}$/)
    .optional(),
  /** Where set, a token grants only the scopes that its claim `scope` holds with this before them. */
  scopePrefix: z
    .string()
    .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,64}$/)
    .optional(),
  /** Tokens that live longer are refused. */
  maxLifetimeSeconds: z.int().min(60).max(604_800).default(86_400),
});

const clientsFile = z.strictObject({
  issuers: z.array(issuer).default([]),
  /** Switches of the compatible API, for every client that has none of its own. */
  compat: compatSwitches.default({}),
  clients: z.array(client),
});

export type ClientsFile = z.output<typeof clientsFile>;
export type ClientEntry = ClientsFile['clients'][number];
export type IssuerEntry = ClientsFile['issuers'][number];
export type PasswordEntry = ClientEntry['passwords'][number];
export type CertificateEntry = ClientEntry['certificates'][number];
export type TokenEntry = ClientEntry['tokens'][number];
/** What the four kinds of credential have in common. */
export type CredentialEntry = Pick<PasswordEntry, 'id' | 'from' | 'until'>;

/**
 * Reads the clients file.
 *
 * @throws InvalidRegistry `registry-invalid`, also when two clients share an id or a credential: then nobody could say who asks
 */
export function parseClientsFile(text: string): ClientsFile {
  const file = parseRegistry('clients', clientsFile, text);
  const { clients, issuers } = file;
  const keys = clients.flatMap((entry) => entry.keys);
  const passwords = clients.flatMap((entry) => entry.passwords);
  const certificates = clients.flatMap((entry) => entry.certificates);
  const tokens = clients.flatMap((entry) => entry.tokens);
  const unique: readonly (readonly [member: string, values: readonly (string | undefined)[]])[] = [
    ['id', clients.map(({ id }) => id)],
    ['sha256', keys.map(({ sha256 }) => sha256)],
    ['user', passwords.map(({ user }) => user)],
    ['certificate', certificates.map(({ sha256 }) => sha256)],
    ['subject', certificates.map(({ subject }) => subject)],
    ['issuer', issuers.map(({ issuer }) => issuer)],
    ['token', tokens.map(({ issuer, clientId, subject }) => JSON.stringify([issuer, clientId, subject]))],
    ...clients.map((entry) => ['credential id', credentialsOf(entry).map(({ id }) => id)] as const),
  ];
  for (const [member, values] of unique)
    requireUnique(
      'clients',
      member,
      values.filter((value) => value !== undefined),
    );
  const known = new Set(issuers.map(({ issuer }) => issuer));
  if (!tokens.every(({ issuer }) => known.has(issuer)))
    throw new InvalidRegistry('clients', ['a token names an issuer that is not among "issuers"']);
  return file;
}

/** All credentials of a client, whatever their kind. */
export function credentialsOf({
  keys,
  passwords,
  certificates,
  tokens,
}: ClientEntry): readonly CredentialEntry[] {
  return [...keys, ...passwords, ...certificates, ...tokens];
}
