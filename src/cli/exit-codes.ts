// Exit codes: one table for the program, its help and the documentation.

import type { Language, Text } from '../report/language.ts';
import { classOf, type VerificationReport } from '../verify/report.ts';

export type CommandName =
  | 'verify'
  | 'sign'
  | 'raise'
  | 'preflight'
  | 'replay'
  | 'extract'
  | 'trust'
  | 'audit'
  | 'client'
  | 'qr'
  | 'signer'
  | 'inspect'
  | 'diff'
  | 'offline-verifier'
  | 'doctor'
  | 'config'
  | 'completion'
  | 'serve';

interface ExitCode {
  readonly code: number;
  /** What it means, for the commands that can end so. */
  readonly meaning: Readonly<Partial<Record<CommandName, Text>>>;
}

const USAGE: Text = {
  id: 'pemakaian atau pengaturan salah; tidak ada yang dinilai',
  en: 'wrong usage or configuration; nothing was judged',
};
const INTERNAL: Text = { id: 'gangguan internal', en: 'internal error' };
const INTERRUPTED: Text = {
  id: 'dihentikan sebelum selesai; mengalahkan semua kode lain',
  en: 'interrupted before the end; overrides all others',
};

const WRONG_CONFIGURATION: Text = { id: 'pengaturan layanan salah', en: 'wrong configuration' };

