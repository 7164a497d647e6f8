// `teken audit` as the help prints it.

import type { Command } from './commands.ts';
import { ENVIRONMENT, HELP, LANGUAGE, TRUST, TRUST_ONLY } from './shared-options.ts';

export const AUDIT_COMMAND: Command = {
  name: 'audit',
  usage: 'verify [options] <folder> | check-receipt [options] <receipt>',
  about: {
    id: 'Memeriksa catatan audit layanan: apakah ada yang diubah, dihapus, ditukar, atau dipotong.',
    en: "Checks a service's audit record: whether anything was changed, removed, swapped or cut off.",
  },
  options: [
    {
      name: 'keys',
      value: 'FILE',
      about: {
        id: 'kunci catatan audit (TEKEN_NIK_HMAC_KEY_FILE); tanpa ini, penulis setiap baris tidak diperiksa',
        en: 'the keys of the audit (TEKEN_NIK_HMAC_KEY_FILE); without them who wrote a line is not checked',
      },
    },
    {
      name: 'checkpoints',
      value: 'FILE',
      multiple: true,
      about: {
        id: 'titik periksa yang pernah disimpan, dari /v1/audit/checkpoints/…; boleh diulang',
        en: 'checkpoints that were kept, from /v1/audit/checkpoints/…; repeatable',
      },
    },
    {
      name: 'receipt',
      value: 'FILE',
      multiple: true,
      about: {
        id: 'tanda terima tanda tangan yang harus ada catatannya; boleh diulang',
        en: 'receipts of signatures whose records must be there; repeatable',
      },
    },
    {
      name: 'seal',
      value: 'FILE',
      multiple: true,
      about: {
        id: 'sertifikat segel layanan (PEM atau DER); boleh diulang',
        en: "certificate of the service's seal (PEM or DER); repeatable",
      },
    },
    TRUST,
    TRUST_ONLY,
    {
      name: 'document',
      value: 'FILE',
      about: {
        id: 'dokumen bertanda tangan yang datang dengan tanda terima (check-receipt)',
        en: 'the signed document that came with the receipt (check-receipt)',
      },
    },
    {
      name: 'format',
      short: 'f',
      value: 'text|json',
      about: { id: 'bentuk keluaran (bawaan text)', en: 'form of the output (default text)' },
    },
    LANGUAGE,
    HELP,
  ],
  environment: ENVIRONMENT.filter(({ name }) => /^TEKEN_(?:TRUST_DIR|ENV)$/.test(name)),
  examples: [
    {
      line: [
        'teken audit verify --keys audit-keys.json --seal layanan.pem \\',
        '  --trust /etc/teken/trust /var/lib/teken/audit',
      ].join('\n'),
      about: { id: 'Seluruh catatan audit', en: 'The whole audit record' },
    },
    {
      line: [
        'teken audit check-receipt --seal layanan.pem --checkpoints titik.json \\',
        '  --document surat.pdf tanda-terima.jws',
      ].join('\n'),
      about: { id: 'Apakah tanda tangan ini tercatat?', en: 'Is this signature on record?' },
    },
    {
      line: 'teken audit verify -f json /var/lib/teken/audit',
      about: { id: 'Untuk pemantauan', en: 'For monitoring' },
    },
  ],
};
