// What happens behind the page for officials: open the link, fetch the letter, sign it as REST does, deliver it. Each step asks again
// whether the link is ours, still good, for whoever has come in, and for these very bytes.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiClient } from '../identity/api-clients.ts';
import type { Session } from '../identity/sign-in-session.ts';
import { openSigningLink, type SigningLink } from '../identity/signing-link.ts';
import type { VerificationReport } from '../index.ts';
import { noteAttempt, recordRepeated } from './audit-trail.ts';
import { callerGone } from './caller-gone.ts';
import { judgeInTime } from './check-document.ts';
import { withinDeadline } from './deadline.ts';
import {
  claimLink,
  finishLink,
  type KeptSignature,
  keptSignature,
  markDelivered,
  releaseLink,
} from './kept-signature.ts';
import { loggableError } from './loggable-error.ts';
import { readParameters } from './parameters.ts';
import type { AppServices, SignerAccount } from './ports.ts';
import { HttpProblem } from './problems.ts';
import { orderParameters } from './schemas.ts';
import { type SignedBytes, sha256Of, signAtDesk } from './sign-at-desk.ts';
import type { SigningPage } from './signing-page.ts';
import { type PlaceChoice, placeChoice } from './signing-place.ts';

/** A link that has proven to be ours, for whoever has come in. */
export interface OpenedLink {
  readonly sealed: string;
  readonly link: SigningLink;
  readonly signer: SignerAccount;
  readonly client: ApiClient;
}

/** A letter as it lies before the official. */
export interface LetterOnDesk extends OpenedLink {
  readonly letter: Uint8Array;
  /** Who has signed it before. */
  readonly report: VerificationReport;
  readonly place: PlaceChoice;
}

/** What has come of a link. */
export interface SignedOnDesk extends OpenedLink {
  readonly signatureId: string;
  readonly sha256: string;
  readonly delivered: boolean;
  /** Null where it is not at hand any more; the application has it. */
  readonly pdf: Uint8Array | null;
}

export interface SigningDesk {
  /** @throws SigningLinkRefused; HttpProblem `signer-is-another`, `address-not-listed`; ClientRefused */
  open(sealed: string, session: Session): OpenedLink;
  /** What has come of it before; null: it waits. @throws SharedStateUnavailable */
  done(opened: OpenedLink): Promise<Pick<SignedOnDesk, 'signatureId' | 'sha256' | 'delivered'> | null>;
  /** The very bytes. @throws HttpProblem `letter-unavailable`, `document-changed` */
  fetchLetter(request: FastifyRequest, opened: OpenedLink): Promise<Uint8Array>;
  look(request: FastifyRequest, opened: OpenedLink): Promise<LetterOnDesk>;
  /** @param fields - of the form, whose owner has been asked */
  sign(
    request: FastifyRequest,
    reply: FastifyReply,
    opened: OpenedLink,
    fields: ReadonlyMap<string, string>,
  ): Promise<SignedOnDesk>;
  /** Delivers again what is kept. @throws HttpProblem `letter-unavailable`, `document-changed` */
  deliverAgain(request: FastifyRequest, opened: OpenedLink): Promise<SignedOnDesk>;
}

export function signingDesk(page: SigningPage, services: AppServices): SigningDesk {
  const desk: Desk = { page, services };
  return {
    open: (sealed, session) => openLink(sealed, session, desk),
    done: ({ link }) => keptSignature(link, services.slots, page.sealing),
    fetchLetter: (request, opened) => fetchLetter(request, opened, desk),
    look: async (request, opened) => {
      const letter = await fetchLetter(request, opened, desk);
      const report = await judgeInTime(letter, request, services);
      return { ...opened, letter, report, place: placeChoice(orderOf(opened.link)) };
    },
    sign: (request, reply, opened, fields) => signOnce({ request, reply }, opened, fields, desk),
    deliverAgain: (request, opened) => deliverAgain(request, opened, desk),
  };
}

