// Reports in words: the golden sentences, the variants, and what may fill their places.

import t from 'tap';
import { describe } from '../../src/report/sentences.ts';
import { VERDICTS } from '../../src/verify/report.ts';
import { GOLDEN_EN, GOLDEN_ID } from './golden-sentences.ts';
import {
  madeChange,
  madeReason,
  madeReport,
  madeSignature,
  SIGNED_AT,
  typicalReport,
  typicalSignature,
} from './made-reports.ts';

const WITA = { timeZone: 'Asia/Makassar', requestId: 'r-1' };

t.test('every verdict has its golden title and sentence in both languages', async (t) => {
  for (const [language, golden] of [
    ['id', GOLDEN_ID],
    ['en', GOLDEN_EN],
  ] as const) {
    for (const verdict of VERDICTS) {
      const { title, sentence } = describe(typicalReport(verdict), language, WITA);
      t.strictSame({ title, sentence }, golden[verdict], `${verdict} ${language}`);
    }
  }
});

t.test('several valid signatures are listed in the order of signing', async (t) => {
  const report = madeReport([
    madeSignature({ signer: { commonName: 'Asisten Contoh' } }),
    madeSignature({ signer: { commonName: 'Bupati Contoh' }, time: { value: SIGNED_AT + 3_600_000 } }),
  ]);
  const { title, sentence } = describe(report, 'id', WITA);
  t.equal(title, 'Semua 2 tanda tangan elektronik valid. Dokumen tidak diubah.');
  t.equal(
    sentence,
    'Urutan penandatanganan: 1. Asisten Contoh, 14 Maret 2026 09.12 WITA; 2. Bupati Contoh, 14 Maret 2026 10.12 WITA.',
  );
});

t.test(
  'a document time-stamp is listed but does not make a letter of one signature one of two',
  async (t) => {
    const report = madeReport([
      madeSignature(),
      madeSignature({ kind: 'doc-timestamp', level: 'DOC-TIMESTAMP', signer: { commonName: 'TSA Contoh' } }),
    ]);
    const { title, signatures } = describe(report, 'en', WITA);
    t.equal(title, 'Electronic signature valid. Document unchanged.');
    t.equal(
      signatures[1]?.sentence,
      'Document time-stamp from TSA Contoh. A time-stamp proves a time, not a person.',
    );
  },
);

t.test('a status that the issuer has dropped is not to be asked again', async (t) => {
  const gone = madeSignature({
    verdict: 'UNKNOWN_REVOCATION',
    signer: { notAfter: Date.UTC(2026, 4, 1) },
    reasons: [madeReason('REVOCATION_UNKNOWN')],
  });
  const { title, sentence, action } = describe(madeReport([gone]), 'en', WITA);
  t.equal(title, 'Certificate status at signing is no longer available');
  t.equal(
    sentence,
    'The document is intact and the issuer is recognised. The certificate of Siti Contoh ended at 1 May 2026 08:00 WITA, and its issuer no longer keeps its status at signing (14 March 2026 09:12 WITA).',
  );
  t.notMatch(action, /Try again/);
  const inForce = madeSignature({ verdict: 'UNKNOWN_REVOCATION' });
  t.match(describe(madeReport([inForce]), 'en', WITA).action, /Try again/);
});

t.test('several signatures with one verdict are all named, but each name once', async (t) => {
  const unknown = typicalSignature('UNKNOWN_ISSUER');
  const named = (commonName: string, issuerCommonName: string) =>
    ({ ...unknown, signer: { ...madeSignature().signer, commonName, issuerCommonName } }) as typeof unknown;
  const report = madeReport([named('A', 'CA 1'), named('B', 'CA 2'), named('A', 'CA 1')]);
  const { sentence } = describe(report, 'en', WITA);
  t.match(sentence, 'The issuer, CA 1 and CA 2, is not on our list');
  t.match(sentence, 'The identity of A and B could not be confirmed.');
});

t.test('a verdict with a time names the signer whose time it is', async (t) => {
  const first = madeSignature({
    verdict: 'REVOKED',
    signer: { commonName: 'Pertama' },
    reasons: [madeReason('CERT_REVOKED', { at: SIGNED_AT - 60_000 })],
  });
  const second = madeSignature({ verdict: 'REVOKED', signer: { commonName: 'Kedua' } });
  const { sentence } = describe(madeReport([first, second]), 'id', WITA);
  t.match(sentence, /^Sertifikat Pertama dicabut pada 14 Maret 2026 09\.11 WITA/);
  t.notMatch(sentence, /Kedua/);
});

t.test('a mixed letter names who has which problem, and not the accepted ones', async (t) => {
  const report = madeReport(
    [
      madeSignature({ signer: { commonName: 'Baik' } }),
      madeSignature({
        verdict: 'UNKNOWN_ISSUER',
        signer: { commonName: 'Asing' },
        reasons: [madeReason('NO_TIMESTAMP'), madeReason('ISSUER_NOT_LISTED')],
      }),
    ],
    { verdict: 'MIXED', class: 'unsure' },
  );
  const said = describe(report, 'id', WITA);
  t.equal(said.title, '1 dari 2 tanda tangan elektronik bermasalah');
  t.match(said.sentence, /^Yang bermasalah: Asing: Penerbit tidak ada dalam daftar\. /);
  t.equal(said.look, 'unsure');
});

