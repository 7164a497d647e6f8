// The page for officials, upgraded: the letter drawn on this device, and the box of the signature moved by finger, mouse or keyboard. What
// is sent are the fields of the form; the box only shows and changes them.

import { drawInto, openPdf } from './pdf-pages.js';

const NEAR = '600px 0px';
const STEP_MM = 1;
const FAR_MM = 10;
const MM_PER_POINT = 25.4 / 72;
const SMALLEST_MM = { width: 25, height: 12 };

export function upgradeDesk(form) {
  const show = form.querySelector('#show');
  const { file } = form.elements;
  show.hidden = file !== undefined;
  file?.addEventListener('change', () => startAgain(form, show));
  show.addEventListener('click', () => void showLetter(form, show));
  form.addEventListener('submit', () => {
    form.querySelector('#sign').disabled = true;
    form.querySelector('#sign-status').textContent = form.dataset.textSigning;
  });
  // A page that comes back from the browser's memory can be sent again.
  addEventListener('pageshow', () => {
    form.querySelector('#sign').disabled = false;
    form.querySelector('#sign-status').textContent = '';
  });
  document.querySelector('#error-summary')?.focus();
}

/** Another file was chosen: nothing of the one before is shown or signed. */
function startAgain(form, show) {
  const list = form.querySelector('#sheets');
  list.replaceChildren();
  list.hidden = true;
  form.elements.seen.value = '';
  form.querySelector('#place-now').textContent = '';
  form.querySelector('#paper-status').textContent = '';
  form.querySelector('#place-numbers').open = true;
  show.hidden = form.elements.file.files.length === 0;
  show.disabled = false;
}

async function showLetter(form, show) {
  const status = form.querySelector('#paper-status');
  const say = (text) => {
    status.textContent = text;
  };
  say(form.dataset.textLoading);
  show.disabled = true;
  try {
    const own = form.elements.file;
    const bytes = own === undefined ? await fetchLetter(form) : await own.files[0].arrayBuffer();
    const seen = await sha256(bytes);
    if (own !== undefined) form.elements.seen.value = seen;
    // What is drawn is what was described, or it is not signed.
    if (seen !== form.elements.seen.value) {
      form.querySelector('#sign').disabled = true;
      say(form.dataset.textChanged);
      return;
    }
    const pdf = await openPdf(bytes.slice(0));
    const sheets = await layOut(form, pdf);
    if (form.elements.corner !== undefined) placeBox(form, sheets);
    say(form.dataset.textDrawn);
    show.hidden = true;
    form.dataset.seen = seen;
  } catch {
    // Fetched or not, drawn or not: the PDF can be opened, and the place set by numbers.
    say(form.dataset.textFailed);
    show.disabled = false;
  }
}

async function fetchLetter(form) {
  const response = await fetch(form.dataset.letter, { credentials: 'same-origin', redirect: 'error' });
  if (!response.ok) throw new Error(String(response.status));
  return response.arrayBuffer();
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A sheet for each page, drawn when it comes near. */
async function layOut(form, pdf) {
  const list = form.querySelector('#sheets');
  const sheets = [];
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        void draw(sheets[Number(target.dataset.page) - 1]);
      }
    },
    { rootMargin: NEAR },
  );
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number);
    const { width, height } = page.getViewport({ scale: 1 });
    const item = document.createElement('li');
    item.className = 'sheet';
    item.dataset.page = String(number);
    const caption = document.createElement('p');
    caption.textContent = filled(form.dataset.textPage, { page: number, count: pdf.numPages });
    const paper = document.createElement('div');
    paper.className = 'paper';
    paper.style.aspectRatio = `${width} / ${height}`;
    item.append(caption, paper);
    list.append(item);
    sheets.push({
      number,
      page,
      paper,
      item,
      widthMm: width * MM_PER_POINT,
      heightMm: height * MM_PER_POINT,
    });
    observer.observe(item);
  }
  list.hidden = false;
  return sheets;
}

async function draw({ item, page, paper }) {
  await drawInto(paper, page, item.querySelector('p').textContent);
  item.dataset.drawn = 'true';
}

/** Puts the box where the fields say, and the fields where the box is put. */
function placeBox(form, sheets) {
  const box = document.createElement('button');
  box.type = 'button';
  box.className = 'place-box';
  box.id = 'place-box';
  box.textContent = form.dataset.textBox;
  box.setAttribute('aria-describedby', 'place-now paper-status');
  form.querySelector('#place-numbers').open = false;
  const state = { form, sheets, box, now: form.querySelector('#place-now') };
  showBox(state, readPlace(state));
  for (const name of ['page', 'corner', 'x', 'y', 'width', 'height'])
    form.elements[name].addEventListener('change', () => showBox(state, readPlace(state)));
  box.addEventListener('keydown', (event) => moveByKey(state, event));
  box.addEventListener('pointerdown', (event) => drag(state, event));
  for (const sheet of sheets)
    sheet.paper.addEventListener('click', (event) => {
      if (event.target !== box)
        moveTo(state, { ...readPlace(state), ...centredAt(sheet, event, readPlace(state)) });
    });
}

