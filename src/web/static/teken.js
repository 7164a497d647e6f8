// The same form, upgraded: progress while it is sent, the result in place, the file kept for another check.
// Everything shown comes from the server's page or from the form's data attributes; nothing is put together as markup.

const ANNOUNCED_STEP = 25;

/** The file of the last check, so that nobody has to choose it twice. */
let kept = null;

function upgradeForm() {
  const form = document.querySelector('#upload');
  if (form === null) return;
  const input = form.querySelector('#file');
  const chooser = addChooser(form, input);
  if (kept !== null && input.files.length === 0) putFile(input, kept);
  showChosen(form, input, chooser);
  input.addEventListener('change', () => showChosen(form, input, chooser));
  acceptDrops(form, input, chooser);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const [file] = input.files;
    if (file === undefined) return showFormError(form, chooser, form.dataset.textMissing);
    if (file.size > Number(form.dataset.maxBytes))
      return showFormError(form, chooser, form.dataset.textLarge);
    kept = file;
    return send(file, form.action, form.dataset, progressOf(form));
  });
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
  const [file] = input.files;
  chooser.textContent = file === undefined ? form.dataset.textChoose : form.dataset.textChange;
  form.querySelector('#chosen').textContent =
    file === undefined ? '' : `${file.name} (${sizeText(file.size)})`;
}

function sizeText(bytes) {
  const units = ['B', 'kB', 'MB', 'GB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumSignificantDigits: 3 });
  return `${number.format(bytes / 1000 ** step)} ${units[step]}`;
}

function putFile(input, file) {
  const transfer = new DataTransfer();
  transfer.items.add(file);
  input.files = transfer.files;
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
    const [file] = event.dataTransfer.files;
    if (file === undefined) return;
    putFile(input, file);
    showChosen(form, input, chooser);
  });
}

function showFormError(form, chooser, message) {
  document.querySelector('#error-summary')?.remove();
  form.querySelector('.field-error')?.remove();
  const summary = document.createElement('div');
  summary.id = 'error-summary';
  summary.className = 'error-summary';
  summary.tabIndex = -1;
  summary.setAttribute('role', 'alert');
  const title = document.createElement('h2');
  title.textContent = form.dataset.textProblem;
  const link = document.createElement('a');
  link.href = '#choose';
  link.textContent = message;
  summary.append(title, link);
  document.querySelector('main').prepend(summary);
  const beside = document.createElement('p');
  beside.id = 'file-error';
  beside.className = 'field-error';
  beside.textContent = message;
  chooser.before(beside);
  chooser.setAttribute('aria-describedby', 'file-error file-hint');
  if (!document.title.startsWith(form.dataset.textError))
    document.title = `${form.dataset.textError} ${document.title}`;
  summary.focus();
}

/** What shows an upload under way, and how it is stopped. */
function progressOf(form) {
  const panel = form.querySelector('#progress');
  const bar = panel.querySelector('progress');
  const shown = panel.querySelector('#progress-text');
  const announced = panel.querySelector('#progress-status');
  const submit = form.querySelector('[type=submit]');
  let spoken = -1;
  return {
    cancel: panel.querySelector('#cancel'),
    begin() {
      panel.hidden = false;
      submit.disabled = true;
    },
    say(text, percent) {
      shown.textContent = text;
      bar.value = percent;
      const step = Math.floor(percent / ANNOUNCED_STEP);
      if (step !== spoken) announced.textContent = text;
      spoken = step;
    },
    finish(text) {
      shown.textContent = text;
      announced.textContent = text;
      bar.removeAttribute('value');
    },
    end(text) {
      panel.hidden = true;
      submit.disabled = false;
      form.querySelector('#chosen').textContent = text;
    },
    fail(message) {
      panel.hidden = true;
      submit.disabled = false;
      showFormError(form, form.querySelector('#choose'), message);
    },
  };
}

function send(file, address, texts, progress) {
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append('file', file);
  request.open('POST', address);
  request.setRequestHeader('Accept', 'text/html');
  request.upload.addEventListener('progress', ({ loaded, total }) => {
    const percent = total === 0 ? 0 : Math.floor((100 * loaded) / total);
    progress.say(texts.textUploading.replace('{percent}', String(percent)), percent);
  });
  request.upload.addEventListener('load', () => progress.finish(texts.textChecking));
  request.addEventListener('load', () => showAnswer(request.responseText, address, texts));
  request.addEventListener('error', () => progress.fail(texts.textFailed));
  progress.cancel.onclick = () => {
    request.abort();
    progress.end(texts.textCancelled);
  };
  progress.begin();
  progress.say(texts.textUploading.replace('{percent}', '0'), 0);
  request.send(body);
}

/** Puts the server's page in place of this one; focus goes where a reader has to begin. */
function showAnswer(text, address, texts) {
  const answer = new DOMParser().parseFromString(text, 'text/html');
  document.title = answer.title;
  document.querySelector('main').replaceWith(answer.querySelector('main'));
  upgradeForm();
  upgradeVersions();
  addResultActions(address, texts);
  const start = document.querySelector('#error-summary') ?? document.querySelector('#verdict');
  start?.focus();
  window.scrollTo(0, 0);
}

/** The file of the last check goes along by itself. */
function upgradeVersions() {
  const input = document.querySelector('#version-file');
  if (input === null || kept === null) return;
  putFile(input, kept);
  document.querySelector('#version-again').hidden = true;
}

function addResultActions(address, texts) {
  const actions = document.querySelector('#result-actions');
  if (actions === null) return;
  actions.append(
    actionButton(texts.textAgain, (button) => {
      button.disabled = true;
      send(kept, address, texts, silentProgress(button, texts));
    }),
    actionButton(texts.textPrint, () => window.print()),
  );
}

function actionButton(text, act) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = text;
  button.addEventListener('click', () => act(button));
  return button;
}

/** A check of the file that is already here shows its progress on the button that began it. */
function silentProgress(button, texts) {
  const say = (text) => {
    button.textContent = text;
  };
  button.setAttribute('role', 'status');
  return {
    cancel: {},
    begin: () => say(texts.textChecking),
    say: () => undefined,
    finish: say,
    end: say,
    fail(message) {
      button.disabled = false;
      say(`${texts.textAgain}: ${message}`);
    },
  };
}

upgradeForm();
