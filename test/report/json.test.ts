// The machine-readable answer: closed, and right for whoever decides on it alone.

import fc from 'fast-check';
import t from 'tap';
import { reportJson, type VerifyAnswer } from '../../src/report/json.ts';
import { SIGNATURE_VERDICTS_WORST_FIRST, VERDICTS } from '../../src/verify/report.ts';
import {
  madeChange,
  madeReason,
  madeReport,
  madeSignature,
  typicalReport,
  typicalSignature,
} from './made-reports.ts';

const CONTEXT = {
  requestId: 'r-1',
  fileName: 'surat.pdf',
  tool: { version: '0.1.0', commit: 'abc' },
};

t.test('an answer has exactly the members of schema version 1', async (t) => {
  const signature = madeSignature({
    reasons: [madeReason('CLAIMED_TIME_DIFFERS', { seconds: 784 })],
    integrity: { status: 'ADDED', coversWholeFile: false, changesAfter: [madeChange({ field: 'nama' })] },
  });
  t.strictSame(reportJson(madeReport([signature]), CONTEXT), {
    schemaVersion: 1,
    verdict: 'VALID',
    ok: true,
    message: {
      id: 'Tanda tangan elektronik valid. Dokumen tidak diubah. Ditandatangani oleh Siti Contoh dengan Sertifikat Elektronik yang diterbitkan Penerbit Contoh. Isi dokumen tidak berubah sejak ditandatangani. Sertifikat berlaku dan tidak dicabut pada 14 Maret 2026 09.12 WITA, menurut stempel waktu TSA Contoh.',
      en: 'Electronic signature valid. Document unchanged. Signed by Siti Contoh with an electronic certificate issued by Penerbit Contoh. The content has not changed since signing. The certificate was in force and not revoked at 14 March 2026 09:12 WITA, according to the time-stamp from TSA Contoh.',
    },
    action: {
      id: 'Dokumen elektronik ini dapat diterima. Cocokkan nama dan jabatan penanda tangan dengan surat.',
      en: "You may accept this electronic document. Compare the signer's name and position with the letter.",
    },
    counts: { signatures: 1, ok: 1, notOk: 0 },
    file: { name: 'surat.pdf', size: 204800, sha256: '0123456789abcdef'.repeat(4) },
    signatures: [
      {
        verdict: 'VALID',
        indication: 'TOTAL_PASSED',
        subIndication: null,
        kind: 'signature',
        level: 'PAdES-B-T',
        revision: 1,
        integrity: {
          status: 'ADDED',
          coversWholeFile: false,
          changesAfter: [
            {
              revision: 2,
              kind: 'annotation-added',
              permitted: false,
              page: null,
              rect: null,
              field: 'nama',
              before: null,
              after: null,
              rule: 'unexplained',
            },
          ],
        },
        identity: { status: 'TRUSTED' },
        signer: {
          commonName: 'Siti Contoh',
          issuer: 'CN=Penerbit Contoh,O=Balai Contoh,C=ID',
          certifiedByPsre: false,
          serial: '0a1b',
        },
        time: {
          value: '2026-03-14T01:12:09Z',
          source: 'timestamp',
          tsa: 'TSA Contoh',
          claimed: '2026-03-14T01:12:07Z',
          skewSeconds: 2,
        },
        revocation: { status: 'GOOD', source: 'embedded-ocsp', producedAt: '2026-03-14T01:12:09Z' },
        page: 3,
        rect: [36, 36, 216, 96],
        rules: { certification: null, lock: null },
        forecast: null,
        reasons: [
          {
            code: 'CLAIMED_TIME_DIFFERS',
            id: 'Waktu menurut sistem penanda tangan berbeda 13 menit 4 detik dari stempel waktu',
            en: "The signer's system time differs from the time-stamp by 13 min 4 s",
          },
        ],
        details: null,
      },
    ],
    policy: { id: 'teken-default-1', url: '/docs/policy', revocation: 'require' },
    trustList: { version: '2026-05', sha256: 'cd'.repeat(32), asOf: '2026-05-01T00:00:00Z' },
    tool: { version: '0.1.0', commit: 'abc' },
    checkedAt: '2026-06-01T03:00:00Z',
    requestId: 'r-1',
  });
});

