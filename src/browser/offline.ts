// The offline verifier: a page that was saved as one file. It opens documents from the device, judges them here and asks nobody.

import type { Language } from '../report/language.ts';
import { fileProblemText } from '../report/problem-texts.ts';
import { fillText } from '../report/template.ts';
import { timeText } from '../report/time-text.ts';
import { type Html, html } from '../web/html.ts';
import { PAGE_TEXTS } from '../web/page-texts.ts';
import { result } from '../web/result.ts';
import { symbol } from '../web/symbols.ts';
import { type Embedded, readEmbedded } from './embedded.ts';
import { OFFLINE_TEXTS } from './offline-texts.ts';
import { type VerifiedHere, verifyHere } from './verify-here.ts';

/** The document that is looked at, and what was found out about it. */
interface Opened {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Whether somebody has tried a password already. */
  readonly passwordTried: boolean;
  /** Null while it is judged. */
  readonly verified: VerifiedHere | null;
}

// Nobody waits here for anybody else; this ends what no honest document takes.
const TIME_LIMIT_MS = 120_000;

const embedded = readEmbedded(byId('embedded').textContent ?? '');
let language: Language = embedded.language;
let opened: Opened | null = null;

/** Shows the state as it is; focus goes where a reader has to begin. */
function show(): void {
  document.documentElement.lang = language;
  document.title = OFFLINE_TEXTS.title[language];
  byId('language').textContent = OFFLINE_TEXTS.other[language];
  byId('language').lang = language === 'id' ? 'en' : 'id';
  put(byId('content'), html`${start(embedded)}<div id="outcome">${outcome()}</div>`);
  // What leads to the service has nowhere to lead to from here.
  for (const away of document.querySelectorAll('#outcome form, #outcome a[href^="/"]')) away.remove();
  connect();
  const begin = document.querySelector('#error-summary, #verdict');
  if (begin instanceof HTMLElement) begin.focus();
}

function start({ trustList, timeZone }: Embedded): Html {
  const text = (key: keyof typeof OFFLINE_TEXTS): string => OFFLINE_TEXTS[key][language];
  const time = timeText(trustList.asOf, { language, timeZone });
  return html`<h1>${text('title')}</h1>
<p class="lead">${text('lead')}</p>
<div class="drop" id="drop">
<label for="file">${PAGE_TEXTS.file[language]}</label>
<p class="hint" id="file-hint">${text('hint')}</p>
<input type="file" id="file" accept="application/pdf,.pdf" aria-describedby="file-hint">
<p class="chosen" id="chosen" role="status">${opened === null ? '' : opened.name}</p>
</div>
<section class="checks" id="limits"><h2>${text('limits')}</h2>
<ul><li>${fillText(OFFLINE_TEXTS.trustList[language], { version: trustList.version, time })}</li>
<li>${text('revocation')}</li>
<li>${text('clock')}</li></ul></section>`;
}

function outcome(): Html | null {
  if (opened === null) return null;
  const { verified, name } = opened;
  if (verified === null) return html`<p role="status">${PAGE_TEXTS.checking[language]}</p>`;
  const { report, unavailable } = verified;
  const problem = report.problem === null ? null : fileProblemText(report.problem.code);
  if (problem !== null) return unreadable(problem[language]);
  if (report.verdict === 'SERVICE_ERROR') return undecided(unavailable);
  const { timeZone } = embedded;
  const context = { language, timeZone, requestId: '', fileName: name, onDevice: true };
  const { content } = result(report, context, { file: null, idPrefix: '', alone: true });
  return html`${beyond(unavailable)}${content}`;
}

function unreadable(message: string): Html {
  const locked = opened?.verified?.report.problem?.code === 'pdf-encrypted';
  const again = locked && opened?.passwordTried === true;
  return html`<div class="error-summary" id="error-summary" role="alert" tabindex="-1" aria-labelledby="error-title">
<h2 id="error-title">${PAGE_TEXTS.problem[language]}</h2><p>${again ? OFFLINE_TEXTS.wrongPassword[language] : message}</p></div>
${locked ? passwordForm() : null}`;
}

function passwordForm(): Html {
  return html`<p><label for="password">${OFFLINE_TEXTS.password[language]}</label>
<input type="password" id="password" autocomplete="off"></p>
<p><button type="button" id="unlock">${OFFLINE_TEXTS.open[language]}</button></p>`;
}

function undecided(unavailable: readonly string[]): Html {
  return html`<article class="result look-none"><section class="verdict" role="alert">
<div class="headline">${symbol('none', language)}<h2 id="verdict" tabindex="-1">${OFFLINE_TEXTS.unavailableTitle[language]}</h2></div>
<p class="sentence">${OFFLINE_TEXTS.undecided[language]}</p>
${beyond(unavailable)}</section></article>`;
}

function beyond(unavailable: readonly string[]): Html | null {
  if (unavailable.length === 0) return null;
  const algorithms = unavailable.join(', ');
  const said = fillText(OFFLINE_TEXTS.unavailable[language], { algorithms });
  return html`<p class="sentence" id="unavailable" data-algorithms="${algorithms}">${said}</p>`;
}

function connect(): void {
  const input = byId('file') as HTMLInputElement;
  const zone = byId('drop');
  input.addEventListener('change', () => choose(input.files));
  zone.addEventListener('dragover', (event) => event.preventDefault());
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    choose(event.dataTransfer?.files ?? null);
  });
  document.querySelector('#unlock')?.addEventListener('click', () => {
    const { value } = byId('password') as HTMLInputElement;
    if (opened !== null) judge({ ...opened, passwordTried: true }, new TextEncoder().encode(value));
  });
}

function choose(files: FileList | null): void {
  const file = files?.[0];
  if (file === undefined) return;
  file.arrayBuffer().then(
    (buffer) => {
      const bytes = new Uint8Array(buffer);
      judge({ name: file.name, bytes, passwordTried: false, verified: null }, null);
    },
    // The file is gone, or is not for this person to read: the field says so itself.
    () => show(),
  );
}

function judge(document: Opened, password: Uint8Array | null): void {
  opened = { ...document, verified: null };
  show();
  verifyHere(document.bytes, {
    trustList: embedded.trustList,
    policy: embedded.policy,
    now: Date.now(),
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
    ...(password === null ? {} : { password }),
  }).then((verified) => {
    // Another document may have been opened meanwhile.
    if (opened?.bytes !== document.bytes) return;
    opened = { ...document, verified };
    show();
  }, showDefect);
}

/** Verification answers whatever the document is; what is thrown all the same is ours. */
function showDefect(): void {
  put(byId('outcome'), undecided([]));
}

function put(place: Element, { markup }: Html): void {
  const parsed = new DOMParser().parseFromString(markup, 'text/html');
  place.replaceChildren(...parsed.body.childNodes);
}

function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}

byId('language').addEventListener('click', () => {
  language = language === 'id' ? 'en' : 'id';
  show();
});
show();
