// `teken offline-verifier` as the help prints it.

import type { Command } from './commands.ts';
import { ENVIRONMENT, HELP, LANGUAGE, TRUST, TRUST_ONLY } from './shared-options.ts';

export const OFFLINE_VERIFIER: Command = {
  name: 'offline-verifier',
  usage: '-o FILE [options]',
  about: {
    id: 'Menulis pemeriksa luring: satu berkas HTML dengan daftar penerbit tepercaya hari ini di dalamnya.',
    en: 'Writes the offline verifier: one HTML file that carries the trusted issuers of this day.',
  },
  options: [
    {
      name: 'output',
      short: 'o',
      value: 'FILE',
      about: { id: 'berkas HTML (wajib)', en: 'the HTML file (required)' },
    },
    {
      name: 'force',
      value: null,
      about: { id: 'timpa berkas yang sudah ada', en: 'replace a file that exists' },
    },
    TRUST,
    TRUST_ONLY,
    LANGUAGE,
    HELP,
  ],
  environment: ENVIRONMENT,
  examples: [
    {
      line: 'teken offline-verifier -o pemeriksa.html --trust trust/',
      about: { id: 'Dengan daftar di folder itu', en: 'With the list in that folder' },
    },
    {
      line: 'teken offline-verifier -o pemeriksa.html --force',
      about: { id: 'Diperbarui dengan TEKEN_TRUST_DIR', en: 'Renewed with TEKEN_TRUST_DIR' },
    },
    {
      line: 'teken offline-verifier -o verifier.html --lang en',
      about: { id: 'Dalam bahasa Inggris', en: 'In English' },
    },
  ],
};
