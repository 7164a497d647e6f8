// The page on which officials sign: come in by the agency's account, see the letter, choose the place, sign. It works without JavaScript.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ownDoneView, ownLetterView } from './own-letter-view.ts';
import { HIDDEN, houseOf, languageOf, sendPage } from './page-reply.ts';
import type { PageSettings } from './page-settings.ts';
import type { DeskProblem, OwnForm, SigningServices } from './signing-services.ts';
import { SIGNING_PROBLEM_TEXTS, SIGNING_TEXTS } from './signing-texts.ts';
import {
  doneView,
  LINK,
  letterView,
  type Notice,
  refusalView,
  SIGNING_PATH,
  signInView,
  signingUrl,
  type View,
  type ViewContext,
} from './signing-view.ts';

// The attempt to sign is on record before its answer leaves, whatever it is.
const RECORDED = { ...HIDDEN, config: { audit: 'signature' } } as const;
const SHEET = '/assets/signing.css';

/** Registers the page's routes; its files are those of the upload page. */
export async function signingPage(
  app: FastifyInstance,
  services: SigningServices,
  settings: PageSettings,
): Promise<void> {
  const house = houseOf(settings, services.development);
  const show: Show = (request, reply, { title, content }, link) =>
    sendPage(
      reply.header('Cache-Control', 'no-store'),
      {
        language: languageOf(request),
        title,
        path: SIGNING_PATH,
        query: link === '' ? {} : { [LINK]: link },
        sheet: SHEET,
        house,
      },
      content,
    );
  const desk: Desk = { services, show };
  app.setErrorHandler((error, request, reply) => refuse(error, request, reply, desk));
  app.get(SIGNING_PATH, HIDDEN, (request, reply) => visit(request, reply, desk));
  app.get(`${SIGNING_PATH}/masuk`, HIDDEN, (request, reply) => {
    const { lain } = request.query as { lain?: unknown };
    return services.begin(reply, linkOf(request), lain !== undefined);
  });
  app.get(`${SIGNING_PATH}/kembali`, HIDDEN, async (request, reply) => {
    const link = await services.complete(request, reply);
    const url = signingUrl(languageOf(request), '', link);
    return reply.header('Cache-Control', 'no-store').redirect(url, 303);
  });
  app.get(`${SIGNING_PATH}/surat`, HIDDEN, (request, reply) => sendLetter(request, reply, desk));
  app.post(SIGNING_PATH, RECORDED, (request, reply) => sign(request, reply, desk));
  const { own } = services;
  if (own !== null)
    app.post(`${SIGNING_PATH}/berkas`, RECORDED, (request, reply) => signOwn(request, reply, own, desk));
  app.post(`${SIGNING_PATH}/kirim`, HIDDEN, async (request, reply) => {
    const form = await services.readForm(request);
    const outcome = await services.deliverAgain(request, form);
    return show(
      request,
      reply,
      doneView(outcome, form.session, contextOf(request, services)),
      outcome.sealed,
    );
  });
  app.post(`${SIGNING_PATH}/kode`, HIDDEN, async (request, reply) => {
    const form = await services.readForm(request);
    await services.sendCode(request, form);
    const message = SIGNING_TEXTS.codeSent[languageOf(request)];
    return await showLink(request, reply, desk, form, { kind: 'done', message });
  });
  app.post(`${SIGNING_PATH}/keluar`, HIDDEN, async (request, reply) => {
    const { fields } = await services.readForm(request);
    services.leave(reply);
    return reply.redirect(signingUrl(languageOf(request), '', fields.get('link') ?? ''), 303);
  });
}

type Show = (request: FastifyRequest, reply: FastifyReply, view: View, link: string) => FastifyReply;

interface Desk {
  readonly services: SigningServices;
  readonly show: Show;
}

async function visit(request: FastifyRequest, reply: FastifyReply, desk: Desk): Promise<FastifyReply> {
  const link = linkOf(request);
  const session = desk.services.session(request);
  const { own } = desk.services;
  const context = contextOf(request, desk.services);
  if (session === null || (link === '' && own === null))
    return desk.show(request, reply, signInView(link, own === null, context), link);
  if (link === '' && own !== null)
    return desk.show(
      request,
      reply,
      ownLetterView(own.signer(session), session, null, new Map(), context),
      '',
    );
  const form = { session, fields: new Map([['link', link]]) };
  return await showLink(request, reply, desk, form, null);
}

