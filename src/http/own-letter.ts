// An official signs a letter that no application has asked for: it comes with the form and goes back with the answer.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiClient } from '../identity/api-clients.ts';
import type { Session } from '../identity/sign-in-session.ts';
import { noteAttempt } from './audit-trail.ts';
import type { AppServices, SignerAccount } from './ports.ts';
import { HttpProblem } from './problems.ts';
import { type SignedBytes, sha256Of, signAtDesk } from './sign-at-desk.ts';
import type { SigningSessions } from './signing-session.ts';
import { readUpload } from './upload.ts';

// What stands in the record where otherwise the credential stands.
const KEY_ID = 'signing-page';

export interface OwnLetterDesk {
  /** Who has come in, as a signer. @throws HttpProblem `signer-is-another`; ClientRefused */
  signer(session: Session): SignerAccount;
  /** @throws HttpProblem `form-refused`, `document-changed`, as `readUpload` and `signAtDesk` */
  sign(
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<SignedBytes & { readonly sha256: string; readonly fileName: string | null }>;
}

/** @param client - of the clients file, for which officials sign what they bring */
export function ownLetterDesk(
  client: string,
  sessions: SigningSessions,
  services: AppServices,
): OwnLetterDesk {
  const find = (session: Session): { readonly client: ApiClient; readonly signer: SignerAccount } => {
    const known = services.clients.named(client, KEY_ID);
    const signer = services.account(known, session.name);
    if (signer === null) throw new HttpProblem('signer-is-another');
    return { client: known, signer };
  };
  return {
    signer: (session) => find(session).signer,
    sign: async (request, reply) => {
      // Nobody who has not come in makes us read 50 MB.
      if (sessions.of(request) === null) throw new HttpProblem('form-refused');
      const { file, fields, fileName } = await readUpload(request, services.settings.maxUploadMegabytes);
      const found = find(sessions.requireOwnForm(request, fields));
      request.client = found.client;
      const sha256 = sha256Of(file);
      noteAttempt(request, services, { signer: found.signer.id, expectedSha256: sha256 });
      // Without a script the page has seen nothing of the file; with one it says what it has drawn.
      const seen = fields.get('seen') || sha256;
      const order = { signer: found.signer.id, order: {}, seen, letter: async () => file };
      const signed = await signAtDesk(
        { request, reply },
        order,
        new Map([...fields, ['seen', seen]]),
        services,
      );
      return { ...signed, sha256: sha256Of(signed.pdf), fileName };
    },
  };
}
