// Pages of a PDF as pictures, drawn on this device. pdf.js draws only: no script of the document runs, nothing is evaluated, no
// WebAssembly, links or forms.

import { GlobalWorkerOptions, getDocument } from './pdfjs/build/pdf.min.mjs';

const LIBRARY = new URL('./pdfjs/', import.meta.url).href;
GlobalWorkerOptions.workerSrc = `${LIBRARY}build/pdf.worker.min.mjs`;

// Sharper than the screen shows nobody; more would cost memory that cheap phones do not have.
const MOST_PIXELS = 2_000_000;

/** @param buffer - is taken over. Throws for what the library cannot read */
export function openPdf(buffer) {
  const loading = getDocument({
    data: new Uint8Array(buffer),
    useWasm: false,
    enableXfa: false,
    disableWorkerRendering: true,
    useSystemFonts: false,
    standardFontDataUrl: `${LIBRARY}standard_fonts/`,
    cMapUrl: `${LIBRARY}cmaps/`,
    wasmUrl: `${LIBRARY}wasm/`,
    iccUrl: `${LIBRARY}iccs/`,
  });
  // Asking for a password is the check's affair, not the picture's.
  loading.onPassword = () => loading.destroy();
  return loading.promise;
}

/** Draws a page as wide as its paper. @returns the page as displayed, in points */
export async function drawInto(paper, page, label) {
  const natural = page.getViewport({ scale: 1 });
  paper.style.aspectRatio = `${natural.width} / ${natural.height}`;
  const viewport = page.getViewport({ scale: scaleFor(natural, paper.clientWidth) });
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(viewport.width);
  canvas.height = Math.round(viewport.height);
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', label);
  paper.append(canvas);
  await page.render({ canvas, viewport, annotationMode: 1 }).promise;
  return natural;
}

function scaleFor({ width, height }, shownWidth) {
  const wanted = (Math.max(shownWidth, 200) * Math.min(window.devicePixelRatio, 2)) / width;
  return Math.min(wanted, Math.sqrt(MOST_PIXELS / (width * height)));
}
