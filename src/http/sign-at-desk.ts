// One signature of an official on the page: what the form says, signed by the use case that REST uses, and on record before it leaves.

import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bytesSource } from '../index.ts';
import { noteAttempt, recordCompleted, recordRequested } from './audit-trail.ts';
import { allowSignatures } from './authorize.ts';
import { claimOf } from './identity-claim.ts';
import { activationInForm, zeroActivation } from './key-secrets.ts';
import { readParameters } from './parameters.ts';
import type { AppServices } from './ports.ts';
import { HttpProblem } from './problems.ts';
import { uuidV7 } from './request-id.ts';
import { inSigningTime, wishOf } from './sign-request.ts';
import { signingFacts } from './signing-facts.ts';
import { orderAt, placeForm } from './signing-place.ts';

export interface DeskOrder {
  /** Identifier of the registry; the request's client may use it or not. */
  readonly signer: string;
  /** Parameters of the signature, as texts. */
  readonly order: Readonly<Record<string, string>>;
  /** SHA-256 of what was shown, lower-case hexadecimal. */
  readonly seen: string;
  /** The bytes; asked for once, after the form has been read. */
  letter(): Promise<Uint8Array>;
}

export interface SignedBytes {
  readonly signatureId: string;
  /** To be appended to the letter. */
  readonly update: Uint8Array;
  readonly pdf: Uint8Array;
}

/**
 * As `POST /v1/sign` does, for the client of the request.
 * @param fields - of the form, whose owner has been asked
 * @throws HttpProblem `document-changed` for bytes that are not those that were shown; as `sign`
 */
export async function signAtDesk(
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  { signer, order: texts, seen, letter: bytesOf }: DeskOrder,
  fields: ReadonlyMap<string, string>,
  services: AppServices,
): Promise<SignedBytes> {
  const order = orderAt(texts, () => placeIn(fields));
  await allowSignatures({ request, reply, services }, order.level);
  const letter = await bytesOf();
  const sha256 = sha256Of(letter);
  // The page has said what it showed; these are the same bytes.
  if (sha256 !== seen || fields.get('seen') !== seen) throw new HttpProblem('document-changed');
  const activation = activationInForm(secretsIn(fields));
  const code = textIn(fields, 'code')?.replace(/\s/g, '') ?? null;
  const asked = { signer, activation, code, documentSha256: sha256, expectedSha256: seen };
  const claim = claimOf(request, asked);
  try {
    const wish = wishOf({ parts: new Map() }, order, services);
    const input = { inputSha256: sha256, inputSize: letter.length };
    const { reason, location } = order;
    noteAttempt(request, services, { reason, location, ...input, level: wish.level });
    recordRequested(request, services);
    const source = bytesSource(letter);
    const outcome = await inSigningTime(request, services, (signal) =>
      services.sign({ source, ...wish, password: null, claim, activation, signal }),
    );
    const signatureId = uuidV7(services.now(), services.randomBytes(10));
    const { update, level } = outcome;
    const pdf = Buffer.concat([letter, update]);
    const facts = signingFacts(outcome, { ...input, outputSha256: sha256Of(pdf) });
    await recordCompleted(request, services, { signatureId, ...facts });
    request.log.info({ signatureId, client: request.client?.id, level }, 'signed on the page');
    return { signatureId, update, pdf };
  } finally {
    zeroActivation(activation);
  }
}

/** @throws HttpProblem `invalid-request` */
function placeIn(fields: ReadonlyMap<string, string>): ReturnType<typeof placeForm.parse> {
  const names = Object.keys(placeForm.shape);
  return readParameters(placeForm, Object.fromEntries(names.map((name) => [name, fields.get(name) ?? ''])));
}

function secretsIn(fields: ReadonlyMap<string, string>): Parameters<typeof activationInForm>[0] {
  const passphrase = textIn(fields, 'passphrase');
  const otp = textIn(fields, 'otp');
  return { ...(passphrase === null ? {} : { passphrase }), ...(otp === null ? {} : { otp }) };
}

/** A browser sends fields that were left empty. */
function textIn(fields: ReadonlyMap<string, string>, name: string): string | null {
  return fields.get(name) || null;
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
