// The form: a real button to choose, files dropped onto it, what was chosen, progress, cancelling.

import { keepFiles, keptFiles, putFiles } from './kept.js';
import { sendBody, sendFiles } from './sending.js';

const ANNOUNCED_STEP = 25;

export function upgradeForm() {
  const form = document.querySelector('#upload');
  if (form === null) return;
  const input = form.querySelector('#file');
  offerPrivacy(form);
  const chooser = addChooser(form, input);
  if (input.files.length === 0 && keptFiles().length > 0) putFiles(input, keptFiles());
  showChosen(form, input, chooser);
  input.addEventListener('change', () => showChosen(form, input, chooser));
  acceptDrops(form, input, chooser);
  form.addEventListener('submit', (event) => {
    // Another button of the form may want a file to download; that one is the browser's.
    const isPrivate = form.querySelector('#private').checked;
    if (event.submitter?.dataset.download !== undefined && !isPrivate) return;
    event.preventDefault();
    return begin(form, [...input.files]);
  });
}

/** What would send the document is not offered together with it. */
function offerPrivacy(form) {
  const box = form.querySelector('#private');
  const downloads = form.querySelectorAll('[data-download]');
  form.querySelector('#privacy-mode').hidden = false;
  box.addEventListener('change', () => {
    for (const download of downloads) download.hidden = box.checked;
  });
}

function begin(form, files) {
  const { dataset } = form;
  const size = files.reduce((sum, file) => sum + file.size, 0);
  if (files.length === 0) return showFormError(form, dataset.textMissing);
  if (files.length > Number(dataset.maxFiles)) return showFormError(form, dataset.textMany);
  if (size > Number(dataset.maxBytes)) return showFormError(form, dataset.textLarge);
  if (form.querySelector('#private').checked) return beginPrivately(form, files);
  keepFiles(files);
  const panel = progressPanel(form);
  return panel.begin(sendFiles(files, form.action, panel.progress));
}

/** The document is read here; nothing that the result offers may send it after all, so the page does not keep it. */
async function beginPrivately(form, files) {
  const { dataset } = form;
  const [file] = files;
  if (files.length > 1) return showFormError(form, dataset.textOne);
  keepFiles([]);
  const panel = progressPanel(form);
  let cancelled = false;
  let cancelSending = () => undefined;
  panel.begin(() => {
    cancelled = true;
    cancelSending();
  });
  panel.progress.reading();
  try {
    const { stateForService } = await import('/assets/private-mode.js');
    const stated = await stateForService(file, document.documentElement.lang);
    if (cancelled) return;
    if (stated.problem !== undefined) return panel.progress.refused(stated.problem);
    const encoding = stated.compressed ? { 'Content-Encoding': 'gzip' } : {};
    const headers = { 'Content-Type': 'application/json', ...encoding };
    cancelSending = sendBody(stated.body, headers, dataset.private, panel.progress);
  } catch {
    // The program could not be loaded, or the device could not read the file.
    if (!cancelled) panel.progress.failed();
  }
}

// Voice control cannot open a browser's own file field; a real button can be named.
function addChooser(form, input) {
  const chooser = document.createElement('button');
  chooser.type = 'button';
  chooser.id = 'choose';
  chooser.textContent = form.dataset.textChoose;
  chooser.setAttribute('aria-describedby', input.getAttribute('aria-describedby'));
  chooser.addEventListener('click', () => input.click());
  input.hidden = true;
  input.after(chooser);
  const summaryLink = document.querySelector('#error-summary a');
  if (summaryLink !== null) summaryLink.href = '#choose';
  return chooser;
}

function showChosen(form, input, chooser) {
  const files = [...input.files];
  chooser.textContent = files.length === 0 ? form.dataset.textChoose : form.dataset.textChange;
  const lines = files.map((file) => {
    const line = document.createElement('span');
    line.textContent = `${file.name} (${sizeText(file.size)})`;
    return line;
  });
  form.querySelector('#chosen').replaceChildren(...lines);
}

function sizeText(bytes) {
  const units = ['B', 'kB', 'MB', 'GB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumSignificantDigits: 3 });
  return `${number.format(bytes / 1000 ** step)} ${units[step]}`;
}

function acceptDrops(form, input, chooser) {
  const zone = form.querySelector('#drop');
  const mark = (over) => (event) => {
    event.preventDefault();
    zone.classList.toggle('over', over);
  };
  zone.addEventListener('dragover', mark(true));
  zone.addEventListener('dragleave', mark(false));
  zone.addEventListener('drop', (event) => {
    mark(false)(event);
    const { files } = event.dataTransfer;
    if (files.length === 0) return;
    putFiles(input, files);
    showChosen(form, input, chooser);
  });
}

/** Puts the error at the top, with a link to the field, and beside the field. */
export function showFormError(form, message) {
  document.querySelector('#error-summary')?.remove();
  form.querySelector('.field-error')?.remove();
  const chooser = form.querySelector('#choose');
  const summary = made('div', { id: 'error-summary', className: 'error-summary', tabIndex: -1 });
  summary.setAttribute('role', 'alert');
  summary.append(
    made('h2', { textContent: form.dataset.textProblem }),
    made('a', { href: '#choose', textContent: message }),
  );
  document.querySelector('main').prepend(summary);
  chooser.before(made('p', { id: 'file-error', className: 'field-error', textContent: message }));
  chooser.setAttribute('aria-describedby', 'file-error file-hint');
  if (!document.title.startsWith(form.dataset.textError))
    document.title = `${form.dataset.textError} ${document.title}`;
  summary.focus();
}

function made(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

/** What shows an upload under way, and how it is stopped. */
export function progressPanel(form) {
  const { dataset } = form;
  const panel = form.querySelector('#progress');
  const bar = panel.querySelector('progress');
  const shown = panel.querySelector('#progress-text');
  const announced = panel.querySelector('#progress-status');
  const submits = form.querySelectorAll('[type=submit]');
  let spoken = -1;
  const busy = (is) => {
    panel.hidden = !is;
    for (const submit of submits) submit.disabled = is;
  };
  const percent = (part) => {
    const text = dataset.textUploading.replace('{percent}', String(part));
    shown.textContent = text;
    bar.value = part;
    const step = Math.floor(part / ANNOUNCED_STEP);
    if (step !== spoken) announced.textContent = text;
    spoken = step;
  };
  return {
    begin(cancel) {
      busy(true);
      percent(0);
      panel.querySelector('#cancel').onclick = () => {
        cancel();
        busy(false);
        form.querySelector('#chosen').textContent = dataset.textCancelled;
        form.querySelector('#choose').focus();
      };
    },
    progress: {
      percent,
      sent() {
        shown.textContent = dataset.textChecking;
        announced.textContent = dataset.textChecking;
        bar.removeAttribute('value');
      },
      reading() {
        shown.textContent = dataset.textReading;
        announced.textContent = dataset.textReading;
        bar.removeAttribute('value');
      },
      refused(message) {
        busy(false);
        showFormError(form, message);
      },
      failed() {
        busy(false);
        showFormError(form, dataset.textFailed);
      },
    },
  };
}