/** The letter, or what has come of it. */
async function showLink(
  request: FastifyRequest,
  reply: FastifyReply,
  { services, show }: Desk,
  { session, fields }: OwnForm,
  notice: Notice | null,
): Promise<FastifyReply> {
  const link = fields.get('link') ?? '';
  const context = contextOf(request, services);
  const found = await services.visit(request, link, session);
  const view =
    'done' in found
      ? doneView(found.done, session, context)
      : letterView(found.waiting, session, notice, fields, context);
  return show(request, reply, view, link);
}

async function sendLetter(request: FastifyRequest, reply: FastifyReply, desk: Desk): Promise<FastifyReply> {
  const session = desk.services.session(request);
  if (session === null) return reply.redirect(signingUrl(languageOf(request), '', linkOf(request)), 303);
  const letter = await desk.services.letter(request, linkOf(request), session);
  return reply
    .type('application/pdf')
    .header('Cache-Control', 'no-store')
    .header('Content-Disposition', 'inline; filename="surat.pdf"')
    .send(Buffer.from(letter.buffer, letter.byteOffset, letter.byteLength));
}

async function sign(request: FastifyRequest, reply: FastifyReply, desk: Desk): Promise<FastifyReply> {
  const { services, show } = desk;
  const form = await services.readForm(request);
  try {
    const outcome = await services.sign(request, reply, form);
    return show(
      request,
      reply,
      doneView(outcome, form.session, contextOf(request, services)),
      outcome.sealed,
    );
  } catch (error) {
    const problem = services.refuse(error, request, reply);
    if (FINAL.has(problem.code)) return showRefusal(problem, request, reply, desk);
    return await letterAgain(problem, request, reply, desk, form);
  }
}

/** A letter that the official brought; what is wrong is told above an empty form. */
async function signOwn(
  request: FastifyRequest,
  reply: FastifyReply,
  own: NonNullable<SigningServices['own']>,
  { services, show }: Desk,
): Promise<FastifyReply> {
  const context = contextOf(request, services);
  const session = services.session(request);
  try {
    return show(request, reply, ownDoneView(await own.sign(request, reply), context), '');
  } catch (error) {
    const problem = services.refuse(error, request, reply);
    if (session === null || FINAL.has(problem.code))
      return showRefusal(problem, request, reply, { services, show });
    const message = messageOf(problem, request);
    const notice: Notice = { kind: 'problem', message, fields: problem.fields };
    return show(request, reply, ownLetterView(own.signer(session), session, notice, new Map(), context), '');
  }
}

/** With what was wrong above it; the place is kept, secrets are not. */
async function letterAgain(
  problem: DeskProblem,
  request: FastifyRequest,
  reply: FastifyReply,
  desk: Desk,
  form: OwnForm,
): Promise<FastifyReply> {
  const message = messageOf(problem, request);
  const fields = problem.code.startsWith('placement-') ? ['x'] : problem.fields;
  try {
    return await showLink(request, reply, desk, form, { kind: 'problem', message, fields });
  } catch {
    // The letter cannot be shown again; what kept it from being signed is what has to be told.
    return showRefusal(problem, request, reply, desk);
  }
}

/** Nothing in the form could put these right. */
const FINAL: ReadonlySet<string> = new Set([
  'document-changed',
  'signing-link-invalid',
  'signing-link-expired',
  'signing-in-progress',
  'signer-is-another',
  'address-not-listed',
  'client-disabled',
  'form-refused',
  'letter-unavailable',
]);

/** A link that may be opened again shows how. */
const HOPELESS: ReadonlySet<string> = new Set([
  'signing-link-invalid',
  'signing-link-expired',
  'address-not-listed',
  'client-disabled',
]);

function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply, desk: Desk): FastifyReply {
  return showRefusal(desk.services.refuse(error, request, reply), request, reply, desk);
}

function showRefusal(
  problem: DeskProblem,
  request: FastifyRequest,
  reply: FastifyReply,
  { services, show }: Desk,
): FastifyReply {
  const link = HOPELESS.has(problem.code) ? '' : linkOf(request);
  const another = problem.code === 'signer-is-another';
  const view = refusalView(messageOf(problem, request), link, another, contextOf(request, services));
  return show(request, reply, view, link);
}

function messageOf({ code, detail }: DeskProblem, request: FastifyRequest): string {
  return (SIGNING_PROBLEM_TEXTS[code] ?? detail)[languageOf(request)];
}

function contextOf(request: FastifyRequest, { timeZone }: SigningServices): ViewContext {
  return { language: languageOf(request), timeZone, requestId: request.id };
}

function linkOf(request: FastifyRequest): string {
  const { [LINK]: link } = request.query as Readonly<Record<string, unknown>>;
  return typeof link === 'string' ? link : '';
}