/** The place that the fields say, measured from the upper left corner. */
function readPlace({ form, sheets }) {
  const number = (name) => Number(form.elements[name].value.replace(',', '.')) || 0;
  const asked = form.elements.page.value.trim();
  const page = asked === '' ? sheets.length : Math.min(Math.max(1, Number(asked) || 1), sheets.length);
  const { widthMm, heightMm } = sheets[page - 1];
  const [width, height] = [number('width'), number('height')];
  const [vertical, horizontal] = form.elements.corner.value.split('-');
  return {
    page,
    width,
    height,
    x: horizontal === 'left' ? number('x') : widthMm - number('x') - width,
    y: vertical === 'top' ? number('y') : heightMm - number('y') - height,
  };
}

/** Writes a place into the fields, within its page, and shows it. */
function moveTo(state, wanted) {
  const { form, sheets } = state;
  const sheet = sheets[Math.min(Math.max(1, wanted.page), sheets.length) - 1];
  const width = Math.min(Math.max(SMALLEST_MM.width, wanted.width), sheet.widthMm);
  const height = Math.min(Math.max(SMALLEST_MM.height, wanted.height), sheet.heightMm);
  const within = (value, most) => Math.min(Math.max(0, value), most);
  const place = {
    page: sheet.number,
    corner: 'top-left',
    x: rounded(within(wanted.x, sheet.widthMm - width)),
    y: rounded(within(wanted.y, sheet.heightMm - height)),
    width: rounded(width),
    height: rounded(height),
  };
  for (const [name, value] of Object.entries(place)) form.elements[name].value = String(value);
  showBox(state, place);
}

/** Downwards, so that the box never leaves the page by the rounding. */
function rounded(millimetres) {
  return Math.floor(millimetres * 10) / 10;
}

function showBox({ form, sheets, box, now }, place) {
  const { paper, widthMm, heightMm } = sheets[place.page - 1];
  const share = (part, whole) => `${(100 * part) / whole}%`;
  if (box.parentElement !== paper) {
    const focused = document.activeElement === box;
    paper.append(box);
    if (focused) box.focus();
  }
  box.style.left = share(place.x, widthMm);
  box.style.top = share(place.y, heightMm);
  box.style.width = share(place.width, widthMm);
  box.style.height = share(place.height, heightMm);
  const shown = Object.fromEntries(
    Object.entries(place).map(([name, value]) => [name, name === 'page' ? value : Math.round(value)]),
  );
  now.textContent = filled(form.dataset.textAt, shown);
}

function moveByKey(state, event) {
  const place = readPlace(state);
  const step = event.shiftKey ? FAR_MM : STEP_MM;
  const moved = {
    ArrowLeft: { x: place.x - step },
    ArrowRight: { x: place.x + step },
    ArrowUp: { y: place.y - step },
    ArrowDown: { y: place.y + step },
    PageUp: { page: place.page - 1 },
    PageDown: { page: place.page + 1 },
    '+': { width: place.width + 2, height: place.height + 1 },
    '-': { width: place.width - 2, height: place.height - 1 },
  }[event.key];
  if (moved === undefined) return;
  event.preventDefault();
  moveTo(state, { ...place, ...moved });
  state.box.scrollIntoView({ block: 'nearest' });
}

function drag(state, event) {
  const { box } = state;
  const start = readPlace(state);
  const { paper, widthMm } = state.sheets[start.page - 1];
  const mmPerPixel = widthMm / paper.clientWidth;
  const move = ({ clientX, clientY }) =>
    moveTo(state, {
      ...start,
      x: start.x + (clientX - event.clientX) * mmPerPixel,
      y: start.y + (clientY - event.clientY) * mmPerPixel,
    });
  const end = () => {
    box.removeEventListener('pointermove', move);
    box.removeEventListener('pointerup', end);
    box.removeEventListener('pointercancel', end);
  };
  box.setPointerCapture(event.pointerId);
  box.addEventListener('pointermove', move);
  box.addEventListener('pointerup', end);
  box.addEventListener('pointercancel', end);
}

function centredAt({ number, paper, widthMm }, { clientX, clientY }, { width, height }) {
  const { left, top } = paper.getBoundingClientRect();
  const mmPerPixel = widthMm / paper.clientWidth;
  return {
    page: number,
    x: (clientX - left) * mmPerPixel - width / 2,
    y: (clientY - top) * mmPerPixel - height / 2,
  };
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
}