interface Desk {
  readonly page: SigningPage;
  readonly services: AppServices;
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

// What stands in the record where otherwise the credential stands.
const KEY_ID = 'signing-link';

function openLink(sealed: string, session: Session, { page, services }: Desk): OpenedLink {
  const link = openSigningLink(sealed, services.now(), page.sealing);
  // By the clients file of now: what the operator has taken away since the link was made is taken away from it too.
  const client = services.clients.named(link.client, KEY_ID);
  if (!client.letters.has(link.from) || !client.letters.has(link.to))
    throw new HttpProblem('address-not-listed');
  const signer = services.account(client, session.name);
  if (signer === null || signer.id !== link.signer) throw new HttpProblem('signer-is-another');
  return { sealed, link, signer, client };
}

function orderOf({ order }: SigningLink): ReturnType<typeof orderParameters.parse> {
  return readParameters(orderParameters, order);
}

async function fetchLetter(
  request: FastifyRequest,
  { link }: OpenedLink,
  { page, services }: Desk,
): Promise<Uint8Array> {
  const gone = callerGone(request);
  const letter = await withinDeadline(services.settings.verifyDeadlineMs, gone, (signal) =>
    page.letters.fetch(link.from, link.id, signal),
  );
  if (sha256Of(letter) !== link.document) throw new HttpProblem('document-changed');
  return letter;
}

async function signOnce(
  exchange: Exchange,
  opened: OpenedLink,
  fields: ReadonlyMap<string, string>,
  desk: Desk,
): Promise<SignedOnDesk> {
  const { request } = exchange;
  const { link, client } = opened;
  const { slots } = desk.services;
  request.client = client;
  noteAttempt(request, desk.services, { signer: link.signer, expectedSha256: link.document });
  const state = await claimLink(link, slots, desk.page.sealing);
  if (state.kind === 'in-flight') throw new HttpProblem('signing-in-progress');
  if (state.kind === 'done') {
    const { signatureId } = state.kept;
    await recordRepeated(request, desk.services, { signatureId });
    return { ...opened, ...state.kept, pdf: null };
  }
  let signed: SignedBytes;
  try {
    signed = await signLetter(exchange, opened, fields, desk);
  } catch (error) {
    await releaseLink(link, state.claim, slots);
    throw error;
  }
  return await deliverFirst(opened, signed, state.claim, desk);
}

/** What the link asks for, of the letter as it is in the application now. */
async function signLetter(
  exchange: Exchange,
  opened: OpenedLink,
  fields: ReadonlyMap<string, string>,
  desk: Desk,
): Promise<SignedBytes> {
  const { link } = opened;
  const letter = (): Promise<Uint8Array> => fetchLetter(exchange.request, opened, desk);
  const { signer, document, order } = link;
  return await signAtDesk(exchange, { signer, order, seen: document, letter }, fields, desk.services);
}

async function deliverFirst(
  opened: OpenedLink,
  { signatureId, update, pdf }: SignedBytes,
  claim: string,
  { page, services }: Desk,
): Promise<SignedOnDesk> {
  const { link } = opened;
  const delivered = await deliver(opened, signatureId, pdf, page);
  const sha256 = sha256Of(pdf);
  const kept: KeptSignature = { signatureId, sha256, delivered, update: delivered ? null : update };
  const context = { slots: services.slots, sealing: page.sealing, now: services.now() };
  try {
    if (!(await finishLink(link, claim, kept, context)))
      services.log.warn({ signingRequest: link.id }, 'no room to keep what came of a signing link');
  } catch (error) {
    // It is signed, recorded and in the answer.
    services.log.warn(
      { signingRequest: link.id, error: loggableError(error) },
      'signing link not marked as done',
    );
  }
  return { ...opened, signatureId, sha256, delivered, pdf };
}

function deliver(
  { link }: OpenedLink,
  signatureId: string,
  pdf: Uint8Array,
  { letters }: SigningPage,
): Promise<boolean> {
  const { id: requestId, to: url, document: signedFrom } = link;
  return letters.deliver({ url, requestId, signatureId, signedFrom, pdf });
}

async function deliverAgain(request: FastifyRequest, opened: OpenedLink, desk: Desk): Promise<SignedOnDesk> {
  const { page, services } = desk;
  const { slots } = services;
  const kept = await keptSignature(opened.link, slots, page.sealing);
  if (kept === null) throw new HttpProblem('signing-link-invalid');
  if (kept.delivered || kept.update === null) return { ...opened, ...kept, pdf: null };
  const pdf = Buffer.concat([await fetchLetter(request, opened, desk), kept.update]);
  const delivered = await deliver(opened, kept.signatureId, pdf, page);
  if (delivered)
    await markDelivered(opened.link, kept, { slots, sealing: page.sealing, now: services.now() });
  return { ...opened, ...kept, delivered, pdf };
}
