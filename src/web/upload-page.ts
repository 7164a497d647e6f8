// The upload page: GET shows the form, POST answers with the result. It works without JavaScript.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { VERDICT_TEXTS } from '../report/catalogue.ts';
import type { Language } from '../report/language.ts';
import { PROBLEM_TEXTS } from '../report/problem-texts.ts';
import { unansweredQuestions } from '../report/questions.ts';
import { fillText } from '../report/template.ts';
import { pageAssets } from './assets.ts';
import { fileList } from './file-list.ts';
import { fourAnswers } from './four-answers.ts';
import { GUIDE_PATH, guidePage } from './guide.ts';
import { helpSection } from './help.ts';
import { type Html, html } from './html.ts';
import { letterRoutes } from './letter-routes.ts';
import { HIDDEN, houseOf, languageOf } from './page-reply.ts';
import type { PageProblem, PageServices } from './page-services.ts';
import type { PageSettings } from './page-settings.ts';
import { PAGE_TEXTS } from './page-texts.ts';
import { privateRoute } from './private-page.ts';
import { policyPage, problemsPage } from './reference.ts';
import { reportRoute } from './report-download.ts';
import { result } from './result.ts';
import { resultActions } from './result-actions.ts';
import { CHECKING, type Show, showIn } from './showing.ts';
import { VERSION_PATH } from './signed-versions.ts';
import { symbol } from './symbols.ts';
import { type FormError, type FormLimits, uploadForm } from './upload-form.ts';

/** Registers the page's routes and its files. */
export async function uploadPage(
  app: FastifyInstance,
  services: PageServices,
  settings: PageSettings,
): Promise<void> {
  await pageAssets(app, settings);
  const show = showIn(houseOf(settings, services.development));
  app.setErrorHandler((error, request, reply) => sendRefusal(error, request, reply, services, show));
  app.get('/', HIDDEN, (request, reply) => {
    const language = languageOf(request);
    const form = uploadForm(language, services.limits, null);
    return show(reply, { language, title: PAGE_TEXTS.title[language] }, form);
  });
  app.post('/', CHECKING, (request, reply) => check(request, reply, services, show));
  reportRoute(app, services, {
    languageOf,
    refuse: (reply, language, message) => {
      const title = PAGE_TEXTS.problem[language];
      const form = uploadForm(language, services.limits, { title, message, unjudged: null });
      return show(reply, { language, title: `${PAGE_TEXTS.errorPrefix[language]} ${title}` }, form);
    },
  });
  app.post(VERSION_PATH, HIDDEN, (request, reply) => services.sendVersion(request, reply));
  await privateRoute(app, services, show);
  letterRoutes(app, services, { show, agency: settings.agency });
  referenceRoutes(app, services, show);
}

function referenceRoutes(app: FastifyInstance, services: PageServices, show: Show): void {
  app.get(GUIDE_PATH, HIDDEN, (request, reply) => {
    const language = languageOf(request);
    const { title, content } = guidePage(language);
    return show(reply, { language, title, path: GUIDE_PATH }, content);
  });
  app.get('/docs/problems', HIDDEN, (request, reply) => {
    const language = languageOf(request);
    const { title, content } = problemsPage(language, services.problems);
    return show(reply, { language, title, path: '/docs/problems' }, content);
  });
  app.get('/docs/policy', HIDDEN, (request, reply) => {
    const language = languageOf(request);
    const { title, content } = policyPage(language);
    return show(reply, { language, title, path: '/docs/policy' }, content);
  });
}

async function check(
  request: FastifyRequest,
  reply: FastifyReply,
  services: PageServices,
  show: Show,
): Promise<FastifyReply> {
  const files = await services.check(request);
  const language = languageOf(request);
  const context = { language, timeZone: services.timeZone, requestId: request.id };
  const [only] = files;
  const alone = files.length === 1 ? (only?.report ?? null) : null;
  if (alone?.problem) throw services.problemOfReport(alone.problem);
  const { title, content } =
    alone === null
      ? fileList(files, context)
      : result(alone, { ...context, fileName: only?.fileName ?? null });
  return show(reply.header('Cache-Control', 'no-store'), { language, title }, content);
}

function sendRefusal(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  services: PageServices,
  show: Show,
): FastifyReply {
  const problem = services.refuse(error, request, reply);
  const language = languageOf(request);
  const { title, content } = isOurFault(problem)
    ? serviceError(language, request.id)
    : formAgain(problem, language, services.limits);
  return show(reply, { language, title: `${PAGE_TEXTS.errorPrefix[language]} ${title}` }, content);
}

// A busy service says so in its own words; whatever else fails on our side is told as an unfinished check.
function isOurFault({ status, code }: PageProblem): boolean {
  return status >= 500 && !(code in PROBLEM_TEXTS) && code !== 'report-unavailable';
}

function serviceError(language: Language, requestId: string): { title: string; content: Html } {
  const { title, sentence, action } = VERDICT_TEXTS.SERVICE_ERROR;
  const content = html`<article class="result look-none" id="result">
<section class="verdict" role="alert"><div class="headline">${symbol('none', language)}<h1 id="verdict" tabindex="-1">${title[language]}</h1></div>
<p class="sentence">${fillText(sentence[language], { requestId })}</p>
${fourAnswers(unansweredQuestions(language), language)}</section>
<section class="action"><h2>${PAGE_TEXTS.action[language]}</h2><p>${action[language]}</p></section>
${resultActions(language)}
</article>
${helpSection(language)}`;
  return { title: title[language], content };
}

function formAgain(
  problem: PageProblem,
  language: Language,
  limits: FormLimits,
): { title: string; content: Html } {
  const unreadable = UNREADABLE.has(problem.code);
  const title = unreadable ? VERDICT_TEXTS.UNREADABLE.title[language] : PAGE_TEXTS.problem[language];
  // Announced by the page itself, with the file that it showed.
  const message = problem.code === 'document-mismatch' ? PAGE_TEXTS.otherFile : problem.detail;
  const unjudged = unreadable
    ? { sentence: PAGE_TEXTS.unjudged[language], answers: unansweredQuestions(language) }
    : null;
  const error: FormError = { title, message: message[language], unjudged };
  return { title, content: uploadForm(language, limits, error) };
}

const UNREADABLE: ReadonlySet<string> = new Set([
  'file-empty',
  'not-pdf',
  'pdf-encrypted',
  'pdf-damaged',
  'pdf-unsupported',
  'limits-exceeded',
]);