t.test('whatever else a report may hold stays out of the answer', async (t) => {
  const secret = { secret: '7324010101800001' };
  const signature = madeSignature({ claims: { reason: 'rahasia', location: 'rahasia' } });
  const report = { ...madeReport([signature]), ...secret, policy: { ...madeReport([]).policy, ...secret } };
  const text = JSON.stringify(reportJson(report, CONTEXT));
  t.notMatch(text, 'secret');
  t.notMatch(text, 'rahasia');
});

t.test('a NIK in a name, an issuer or a field reaches no member', async (t) => {
  const nik = '7324010101800001';
  const signature = madeSignature({
    verdict: 'CHANGED_AFTER_LAST_SIGNATURE',
    signer: { commonName: `Budi ${nik}`, issuer: `CN=CA,serialNumber=${nik}`, issuerCommonName: `CA ${nik}` },
    time: { tsa: `TSA ${nik}` },
    integrity: { status: 'ADDED', coversWholeFile: false, changesAfter: [madeChange({ field: `f ${nik}` })] },
  });
  t.notMatch(JSON.stringify(reportJson(madeReport([signature]), CONTEXT)), nik);
});

t.test('there is no member that could be taken for the verdict by its name', async (t) => {
  const names = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, member] of Object.entries(value)) {
      if (!Array.isArray(value)) names.add(name);
      collect(member);
    }
  };
  for (const verdict of VERDICTS) collect(reportJson(typicalReport(verdict), CONTEXT));
  t.strictSame(
    [...names].filter((name) => /^(is)?valid|success$/i.test(name)),
    [],
  );
});

t.test('every verdict gives an answer that survives JSON unchanged', async (t) => {
  for (const verdict of VERDICTS) {
    const answer = reportJson(typicalReport(verdict), CONTEXT);
    t.strictSame(JSON.parse(JSON.stringify(answer)), answer, verdict);
    t.equal(answer.ok, ['VALID', 'VALID_WITH_NOTES', 'REVOKED_LATER'].includes(verdict), verdict);
  }
});

t.test('a file without a name stays without one, and a hostile name cannot reorder the answer', async (t) => {
  const named = (fileName: string | null): VerifyAnswer =>
    reportJson(madeReport([]), { ...CONTEXT, fileName });
  t.equal(named(null).file.name, null);
  t.equal(named('surat\u202efdp.exe\n').file.name, 'surat fdp.exe');
});

t.test('any mixture of signatures and any name can be said', async (t) => {
  const name = fc.oneof(fc.constant(null), fc.string({ unit: 'binary', maxLength: 300 }));
  const signature = fc
    .record({
      verdict: fc.constantFrom(...SIGNATURE_VERDICTS_WORST_FIRST),
      kind: fc.constantFrom('signature', 'seal', 'doc-timestamp', 'e-meterai'),
      commonName: name,
      issuerCommonName: name,
      timed: fc.boolean(),
    })
    .map(({ verdict, kind, commonName, issuerCommonName, timed }) => {
      const typical = typicalSignature(verdict);
      const signer = { ...madeSignature().signer, commonName, issuerCommonName } as typeof typical.signer;
      return { ...typical, kind, signer, time: timed ? typical.time : null } as typeof typical;
    });
  const said = fc.property(
    fc.array(signature, { maxLength: 4 }),
    fc.constantFrom(...VERDICTS),
    (signatures, verdict) => {
      const answer = reportJson(madeReport(signatures, { verdict }), CONTEXT);
      return stringsOf(answer).every((text) => !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(text));
    },
  );
  t.doesNotThrow(() => fc.assert(said, { numRuns: 2_000 }));
});

function stringsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}
