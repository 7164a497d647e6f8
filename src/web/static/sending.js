// Sends files to the server, tells how far it is, and puts the answer in place of what was there.

/** Tells that `main` is another one now. */
export const MAIN_REPLACED = 'teken-main-replaced';

/**
 * @param progress - `percent(number)` while sending, `sent()` when all is there, `failed()`
 * @returns a function that cancels
 */
export function sendFiles(files, address, progress) {
  const body = new FormData();
  for (const file of files) body.append('file', file);
  return sendBody(body, {}, address, progress);
}

/** As `sendFiles`, of anything. */
export function sendBody(body, headers, address, progress) {
  const request = new XMLHttpRequest();
  request.open('POST', address);
  request.setRequestHeader('Accept', 'text/html');
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  request.upload.addEventListener('progress', ({ loaded, total }) => {
    progress.percent(total === 0 ? 0 : Math.floor((100 * loaded) / total));
  });
  request.upload.addEventListener('load', () => progress.sent());
  request.addEventListener('load', () => showAnswer(request.responseText, progress));
  request.addEventListener('error', () => progress.failed());
  request.send(body);
  return () => request.abort();
}

function showAnswer(text, progress) {
  const answer = new DOMParser().parseFromString(text, 'text/html');
  const main = answer.querySelector('main');
  // What stands between us and the server may answer in its place.
  if (main === null) return progress.failed();
  showMain(main, answer.title);
}

/** Focus goes where a reader has to begin. */
export function showMain(main, title) {
  document.title = title;
  document.querySelector('main').replaceWith(main);
  document.dispatchEvent(new Event(MAIN_REPLACED));
  const start = document.querySelector('#error-summary') ?? document.querySelector('#verdict');
  start?.focus();
  window.scrollTo(0, 0);
}
