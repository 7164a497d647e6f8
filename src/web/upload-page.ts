// The upload page: GET shows the form, POST answers with the result. It works without JavaScript.

import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { VerificationReport } from '../index.ts';
import type { CheckedCode } from '../letters/check-letter-code.ts';
import { VERDICT_TEXTS } from '../report/catalogue.ts';
import type { Language, Text } from '../report/language.ts';
import { PROBLEM_TEXTS } from '../report/problem-texts.ts';
import { fillText } from '../report/template.ts';
import { helpSection } from './help.ts';
import { type Html, html } from './html.ts';
import { type PageFrame, page } from './layout.ts';
import { LETTER_PATH, letterPage } from './letter-page.ts';
import { PAGE_TEXTS } from './page-texts.ts';
import { type DocumentedProblem, policyPage, problemsPage } from './reference.ts';
import { result } from './result.ts';
import { VERSION_PATH } from './signed-versions.ts';
import { symbol } from './symbols.ts';
import { type FormError, uploadForm } from './upload-form.ts';

/** A refusal as the page shows it. */
export interface PageProblem {
  readonly code: string;
  readonly status: number;
  readonly detail: Text;
}

/** What the page is given: the same check and the same table of problems that REST answers come from. */
export interface PageServices {
  /** Reads the form and judges the file. @throws what `problemOf` understands */
  check(request: FastifyRequest): Promise<{ fileName: string | null; report: VerificationReport }>;
  /** Reads the form and answers with the version that it asks for. @throws what `problemOf` understands */
  sendVersion(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  /** Logs the error and puts its status and headers on the reply. */
  refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): PageProblem;
  /** What a report's own problem amounts to. */
  problemOfReport(problem: NonNullable<VerificationReport['problem']>): unknown;
  checkLetterCode(code: string): Promise<CheckedCode>;
  readonly problems: readonly DocumentedProblem[];
  readonly development: boolean;
  readonly maxUploadMegabytes: number;
  readonly timeZone: string;
}

/** Registers the page's routes and its static files. */
export async function uploadPage(app: FastifyInstance, services: PageServices): Promise<void> {
  const { development } = services;
  await app.register(fastifyStatic, {
    root: new URL('./static/', import.meta.url),
    prefix: '/assets/',
    schemaHide: true,
    maxAge: '1h',
  });
  app.setErrorHandler((error, request, reply) => sendRefusal(error, request, reply, services));
  app.get('/', { schema: { hide: true } }, (request, reply) => {
    const language = languageOf(request);
    const form = uploadForm(language, services.maxUploadMegabytes, null);
    return send(reply, frame(language, PAGE_TEXTS.title[language], development), form);
  });
  app.post('/', { schema: { hide: true } }, (request, reply) => check(request, reply, services));
  app.post(VERSION_PATH, { schema: { hide: true } }, (request, reply) =>
    services.sendVersion(request, reply),
  );
  app.get(LETTER_PATH, { schema: { hide: true } }, async (request, reply) => {
    const language = languageOf(request);
    const { code } = request.query as { readonly code?: unknown };
    const given = typeof code === 'string' ? code : '';
    const checked = given === '' ? null : await services.checkLetterCode(given);
    const { title, content } = letterPage(language, given, checked);
    const framed = { ...frame(language, title, development), path: LETTER_PATH };
    return send(reply.header('Cache-Control', 'no-store'), framed, content);
  });
  app.get('/docs/problems', { schema: { hide: true } }, (request, reply) => {
    const { title, content } = problemsPage(languageOf(request), services.problems);
    return send(
      reply,
      { ...frame(languageOf(request), title, development), path: '/docs/problems' },
      content,
    );
  });
  app.get('/docs/policy', { schema: { hide: true } }, (request, reply) => {
    const { title, content } = policyPage(languageOf(request));
    return send(reply, { ...frame(languageOf(request), title, development), path: '/docs/policy' }, content);
  });
}

async function check(
  request: FastifyRequest,
  reply: FastifyReply,
  services: PageServices,
): Promise<FastifyReply> {
  const { fileName, report } = await services.check(request);
  if (report.problem !== null) throw services.problemOfReport(report.problem);
  const language = languageOf(request);
  const { timeZone, development } = services;
  const { title, content } = result(report, { language, timeZone, requestId: request.id, fileName });
  return send(reply.header('Cache-Control', 'no-store'), frame(language, title, development), content);
}

function sendRefusal(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  services: PageServices,
): FastifyReply {
  const problem = services.refuse(error, request, reply);
  const language = languageOf(request);
  const { title, content } = isOurFault(problem)
    ? serviceError(language, request.id)
    : formAgain(problem, language, services.maxUploadMegabytes);
  const windowTitle = `${PAGE_TEXTS.errorPrefix[language]} ${title}`;
  return send(reply, frame(language, windowTitle, services.development), content);
}

// A busy service says so in its own words; whatever else fails on our side is told as an unfinished check.
function isOurFault({ status, code }: PageProblem): boolean {
  return status >= 500 && !(code in PROBLEM_TEXTS);
}

function serviceError(language: Language, requestId: string): { title: string; content: Html } {
  const { title, sentence, action } = VERDICT_TEXTS.SERVICE_ERROR;
  const content = html`<article class="result look-none" id="result">
<section class="verdict" role="alert"><div class="headline">${symbol('none', language)}<h1 id="verdict" tabindex="-1">${title[language]}</h1></div>
<p class="sentence">${fillText(sentence[language], { requestId })}</p></section>
<section class="action"><h2>${PAGE_TEXTS.action[language]}</h2><p>${action[language]}</p></section>
<div class="actions" id="result-actions"><a class="button" href="/?lang=${language}">${PAGE_TEXTS.another[language]}</a></div>
</article>
${helpSection(language)}`;
  return { title: title[language], content };
}

function formAgain(
  problem: PageProblem,
  language: Language,
  maxUploadMegabytes: number,
): { title: string; content: Html } {
  const title = UNREADABLE.has(problem.code)
    ? VERDICT_TEXTS.UNREADABLE.title[language]
    : PAGE_TEXTS.problem[language];
  // Announced by the page itself, with the file that it showed.
  const message = problem.code === 'document-mismatch' ? PAGE_TEXTS.otherFile : problem.detail;
  const error: FormError = { title, message: message[language] };
  return { title, content: uploadForm(language, maxUploadMegabytes, error) };
}

const UNREADABLE: ReadonlySet<string> = new Set([
  'file-empty',
  'not-pdf',
  'pdf-encrypted',
  'pdf-damaged',
  'pdf-unsupported',
  'limits-exceeded',
]);

// Browsers of shared machines are often set to English; the office's language is Indonesian until somebody asks otherwise.
function languageOf(request: FastifyRequest): Language {
  const { lang } = request.query as { lang?: unknown };
  return lang === 'en' ? 'en' : 'id';
}

function frame(language: Language, title: string, development: boolean): PageFrame {
  return { language, title, path: '/', development };
}

function send(reply: FastifyReply, pageFrame: PageFrame, content: Html): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('Content-Language', pageFrame.language)
    .send(page(pageFrame, content));
}
