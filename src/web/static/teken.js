// The same pages, upgraded: what a script adds to the form, to the results and to the letter's code. Without it everything still works.
// Everything shown comes from the server's page or from data attributes; nothing is put together as markup.

import { upgradeResults } from './results.js';
import { MAIN_REPLACED } from './sending.js';
import { upgradeForm } from './upload.js';

function upgrade() {
  upgradeForm();
  upgradeResults();
}

/** Only the page of a letter's code has one, and only it loads what a camera needs. */
async function upgradeScan() {
  const scan = document.querySelector('#scan');
  if (scan === null) return;
  const { offerScan } = await import('./scan.js');
  offerScan(scan);
}

document.addEventListener(MAIN_REPLACED, upgrade);
upgrade();
void upgradeScan();

// Only where an official signs: nobody else loads it.
const desk = document.querySelector('#desk');
if (desk !== null) void import('./signing.js').then(({ upgradeDesk }) => upgradeDesk(desk));
