// Who signs: the identifiers that requests name, and where each one's key is.

import { z } from 'zod';
import { parseRegistry, requireUnique } from './registry-file.ts';

const signersFile = z.strictObject({
  signers: z.array(
    z.strictObject({
      id: z.string().regex(/^[\w.-]{1,64}$/),
      name: z.string().max(200).optional(),
      /** Of a signer back end, as `pkcs12:/etc/teken/pejabat.p12`. */
      uri: z.string().min(1),
      /** Which key of a back end that holds several. */
      signerId: z.string().min(1).nullish(),
    }),
  ),
});

export interface RegisteredSigner {
  readonly id: string;
  readonly uri: string;
  readonly signerId: string | null;
}

export interface SignerRegistry {
  /** Null for an identifier that nobody has. */
  find(id: string): RegisteredSigner | null;
  readonly all: readonly RegisteredSigner[];
}

/**
 * Reads the signers file.
 *
 * @param text - JSON, `{ "signers": [{ "id", "uri", "name"?, "signerId"? }] }`
 * @throws InvalidRegistry `registry-invalid`, also when two signers share an id
 */
export function parseSignerRegistry(text: string): SignerRegistry {
  const { signers } = parseRegistry('signers', signersFile, text);
  requireUnique(
    'signers',
    'id',
    signers.map((signer) => signer.id),
  );
  const all = signers.map(({ id, uri, signerId }) => ({ id, uri, signerId: signerId ?? null }));
  const byId = new Map(all.map((signer) => [signer.id, signer]));
  return { find: (id) => byId.get(id) ?? null, all };
}
