// From a credential to the client that it belongs to.

import { createHash, timingSafeEqual } from 'node:crypto';
import { type Certificate, MalformedCertificate, parseCertificate } from '../pki/certificate.ts';
import { nameText } from '../pki/name.ts';
import type { VerifiedToken } from './access-tokens.ts';
import type { ClientEntry, CredentialEntry, PasswordEntry, Scope } from './client-file.ts';
import { ClientRefused, type RefusalReason } from './client-refused.ts';

/** A certificate that a caller has proven to hold the key of. */
export interface ShownCertificate {
  readonly der: Uint8Array;
  /** Whether its chain leads to the operator's authority for clients, as we ourselves have checked. */
  readonly trusted: boolean;
}

/** A credential of the file and whose it is; not yet checked is whether it is in force. */
export interface Found {
  readonly client: ClientEntry;
  readonly credential: CredentialEntry;
  /** What the credential narrows the client's scopes to; null: nothing. */
  readonly scopes: ReadonlySet<Scope> | null;
}

/** @returns null for nobody's key. Takes the same time for every key */
export function keyLookup(clients: readonly ClientEntry[]): (apiKey: string) => Found | null {
  const keys = clients.flatMap((client) =>
    client.keys.map((credential) => ({
      digest: Buffer.from(credential.sha256, 'hex'),
      found: { client, credential, scopes: null },
    })),
  );
  return (apiKey) => {
    const shown = createHash('sha256').update(apiKey).digest();
    let match: Found | null = null;
    // All are compared, so that the time tells nothing about the order or the number of matches.
    for (const { digest, found } of keys) if (timingSafeEqual(digest, shown)) match = found;
    return match;
  };
}

/** A client's password, not yet compared with what was shown. */
export interface FoundUser extends Found {
  readonly credential: PasswordEntry;
}

/** @returns null for a user that nobody is */
export function userLookup(clients: readonly ClientEntry[]): (user: string) => FoundUser | null {
  const byUser = new Map(
    clients.flatMap((client) =>
      client.passwords.map((credential) => [credential.user, { client, credential, scopes: null }] as const),
    ),
  );
  return (user) => byUser.get(user) ?? null;
}

/** @returns the function that throws ClientRefused `unauthenticated` for nobody's certificate, or one out of its time */
export function certificateLookup(
  clients: readonly ClientEntry[],
): (shown: ShownCertificate, now: number) => Found {
  const bySha256 = new Map<string, Found>();
  const bySubject = new Map<string, Found>();
  for (const client of clients)
    for (const credential of client.certificates) {
      const found = { client, credential, scopes: null };
      if (credential.sha256 !== undefined) bySha256.set(credential.sha256, found);
      if (credential.subject !== undefined) bySubject.set(credential.subject, found);
    }
  return ({ der, trusted }, now) => {
    const { subject, notBefore, notAfter } = readCertificate(der);
    const pinned = bySha256.get(createHash('sha256').update(der).digest('hex'));
    const found = pinned ?? bySubject.get(nameText(subject));
    if (found === undefined) throw refused('certificate-unknown');
    const clientId = found.client.id;
    // A name says something only below an authority of ours; a fingerprint says it by itself.
    if (pinned === undefined && !trusted) throw refused('certificate-untrusted', clientId);
    if (now < notBefore || notAfter < now) throw refused('credential-not-in-force', clientId);
    return found;
  };
}

function readCertificate(der: Uint8Array): Certificate {
  try {
    return parseCertificate(der);
  } catch (error) {
    if (!(error instanceof MalformedCertificate)) throw error;
    throw new ClientRefused('unauthenticated', { reason: 'certificate-unknown', cause: error });
  }
}

/** @returns the function that throws ClientRefused `unauthenticated` for a token of none of the clients */
export function tokenLookup(clients: readonly ClientEntry[]): (token: VerifiedToken) => Found {
  const all = clients.flatMap((client) => client.tokens.map((credential) => ({ client, credential })));
  return ({ issuer, clientId, subject, scopes }) => {
    const [found, ...others] = all.filter(
      ({ credential }) =>
        credential.issuer === issuer &&
        (credential.clientId === undefined
          ? credential.subject === subject
          : credential.clientId === clientId),
    );
    if (found === undefined) throw refused('token-client-unknown');
    if (others.length > 0) throw refused('credentials-differ');
    return { ...found, scopes };
  };
}

function refused(reason: RefusalReason, clientId?: string): ClientRefused {
  return new ClientRefused('unauthenticated', { reason, ...(clientId === undefined ? {} : { clientId }) });
}