/** In the order of precedence: of several that apply to a run, the first is its exit code. */
export const EXIT_CODES: readonly ExitCode[] = [
  {
    code: 130,
    meaning: {
      doctor: INTERRUPTED,
      'offline-verifier': INTERRUPTED,
      inspect: INTERRUPTED,
      diff: INTERRUPTED,
      verify: INTERRUPTED,
      sign: INTERRUPTED,
      raise: INTERRUPTED,
      preflight: INTERRUPTED,
      replay: INTERRUPTED,
      extract: INTERRUPTED,
      trust: INTERRUPTED,
      audit: INTERRUPTED,
      client: INTERRUPTED,
      qr: INTERRUPTED,
      signer: INTERRUPTED,
    },
  },
  {
    code: 78,
    meaning: { serve: WRONG_CONFIGURATION, config: WRONG_CONFIGURATION },
  },
  {
    code: 70,
    meaning: {
      doctor: INTERNAL,
      'offline-verifier': INTERNAL,
      config: INTERNAL,
      completion: INTERNAL,
      inspect: INTERNAL,
      diff: INTERNAL,
      verify: INTERNAL,
      sign: INTERNAL,
      raise: INTERNAL,
      preflight: INTERNAL,
      replay: INTERNAL,
      extract: INTERNAL,
      trust: INTERNAL,
      audit: INTERNAL,
      client: INTERNAL,
      qr: INTERNAL,
      signer: INTERNAL,
      serve: INTERNAL,
    },
  },
  {
    code: 2,
    meaning: {
      doctor: { id: 'pemakaian salah', en: 'wrong usage' },
      'offline-verifier': {
        id: 'pemakaian salah, daftarnya tidak dapat dipakai, atau berkasnya sudah ada',
        en: 'wrong usage, the list cannot be used, or the file exists',
      },
      config: { id: 'pemakaian salah', en: 'wrong usage' },
      completion: { id: 'pemakaian salah', en: 'wrong usage' },
      inspect: { id: 'pemakaian atau pengaturan salah', en: 'wrong usage or configuration' },
      diff: { id: 'pemakaian salah', en: 'wrong usage' },
      verify: USAGE,
      sign: {
        id: 'pemakaian atau pengaturan salah, juga passphrase berkas kunci; tidak ada yang ditandatangani',
        en: 'wrong usage or configuration, the passphrase of a key file included; nothing was signed',
      },
      raise: {
        id: 'pemakaian atau pengaturan salah; tidak ada yang ditulis',
        en: 'wrong usage or configuration; nothing was written',
      },
      preflight: {
        id: 'pemakaian atau pengaturan salah, juga passphrase berkas kunci',
        en: 'wrong usage or configuration, the passphrase of a key file included',
      },
      replay: USAGE,
      extract: { id: 'pemakaian salah', en: 'wrong usage' },
      trust: {
        id: 'pemakaian salah, atau daftarnya tidak dapat dipakai',
        en: 'wrong usage, or the list cannot be used',
      },
      audit: USAGE,
      client: {
        id: 'pemakaian salah, atau berkas aplikasinya tidak dapat dipakai',
        en: 'wrong usage, or the clients file cannot be used',
      },
      qr: USAGE,
      signer: {
        id: 'pemakaian salah, atau berkas penanda tangannya tidak dapat dipakai',
        en: 'wrong usage, or the signers file cannot be used',
      },
      serve: { id: 'pemakaian salah', en: 'wrong usage' },
    },
  },
  {
    code: 1,
    meaning: {
      doctor: {
        id: 'ada yang harus diperbaiki; caranya disebutkan',
        en: 'something has to be mended; how is said',
      },
      diff: {
        id: 'ada perubahan, atau versi itu tidak ada',
        en: 'something changed, or there is no such version',
      },
      verify: {
        id: 'setidaknya satu berkas terbukti tidak baik',
        en: 'at least one file is proven bad',
      },
      sign: {
        id: 'ditolak atau gagal (kunci, penanda tangan, stempel waktu, pemeriksaan sendiri)',
        en: 'refused or failed (key, signer, time-stamp, self-check)',
      },
      raise: {
        id: 'ditolak atau gagal (stempel waktu, data pencabutan, pemeriksaan sendiri)',
        en: 'refused or failed (time-stamp, revocation data, self-check)',
      },
      preflight: {
        id: 'tidak dapat ditandatangani seperti diminta; penghalangnya disebutkan',
        en: 'cannot be signed as asked; what is in the way is said',
      },
      replay: {
        id: 'dokumen terbukti tidak baik, bukan dokumen dari bukti itu, atau hasilnya lain dari yang tercatat',
        en: 'the document is proven bad, is not the one of the evidence, or the recorded result was not reached',
      },
      extract: { id: 'tidak ada versi utuh seperti itu', en: 'there is no such complete version' },
      trust: {
        id: 'sertifikat ditolak; daftarnya tetap',
        en: 'the certificate was refused; the list is as it was',
      },
      qr: {
        id: 'kode tidak terbukti, atau berkasnya bukan surat itu',
        en: 'the code is not proven, or the file is not that letter',
      },
      audit: {
        id: 'ada yang diubah atau hilang, atau tanda terima tidak terbukti',
        en: 'something was changed or is missing, or the receipt is not proven',
      },
      client: {
        id: 'ditolak (sudah ada, atau tidak dikenal); berkasnya tetap',
        en: 'refused (it exists, or nobody knows it); the file is as it was',
      },
    },
  },
  {
    code: 5,
    meaning: {
      inspect: { id: 'berkas tidak terbaca', en: 'the file cannot be read' },
      diff: { id: 'berkas tidak terbaca', en: 'a file cannot be read' },
      verify: {
        id: 'setidaknya satu berkas tidak terbaca (bukan PDF, terkunci, rusak, di luar batas), atau tidak ada berkas',
        en: 'at least one file is unreadable (not PDF, encrypted, damaged, over a limit), or no file was found',
      },
      sign: {
        id: 'berkas masukan tidak terbaca; dengan --out-dir setidaknya satu, atau tidak ada berkas',
        en: 'the input cannot be read; with --out-dir at least one, or no file was found',
      },
      raise: { id: 'berkas masukan tidak terbaca', en: 'the input cannot be read' },
      preflight: { id: 'berkas masukan tidak terbaca', en: 'the input cannot be read' },
      replay: {
        id: 'dokumen atau berkas bukti tidak terbaca',
        en: 'the document or the evidence cannot be read',
      },
      extract: { id: 'berkas masukan tidak terbaca', en: 'the input cannot be read' },
      trust: { id: 'berkas sertifikat tidak terbaca', en: 'the certificate file cannot be read' },
      qr: { id: 'berkas tidak terbaca', en: 'a file cannot be read' },
      audit: { id: 'tidak ada catatan audit di sana', en: 'there is no audit record' },
      client: { id: 'berkasnya tidak terbaca', en: 'the file cannot be read' },
      signer: { id: 'berkasnya tidak terbaca', en: 'the file cannot be read' },
    },
  },
  {
    code: 3,
    meaning: {
      verify: {
        id: 'tidak ada yang buruk, setidaknya satu belum dapat dipastikan',
        en: 'none is bad, at least one is indeterminate',
      },
      replay: { id: 'belum dapat dipastikan, seperti yang tercatat', en: 'indeterminate, as recorded' },
    },
  },
  {
    code: 4,
    meaning: {
      verify: {
        id: 'selain itu baik, setidaknya satu berkas tanpa tanda tangan',
        en: 'otherwise good, at least one file has no signature',
      },
      replay: { id: 'tanpa tanda tangan, seperti yang tercatat', en: 'no signature, as recorded' },
    },
  },
  {
    code: 0,
    meaning: {
      doctor: { id: 'tidak ada yang harus diperbaiki', en: 'nothing has to be mended' },
      'offline-verifier': { id: 'ditulis', en: 'written' },
      config: { id: 'pengaturan benar', en: 'the configuration is right' },
      completion: { id: 'ditulis', en: 'written' },
      inspect: { id: 'ditampilkan; tidak ada yang diputuskan', en: 'shown; nothing was decided' },
      diff: { id: 'tidak ada perubahan', en: 'nothing changed' },
      verify: {
        id: 'semua berkas bertanda tangan dan semuanya diterima',
        en: 'every file is signed and every one is accepted',
      },
      sign: { id: 'ditandatangani; dengan --out-dir semuanya', en: 'signed; with --out-dir all of them' },
      raise: { id: 'tingkat itu tercapai', en: 'the level has been reached' },
      preflight: { id: 'dapat ditandatangani', en: 'it can be signed' },
      replay: { id: 'diterima, sama persis dengan yang tercatat', en: 'accepted, exactly as recorded' },
      trust: { id: 'ditambahkan, atau daftarnya ditampilkan', en: 'added, or the list shown' },
      qr: { id: 'kode asli', en: 'the code is genuine' },
      audit: { id: 'utuh, atau tercatat', en: 'whole, or on record' },
      extract: { id: 'ditulis, atau daftar versi ditampilkan', en: 'written, or the versions listed' },
      client: { id: 'diubah, atau aplikasinya ditampilkan', en: 'changed, or the clients listed' },
      signer: { id: 'diubah, atau penanda tangannya ditampilkan', en: 'changed, or the signers listed' },
      serve: { id: 'dihentikan dengan tertib', en: 'ended in order' },
    },
  },
];