t.test('notes of all signatures are named once, information is not', async (t) => {
  const notes = [madeReason('NO_TIMESTAMP'), madeReason('LEGACY_FORMAT'), madeReason('NOT_LTV')];
  const signature = madeSignature({ verdict: 'VALID_WITH_NOTES', reasons: notes });
  const { sentence } = describe(madeReport([signature, signature]), 'id', WITA);
  t.match(sentence, /Catatan: Tidak ada stempel waktu; Format tanda tangan lama\.$/);
});

t.test('only changes that are not permitted are named as unsigned, at most five of them', async (t) => {
  const changesAfter = [
    madeChange({ kind: 'field-filled', field: 'catatan', permitted: true }),
    ...[1, 2, 3, 4, 5, 6, 7].map((page) => madeChange({ kind: 'content-covered', page })),
  ];
  const signature = madeSignature({
    verdict: 'CHANGED_AFTER_LAST_SIGNATURE',
    revision: 2,
    integrity: { status: 'ADDED', coversWholeFile: false, changesAfter },
  });
  const { sentence } = describe(madeReport([signature]), 'en', WITA);
  t.notMatch(sentence, /catatan/);
  t.match(sentence, /content covered on page 5, and 2 other changes\. The signed version is version 2\.$/);
});

t.test('times that look alike to the minute are told apart by their seconds', async (t) => {
  const revoked = madeSignature({
    verdict: 'REVOKED',
    reasons: [madeReason('CERT_REVOKED', { at: SIGNED_AT - 4_000 })],
  });
  t.match(
    describe(madeReport([revoked]), 'en', WITA).sentence,
    'revoked at 14 March 2026 09:12:05 WITA; the signature was made at 14 March 2026 09:12:09 WITA',
  );
});

t.test('what a certificate does not say is said to be missing, never left blank', async (t) => {
  const nameless = madeSignature({
    signer: { commonName: null, organization: null, issuerCommonName: null, issuer: '' },
    time: null,
  });
  const { sentence } = describe(madeReport([nameless]), 'en', WITA);
  t.match(
    sentence,
    'Signed by (name not stated) with an electronic certificate issued by (issuer not stated).',
  );
  t.match(sentence, 'at (time not known), according to the time-stamp from (name not stated).');
  const without = describe(madeReport([madeSignature({ verdict: 'INVALID', signer: null })]), 'en', WITA);
  t.match(without.sentence, '(name not stated)');
});

t.test('a verdict that no item carries is still said', async (t) => {
  for (const verdict of VERDICTS) {
    const said = describe(madeReport([], { verdict }), 'id', { timeZone: 'UTC' });
    t.not(said.sentence, '');
    t.notMatch(said.sentence, /[{}]/);
  }
});

t.test('a name cannot reorder, hide or colour what is said, nor pass for markup', async (t) => {
  const commonName = 'Budi\u202e\u001b[31mgnalap\u2066\u200f\u0000\u0085\u{e0041} **tidak valid** {time}';
  const { sentence, sentenceParts } = describe(
    madeReport([madeSignature({ signer: { commonName } })]),
    'id',
    WITA,
  );
  t.notMatch(sentence, /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u);
  t.match(sentence, 'Budi [31mgnalap **tidak valid** {time} dengan');
  t.strictSame(
    sentenceParts.filter(({ strong }) => strong).map(({ text }) => text),
    ['Budi [31mgnalap **tidak valid** {time}'],
  );
});

t.test('a NIK in a certificate is masked, a NIP is not', async (t) => {
  const commonName = 'Budi 7324010101800001 NIP 198001012005011001';
  const { sentence } = describe(madeReport([madeSignature({ signer: { commonName } })]), 'id', WITA);
  t.notMatch(sentence, '7324010101800001');
  t.match(sentence, 'NIP 198001012005011001');
});

t.test('a seal speaks of its agency, and only the PSrE Induk makes a certified line', async (t) => {
  const seal = madeSignature({ kind: 'seal', signer: { certifiedByPsre: true } });
  const [item] = describe(madeReport([seal]), 'id', WITA).signatures;
  t.equal(
    item?.kindLine,
    'Segel elektronik Pemerintah Kabupaten Contoh. Segel menunjukkan instansi, bukan orang.',
  );
  t.match(item?.certifiedLine, /PSrE Indonesia/);
  t.equal(describe(madeReport([madeSignature()]), 'id', WITA).signatures[0]?.certifiedLine, null);
});

t.test('an e-Meterai that was tampered with says so, not what an e-Meterai is', async (t) => {
  const broken = { ...typicalSignature('MODIFIED'), kind: 'e-meterai' } as const;
  const [, item] = describe(madeReport([typicalSignature('MODIFIED'), broken]), 'id', WITA).signatures;
  t.match(item?.sentence, /^Isi berkas tidak sama/);
  t.match(item?.kindLine, /^e-Meterai \(Peruri\)/);
});
