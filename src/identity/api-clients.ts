// Who asks: applications that know an API key, each with the signers it may use. Keys are stored as SHA-256 alone.

import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

const hexDigest = z.string().regex(/^[0-9a-f]{64}$/);
const identifier = z.string().regex(/^[\w.-]{1,64}$/);

const clientsFile = z.strictObject({
  clients: z.array(
    z.strictObject({
      id: identifier,
      name: z.string().max(200).optional(),
      /** SHA-256 of each API key, lower-case hexadecimal; two while a key is being replaced. */
      keys: z.array(z.strictObject({ id: identifier, sha256: hexDigest })).min(1),
      signers: z.array(identifier),
    }),
  ),
});

export interface ApiClient {
  readonly id: string;
  /** Which of its keys was shown. */
  readonly keyId: string;
  /** Identifiers of the signers that it may use. */
  readonly signers: ReadonlySet<string>;
}

export interface ApiClients {
  /** The client that this API key belongs to, null for nobody's. Takes the same time for every key. */
  authenticate(apiKey: string): ApiClient | null;
}

type RegistryName = 'clients' | 'signers' | 'seal-keys';

/** `registry-invalid`: a registry file is not as it must be; `faults` name the places, never a value. */
export class InvalidRegistry extends Error {
  readonly code = 'registry-invalid';
  readonly faults: readonly string[];

  constructor(what: RegistryName, faults: readonly string[], cause?: unknown) {
    super(`${what}: ${faults.join('; ')}`, { cause });
    this.name = 'InvalidRegistry';
    this.faults = faults;
  }
}

/**
 * Reads the clients file.
 *
 * @param text - JSON, `{ "clients": [{ "id", "name"?, "keys": [{ "id", "sha256" }], "signers": [id…] }] }`
 * @throws InvalidRegistry `registry-invalid`, also when two clients share an id or a key
 */
export function parseApiClients(text: string): ApiClients {
  const { clients } = parseRegistry('clients', clientsFile, text);
  requireUnique(
    'clients',
    'id',
    clients.map((client) => client.id),
  );
  const keys = clients.flatMap((client) =>
    client.keys.map((key) => ({
      digest: Buffer.from(key.sha256, 'hex'),
      client: { id: client.id, keyId: key.id, signers: new Set(client.signers) },
    })),
  );
  requireUnique(
    'clients',
    'sha256',
    keys.map((key) => key.digest.toString('hex')),
  );
  return { authenticate: (apiKey) => clientOf(apiKey, keys) };
}

function clientOf(
  apiKey: string,
  keys: readonly { readonly digest: Buffer; readonly client: ApiClient }[],
): ApiClient | null {
  const shown = createHash('sha256').update(apiKey).digest();
  let found: ApiClient | null = null;
  // All are compared, so that the time tells nothing about the order or the number of matches.
  for (const { digest, client } of keys) if (timingSafeEqual(digest, shown)) found = client;
  return found;
}

/** JSON of a registry, checked against its schema. @throws InvalidRegistry */
export function parseRegistry<T>(what: RegistryName, schema: z.ZodType<T>, text: string): T {
  const read = schema.safeParse(parseJson(what, text));
  if (read.success) return read.data;
  throw new InvalidRegistry(
    what,
    read.error.issues.map((issue) => `/${issue.path.map(String).join('/')}: ${issue.message}`),
  );
}

function parseJson(what: RegistryName, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message repeats the text around the fault, which may be a key's digest or a passphrase file's place.
    throw new InvalidRegistry(what, ['the file is not JSON']);
  }
}

/** @throws InvalidRegistry when a value occurs twice */
export function requireUnique(what: RegistryName, member: string, values: readonly string[]): void {
  if (new Set(values).size < values.length)
    throw new InvalidRegistry(what, [`two entries have the same ${member}`]);
}
