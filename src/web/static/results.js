// What a script adds to a result: checking again, printing, the file that goes along for its signed version, and the preview.

import { keptFiles, putFiles } from './kept.js';
import { sendFiles } from './sending.js';

export function upgradeResults() {
  for (const article of document.querySelectorAll('article[data-file]')) upgradeArticle(article);
  const actions = document.querySelector('#result-actions');
  if (actions === null) return;
  if (keptFiles().length > 0) actions.append(againButton(actions));
  actions.append(button(actions.dataset.textPrint, () => window.print()));
}

/** A result of a file that this page still holds. */
function upgradeArticle(article) {
  const file = keptFiles()[Number(article.dataset.file)];
  if (file === undefined) return;
  for (const form of article.querySelectorAll('form[data-same-file]')) sendAlong(form, file);
  const preview = article.querySelector('.preview');
  if (preview !== null) offerPreview(preview, article, file);
}

/** Nobody chooses a file twice. */
function sendAlong(form, file) {
  const input = form.querySelector('input[type=file]');
  putFiles(input, [file]);
  input.parentElement.hidden = true;
}

/** The library is large; it is loaded when somebody asks for it. */
function offerPreview(preview, article, file) {
  preview.hidden = false;
  const opener = preview.querySelector('button');
  opener.addEventListener('click', async () => {
    opener.disabled = true;
    const { showPreview } = await import('./preview.js');
    await showPreview(preview, article, file);
  });
}

function againButton({ dataset }) {
  const again = button(dataset.textAgain, () => {
    again.disabled = true;
    again.textContent = dataset.textChecking;
    sendFiles(keptFiles(), dataset.address, {
      percent: () => undefined,
      sent: () => undefined,
      failed() {
        again.disabled = false;
        again.textContent = `${dataset.textAgain}: ${dataset.textFailed}`;
      },
    });
  });
  again.setAttribute('aria-live', 'polite');
  return again;
}

function button(text, act) {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = text;
  made.addEventListener('click', act);
  return made;
}
