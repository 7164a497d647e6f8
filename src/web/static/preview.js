// The pages as pictures, drawn on this device, with a numbered box at each signature; the numbers are those of the list.
// pdf.js draws only: no script of the document runs, nothing is evaluated, no WebAssembly, links or forms.

import { drawInto, openPdf } from './pdf-pages.js';

// A page is drawn when it comes near the window: a letter of 300 pages costs what is looked at.
const NEAR = '600px 0px';
/** Shows the pages below the button; says so in words where the file cannot be drawn. */
export async function showPreview(preview, article, file) {
  const status = preview.querySelector('[role=status]');
  const { dataset } = preview;
  status.textContent = dataset.textLoading;
  try {
    const pdf = await openPdf(await file.arrayBuffer());
    showPages(preview, pdf, boxesOf(article));
    status.textContent = dataset.textHint;
    preview.querySelector('button').hidden = true;
  } catch {
    // Damaged, encrypted or beyond what the library draws: the result above does not depend on the picture.
    status.textContent = dataset.textFailed;
  }
}

/** What the list says about where its items stand. */
function boxesOf(article) {
  return [...article.querySelectorAll('[data-rect]')].map((item) => ({
    number: item.dataset.number,
    page: Number(item.dataset.page),
    rect: item.dataset.rect.split(' ').map(Number),
    look: [...item.classList].find((name) => name.startsWith('look-')) ?? '',
    name: item.querySelector('.name').textContent,
  }));
}

function showPages(preview, pdf, boxes) {
  const list = preview.querySelector('ol');
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        void drawPage(target, pdf, preview, boxes);
      }
    },
    { rootMargin: NEAR },
  );
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const item = document.createElement('li');
    item.className = 'sheet';
    item.dataset.page = String(number);
    const caption = document.createElement('p');
    caption.textContent = preview.dataset.textPage
      .replace('{page}', String(number))
      .replace('{count}', String(pdf.numPages));
    const paper = document.createElement('div');
    paper.className = 'paper';
    item.append(caption, paper);
    list.append(item);
    observer.observe(item);
  }
  list.hidden = false;
}

async function drawPage(item, pdf, preview, boxes) {
  const number = Number(item.dataset.page);
  const paper = item.querySelector('.paper');
  try {
    const page = await pdf.getPage(number);
    const natural = await drawInto(paper, page, item.querySelector('p').textContent);
    for (const box of boxes.filter(({ page: at }) => at === number)) {
      paper.append(markOf(box, natural, preview));
    }
    item.dataset.drawn = 'true';
  } catch {
    paper.textContent = preview.dataset.textFailed;
  }
}

/** A box in per cent of the page, so that it stays in place at every width. */
function markOf({ number, rect, look, name }, viewport, { dataset }) {
  const [x1, y1] = viewport.convertToViewportPoint(rect[0], rect[1]);
  const [x2, y2] = viewport.convertToViewportPoint(rect[2], rect[3]);
  const share = (part, whole) => `${(100 * part) / whole}%`;
  const mark = document.createElement('div');
  mark.className = `mark ${look}`;
  mark.style.left = share(Math.min(x1, x2), viewport.width);
  mark.style.top = share(Math.min(y1, y2), viewport.height);
  mark.style.width = share(Math.abs(x2 - x1), viewport.width);
  mark.style.height = share(Math.abs(y2 - y1), viewport.height);
  mark.setAttribute('role', 'img');
  mark.setAttribute(
    'aria-label',
    dataset.textBox.replace('{name}', () => name),
  );
  const badge = document.createElement('span');
  badge.textContent = number;
  mark.append(badge);
  return mark;
}