export const EXIT = {
  accepted: 0,
  refused: 1,
  usage: 2,
  unreadable: 5,
  internal: 70,
  configuration: 78,
  interrupted: 130,
} as const;

/** The classes that `--fail-on` names, and the exit code that each gives. */
export const FAILURES = { invalid: 1, unreadable: 5, indeterminate: 3, unsigned: 4 } as const;

export type Failure = keyof typeof FAILURES;

/** How one file of a run came out. */
export type Outcome = 'accepted' | Failure | 'internal';

export function outcomeOf(report: VerificationReport): Outcome {
  if (report.ok) return 'accepted';
  switch (report.verdict) {
    case 'NO_SIGNATURE':
      return 'unsigned';
    case 'UNREADABLE':
      return 'unreadable';
    case 'SERVICE_ERROR':
      return 'internal';
    default: {
      const verdictClass = report.verdict === 'MIXED' ? report.class : classOf(report.verdict);
      return verdictClass === 'unsure' ? 'indeterminate' : 'invalid';
    }
  }
}

/**
 * The exit code of a run that was not interrupted.
 *
 * @param failOn - classes that count; what is left out of it still stands in the output. A run without any file ends with 5
 *   and a failure of our own with 70, whatever it says
 */
export function exitCodeOf(outcomes: readonly Outcome[], failOn: ReadonlySet<Failure>): number {
  if (outcomes.length === 0) return EXIT.unreadable;
  const codes = new Set<number>(
    outcomes.map((outcome) => {
      if (outcome === 'internal') return EXIT.internal;
      return outcome !== 'accepted' && failOn.has(outcome) ? FAILURES[outcome] : EXIT.accepted;
    }),
  );
  return worstExit(codes);
}

/** Of the codes of several files the one that the run ends with. */
export function worstExit(codes: Iterable<number>): number {
  const found = new Set(codes);
  return EXIT_CODES.find(({ code }) => found.has(code))?.code ?? EXIT.internal;
}

/** The codes of one command with their meaning, ascending. */
export function exitCodesOf(
  command: CommandName,
  language: Language,
): readonly { readonly code: number; readonly meaning: string }[] {
  return EXIT_CODES.flatMap(({ code, meaning }) => {
    const text = meaning[command];
    return text === undefined ? [] : [{ code, meaning: text[language] }];
  }).sort((a, b) => a.code - b.code);
}

/** The table of one command for documentation, as Markdown. */
export function exitCodesMarkdown(command: CommandName, language: Language): string {
  const head = language === 'id' ? '| Kode | Arti |' : '| Exit | Meaning |';
  const rows = exitCodesOf(command, language).map(({ code, meaning }) => `| ${code} | ${meaning} |`);
  return [head, '|---|---|', ...rows].join('\n');
}
