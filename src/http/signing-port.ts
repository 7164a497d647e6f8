// What the page for officials is given: the desk and the sessions, in the words of the page.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '../identity/sign-in-session.ts';
import type { VerificationReport } from '../index.ts';
import type { Text } from '../report/language.ts';
import { logProblem, problemHeaders } from './error-handler.ts';
import { ownLetterDesk } from './own-letter.ts';
import type { AppServices, SignerAccount } from './ports.ts';
import { problemDetail } from './problem-answer.ts';
import { problemOf } from './problem-of-error.ts';
import { HttpProblem, PROBLEM_STATUS } from './problems.ts';
import { inSigningTime } from './sign-request.ts';
import { type OpenedLink, type SignedOnDesk, signingDesk } from './signing-desk.ts';
import type { SigningPage } from './signing-page.ts';
import type { PlaceChoice } from './signing-place.ts';
import { signingSessions } from './signing-session.ts';
import { readFields } from './upload.ts';

/** A form of our own page, sent by whoever has come in. */
interface OwnForm {
  readonly session: Session;
  readonly fields: ReadonlyMap<string, string>;
}

/** What has to be asked of whoever signs. */
interface ShownSigner {
  readonly signerName: string;
  readonly secondFactor: 'totp' | 'email' | null;
  readonly secret: 'passphrase' | 'otp' | 'none';
}

/** What a link says to its addressee. */
interface ShownLink extends ShownSigner {
  readonly sealed: string;
  readonly title: string;
  /** Of the application. */
  readonly client: string;
  readonly back: string | null;
  readonly expiresAt: number;
  /** Lower-case hexadecimal. */
  readonly documentSha256: string;
}

interface ShownLetter extends ShownLink {
  readonly size: number;
  readonly report: VerificationReport;
  readonly place: PlaceChoice;
}

interface ShownOutcome extends ShownLink {
  readonly signatureId: string;
  readonly sha256: string;
  readonly delivered: boolean;
  readonly pdf: Uint8Array | null;
}

/** The services of the signing page, made from those of the app. */
export function signingPort(page: SigningPage, services: AppServices) {
  const desk = signingDesk(page, services);
  const sessions = signingSessions(page, services);
  const { production, maxUploadMegabytes, timeZone } = services.settings;
  const { uploadClient } = page;
  const own = uploadClient === null ? null : ownLetterDesk(uploadClient, sessions, services);
  return {
    /** Null: officials sign what applications ask for. */
    own:
      own === null
        ? null
        : {
            signer: (session: Session): ShownSigner => shownSigner(own.signer(session)),
            sign: own.sign,
          },
    session: (request: FastifyRequest): Session | null => sessions.of(request),
    begin: sessions.begin,
    complete: sessions.complete,
    leave: (reply: FastifyReply): void => sessions.end(reply),
    /** @throws HttpProblem `form-refused` */
    readForm: async (request: FastifyRequest): Promise<OwnForm> => {
      const fields = await readFields(request);
      return { session: sessions.requireOwnForm(request, fields), fields };
    },
    visit: async (
      request: FastifyRequest,
      sealed: string,
      session: Session,
    ): Promise<{ readonly waiting: ShownLetter } | { readonly done: ShownOutcome }> => {
      const opened = desk.open(sealed, session);
      const done = await desk.done(opened);
      if (done !== null) return { done: { ...shown(opened), ...done, pdf: null } };
      const { letter, report, place } = await desk.look(request, opened);
      return { waiting: { ...shown(opened), size: letter.length, report, place } };
    },
    letter: (request: FastifyRequest, sealed: string, session: Session): Promise<Uint8Array> =>
      desk.fetchLetter(request, desk.open(sealed, session)),
    sign: async (
      request: FastifyRequest,
      reply: FastifyReply,
      { session, fields }: OwnForm,
    ): Promise<ShownOutcome> => {
      const opened = desk.open(fields.get('link') ?? '', session);
      return outcome(await desk.sign(request, reply, opened, fields));
    },
    deliverAgain: async (request: FastifyRequest, { session, fields }: OwnForm): Promise<ShownOutcome> =>
      outcome(await desk.deliverAgain(request, desk.open(fields.get('link') ?? '', session))),
    /** Says the same whether or not it was needed. @throws HttpProblem, IdentityRefused, CodeNotDelivered */
    sendCode: async (request: FastifyRequest, { session, fields }: OwnForm): Promise<void> => {
      const { client, signer } = desk.open(fields.get('link') ?? '', session);
      const { sendCode } = services;
      if (sendCode === null) throw new HttpProblem('codes-not-configured');
      await inSigningTime(request, services, () => sendCode(client, signer.id, 1));
    },
    refuse: (error: unknown, request: FastifyRequest, reply: FastifyReply): ShownProblem => {
      const problem = problemOf(error);
      // For the record of the attempt.
      request.problem = problem;
      logProblem(request, problem);
      problemHeaders(problem, reply);
      const detail = (language: 'id' | 'en'): string =>
        problemDetail(problem, { language, maxUploadMegabytes });
      return {
        code: problem.code,
        status: PROBLEM_STATUS[problem.code],
        detail: { id: detail('id'), en: detail('en') },
        fields: problem.faults.map(({ pointer }) => pointer.slice(1)),
      };
    },
    development: !production,
    timeZone,
  };
}

interface ShownProblem {
  readonly code: string;
  readonly status: number;
  readonly detail: Text;
  /** Of the form, where they are not as they must be. */
  readonly fields: readonly string[];
}

function shown({ sealed, link, signer, client }: OpenedLink): ShownLink {
  const { title, back, expiresAt, document: documentSha256 } = link;
  const asked = { back, expiresAt, documentSha256, ...shownSigner(signer) };
  return { sealed, title, client: client.name, ...asked };
}

function shownSigner({ id, name, secondFactor, activation }: SignerAccount): ShownSigner {
  const secret = activation === 'none' || activation === 'otp' ? activation : 'passphrase';
  return { signerName: name ?? id, secondFactor, secret };
}

function outcome({ signatureId, sha256, delivered, pdf, ...opened }: SignedOnDesk): ShownOutcome {
  return { ...shown(opened), signatureId, sha256, delivered, pdf };
}
