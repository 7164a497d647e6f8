// What a signing person gives for the key itself, beside a document: passphrase, one-time code of the service that holds the key, or an
// authorisation that the person gave that service.

import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Activation } from '../index.ts';
import { HttpProblem } from './problems.ts';
import { secretOf } from './secret-of.ts';
import type { Upload } from './upload.ts';

/** Headers of a raw body. */
export const KEY_SECRETS = [
  { name: 'Teken-Passphrase', holds: "passphrase of the signer's key" },
  { name: 'Teken-Otp', holds: "one-time code of the service that holds the signer's key" },
  { name: 'Teken-Credential-Token', holds: "access token or SAD of the service that holds the signer's key" },
] as const;

// An access token may be a JWT with its claims.
const MAX_TOKEN_CHARACTERS = 8_192;

const secret = (most: number): z.ZodString => z.string().min(1).max(most);

/** The same in a form. */
export const keySecretFields = {
  passphrase: secret(1024)
    .optional()
    .meta({ description: "Passphrase of the signer's key, where the key needs one.", format: 'password' }),
  otp: secret(64).optional().meta({
    description:
      'One-time code of the remote service that holds the key (CSC, BSrE), alone or beside the passphrase, as that service asks. Not "code", which is this service\'s own.',
    format: 'password',
  }),
  credentialToken: secret(MAX_TOKEN_CHARACTERS).optional().meta({
    description:
      'Access token of scope "credential", or SAD, that the signer gave the application at a CSC service. Not beside "passphrase" or "otp". Where the authorisation must name what is signed, /v1/sign/prepare begins it ("redirectUri").',
    format: 'password',
  }),
};

interface GivenSecrets {
  readonly passphrase?: string | undefined;
  readonly otp?: string | undefined;
  readonly credentialToken?: string | undefined;
}

/** Of a form or a raw body, to be zeroed by `zeroActivation`. @throws HttpProblem `invalid-request` */
export function activationOf(request: FastifyRequest, upload: Upload, inForm: GivenSecrets): Activation {
  const [passphrase, otp, token] = KEY_SECRETS;
  return activationWith(
    secretOf(request, upload, passphrase.name, inForm.passphrase),
    secretOf(request, upload, otp.name, inForm.otp),
    secretOf(request, upload, token.name, inForm.credentialToken),
  );
}

/** Of a form alone. @throws HttpProblem `invalid-request` */
export function activationInForm({ passphrase, otp, credentialToken }: GivenSecrets): Activation {
  return activationWith(octets(passphrase), octets(otp), octets(credentialToken));
}

function octets(text: string | undefined): Uint8Array | null {
  return text === undefined ? null : Buffer.from(text, 'utf8');
}

function activationWith(
  passphrase: Uint8Array | null,
  otp: Uint8Array | null,
  token: Uint8Array | null,
): Activation {
  if (token !== null) {
    if (passphrase === null && otp === null) return { kind: 'token', token };
    for (const given of [passphrase, otp, token]) given?.fill(0);
    const message = 'not beside "passphrase" or "otp"';
    throw new HttpProblem('invalid-request', {}, [{ pointer: '/credentialToken', message }]);
  }
  if (passphrase !== null) return { kind: 'passphrase', passphrase, ...(otp === null ? {} : { otp }) };
  return otp === null ? { kind: 'none' } : { kind: 'otp', otp };
}

export function zeroActivation(activation: Activation): void {
  switch (activation.kind) {
    case 'none':
      return;
    case 'passphrase':
      activation.passphrase.fill(0);
      activation.otp?.fill(0);
      return;
    case 'otp':
      activation.otp.fill(0);
      return;
    case 'token':
      activation.token.fill(0);
  }
}
