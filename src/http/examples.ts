// Examples for openapi.yaml; a test holds each against its schema.

import type { VerifyAnswer } from '../report/json.ts';
import type { ProblemAnswer } from './problem-answer.ts';

/** A letter with one good signature. */
export const VERIFY_EXAMPLE: VerifyAnswer = {
  schemaVersion: 1,
  verdict: 'VALID',
  ok: true,
  message: {
    id: 'Tanda tangan elektronik valid. Dokumen tidak diubah. Ditandatangani oleh Pejabat Contoh dengan Sertifikat Elektronik yang diterbitkan CA Contoh. Isi dokumen tidak berubah sejak ditandatangani. Sertifikat berlaku dan tidak dicabut pada 14 Maret 2026 09.12 WITA, menurut stempel waktu TSA Contoh.',
    en: 'Electronic signature valid. Document unchanged. Signed by Pejabat Contoh with an electronic certificate issued by CA Contoh. The content has not changed since signing. The certificate was in force and not revoked at 14 March 2026 09:12 WITA, according to the time-stamp from TSA Contoh.',
  },
  action: {
    id: 'Dokumen elektronik ini dapat diterima. Cocokkan nama dan jabatan penanda tangan dengan surat.',
    en: "You may accept this electronic document. Compare the signer's name and position with the letter.",
  },
  counts: { signatures: 1, ok: 1, notOk: 0 },
  file: {
    name: 'surat.pdf',
    size: 204_800,
    sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  },
  signatures: [
    {
      verdict: 'VALID',
      indication: 'TOTAL_PASSED',
      subIndication: null,
      kind: 'signature',
      level: 'PAdES-B-T',
      revision: 1,
      integrity: { status: 'INTACT', coversWholeFile: true, changesAfter: [] },
      identity: { status: 'TRUSTED' },
      signer: {
        commonName: 'Pejabat Contoh',
        issuer: 'CN=CA Contoh,O=Contoh,C=ID',
        certifiedByPsre: false,
        serial: '4d2a',
      },
      time: {
        value: '2026-03-14T01:12:09Z',
        source: 'timestamp',
        tsa: 'TSA Contoh',
        claimed: '2026-03-14T01:12:08Z',
        skewSeconds: 1,
      },
      revocation: { status: 'GOOD', source: 'fetched-ocsp', producedAt: '2026-03-14T02:00:00Z' },
      page: 1,
      rect: [36, 36, 216, 96],
      rules: { certification: null, lock: null },
      forecast: null,
      reasons: [
        {
          code: 'NOT_LTV',
          id: 'Belum mendukung verifikasi jangka panjang (LTV)',
          en: 'No long-term validation data',
        },
      ],
      details: null,
    },
  ],
  policy: { id: 'teken-default-1', url: '/docs/policy', revocation: 'require' },
  trustList: {
    version: '2026-03',
    sha256: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
    asOf: '2026-03-01T00:00:00Z',
  },
  tool: { version: '0.1.0', commit: 'unknown' },
  checkedAt: '2026-03-14T02:00:01Z',
  requestId: '0195930c-3b1f-7c4e-8a52-6f1d2b9e7c10',
};

/** A request that names a field which does not exist. */
export const PROBLEM_EXAMPLE: ProblemAnswer = {
  type: '/docs/problems#invalid-request',
  title: 'The request is not as described',
  status: 400,
  detail: 'The request is not as it must be. See "errors" for what to correct.',
  code: 'invalid-request',
  requestId: '0195930c-3b1f-7c4e-8a52-6f1d2b9e7c10',
  errors: [{ pointer: '/signr', message: 'no such field' }],
};
