// Changes to the signers file that an operator makes most often; what is not edited is carried through as it stands.

import { z } from 'zod';
import { InvalidRegistry, parseRegistry } from './registry-file.ts';
import { parseSignerRegistry } from './signer-registry.ts';
import type { SignerStatus } from './signer-status.ts';

export const NO_SIGNERS = '{ "signers": [] }';

/** What a new entry says; the registry's schema judges it. */
export interface NewSigner {
  readonly id: string;
  readonly uri: string;
  readonly name?: string;
  readonly nik?: string;
  readonly email?: string;
  readonly position?: string;
  readonly agency?: string;
  readonly certificateSha256?: readonly string[];
}

const rawFile = z.looseObject({ signers: z.array(z.looseObject({ id: z.string() })) });

/** @throws InvalidRegistry `registry-invalid`, also for an id, a NIK, an address or a certificate that is there already */
export function addSigner(text: string, signer: NewSigner): string {
  const file = parseRegistry('signers', rawFile, text);
  return checked({ ...file, signers: [...file.signers, { ...signer }] });
}

/** @throws InvalidRegistry, also for an id that nobody has */
export function setStatus(text: string, id: string, status: SignerStatus): string {
  return edited(text, id, { status });
}

/** @param secretFile - from the registry's folder @throws InvalidRegistry, also for an id that nobody has */
export function setAuthenticator(text: string, id: string, secretFile: string): string {
  return edited(text, id, { secondFactor: { kind: 'totp', secretFile } });
}

function edited(text: string, id: string, change: object): string {
  const file = parseRegistry('signers', rawFile, text);
  if (!file.signers.some((signer) => signer.id === id))
    throw new InvalidRegistry('signers', ['there is no signer of that id']);
  const signers = file.signers.map((signer) => (signer.id === id ? { ...signer, ...change } : signer));
  return checked({ ...file, signers });
}

/** Nothing is written that a service would refuse. */
function checked(file: object): string {
  const text = `${JSON.stringify(file, null, 2)}\n`;
  parseSignerRegistry(text);
  return text;
}
