// `teken doctor`: one line for each thing that this machine needs, and for what is amiss how to mend it.

import { readFileSync } from 'node:fs';
import { type Config, InvalidConfiguration } from '../config.ts';
import { parseClientsFile } from '../identity/client-file.ts';
import { parseSignerRegistry } from '../identity/signer-registry.ts';
import type { TrustList } from '../pki/trust-list.ts';
import { nodePlatform } from '../platform/node.ts';
import type { Language, Text } from '../report/language.ts';
import { LOOK_SYMBOLS } from '../report/looks.ts';
import { printable } from '../report/printable.ts';
import { fillText } from '../report/template.ts';
import { wrapText } from '../report/wrap.ts';
import { loadAlgorithmTable } from '../trust-services/algorithm-table.ts';
import { guardedClient } from '../trust-services/guarded-fetch.ts';
import { timestampSource } from '../trust-services/timestamp-client.ts';
import { loadTrustDirectory } from '../trust-services/trust-directory.ts';
import { type Arguments, oneOf } from './arguments.ts';
import type { Calling } from './calling.ts';
import { EXIT } from './exit-codes.ts';
import { plain, type Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

type Health = 'good' | 'notice' | 'bad' | 'unchecked';

interface Examination {
  readonly what:
    | 'configuration'
    | 'trust-list'
    | 'algorithms'
    | 'signers'
    | 'clients'
    | 'time-stamps'
    | 'clock';
  readonly health: Health;
  /** What was found, and for what is amiss how to mend it. */
  readonly found: Text;
  readonly mend: Text | null;
}

const NAMES: Readonly<Record<Examination['what'], Text>> = {
  configuration: { id: 'pengaturan', en: 'configuration' },
  'trust-list': { id: 'daftar penerbit', en: 'trust list' },
  algorithms: { id: 'tabel algoritme', en: 'algorithms' },
  signers: { id: 'penanda tangan', en: 'signers' },
  clients: { id: 'aplikasi', en: 'clients' },
  'time-stamps': { id: 'stempel waktu', en: 'time-stamps' },
  clock: { id: 'jam', en: 'clock' },
};

const LOOKS = { good: 'ok', notice: 'warn', bad: 'bad', unchecked: 'none' } as const;

const TEXTS = {
  right: { id: 'benar', en: 'right' },
  readable: { id: '{file} dapat dipakai', en: '{file} can be used' },
  unusable: { id: '{file} tidak dapat dipakai ({reason})', en: '{file} cannot be used ({reason})' },
  mendFile: {
    id: 'Perbaiki berkas itu; alasannya menyebut tempatnya.',
    en: 'Mend that file; the reason names the place.',
  },
  mendVariable: { id: 'Betulkan variabel itu, lalu ulangi.', en: 'Set that variable right, and try again.' },
  anchors: { id: '{count} penerbit, berumur {days} hari', en: '{count} issuers, {days} days old' },
  mendTrust: {
    id: 'Isi folder itu: "teken trust add --trust {folder} <sertifikat>".',
    en: 'Fill that folder: "teken trust add --trust {folder} <certificate>".',
  },
  mendAge: {
    id: 'Bandingkan daftar itu dengan yang diumumkan, lalu perbarui anchors.json.',
    en: 'Compare the list with the published one, and bring anchors.json up to date.',
  },
  builtIn: { id: 'tabel bawaan', en: 'the built-in table' },
  verifiesOnly: { id: 'tidak ada: layanan ini hanya memeriksa', en: 'none: this service only verifies' },
  noAuthority: { id: 'tidak ada layanan stempel waktu', en: 'no time-stamp authority' },
  mendAuthority: {
    id: 'Atur TEKEN_TSA_URLS bila tanda tangan memerlukan B-T atau lebih.',
    en: 'Set TEKEN_TSA_URLS if signatures are to be B-T or higher.',
  },
  notAsked: { id: 'tidak ditanyakan', en: 'not asked' },
  stamped: { id: '{name} menjawab dalam {ms} ms', en: '{name} answered within {ms} ms' },
  unstamped: { id: '{name} tidak memberi stempel ({reason})', en: '{name} gave no time-stamp ({reason})' },
  mendStamp: {
    id: 'Periksa alamat, jaringan, dan bahwa penerbitnya ada dalam daftar dengan keperluan "timestamp".',
    en: 'Check its address, the network, and that its issuer is listed for the purpose "timestamp".',
  },
  offset: { id: 'berbeda {seconds} detik dari {name}', en: '{seconds} s from {name}' },
  mendClock: {
    id: 'Nyalakan NTP (timedatectl set-ntp true).',
    en: 'Switch NTP on (timedatectl set-ntp true).',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** Nobody has exchanged anything for half a year. */
const OLD_LIST_DAYS = 180;
const DAY = 86_400_000;
const CLOCK_NOTICE_MS = 5_000;
const CLOCK_BAD_MS = 60_000;

/** @returns the exit code: 1 where something has to be mended @throws UsageError */
export async function doctor(line: Arguments, calling: Calling): Promise<number> {
  const [stray] = line.files;
  if (stray !== undefined) throw new UsageError('argument-unexpected', { argument: stray });
  const format = oneOf('format', line.value('format') ?? 'text', ['text', 'json']);
  const { terminal, language } = calling;
  const found = await examineAll(calling, line.has('offline'));
  if (format === 'json') await terminal.write(`${JSON.stringify(found, null, 2)}\n`);
  else await terminal.write(textOf(found, language, line.has('no-color'), terminal));
  return found.some(({ health }) => health === 'bad') ? EXIT.refused : EXIT.accepted;
}

async function examineAll(calling: Calling, offline: boolean): Promise<readonly Examination[]> {
  let config: Config;
  try {
    config = calling.configuration();
  } catch (error) {
    if (!(error instanceof InvalidConfiguration)) throw error;
    return error.message
      .split('\n')
      .map((fault) => examination('configuration', 'bad', same(printable(fault)), TEXTS.mendVariable));
  }
  const list = trustOf(config);
  return [
    examination('configuration', 'good', TEXTS.right),
    list.examined,
    fileExamination('algorithms', config.algorithmsFile, loadAlgorithmTable, TEXTS.builtIn),
    fileExamination(
      'signers',
      config.signersFile,
      (file) => parseSignerRegistry(readFileSync(file, 'utf8')),
      TEXTS.verifiesOnly,
    ),
    fileExamination(
      'clients',
      config.clientsFile,
      (file) => parseClientsFile(readFileSync(file, 'utf8')),
      TEXTS.verifiesOnly,
    ),
    ...(await timestampExaminations(config, list.trustList, offline, calling.terminal.interrupted)),
  ];
}

function examination(
  what: Examination['what'],
  health: Health,
  found: Text,
  mend: Text | null = null,
): Examination {
  return { what, health, found, mend };
}

function same(text: string): Text {
  return { id: text, en: text };
}

function filled(text: Text, values: Readonly<Record<string, string>>): Text {
  return { id: fillText(text.id, values), en: fillText(text.en, values) };
}

function trustOf(config: Config): { readonly examined: Examination; readonly trustList: TrustList | null } {
  const { trustDirectory: folder, production } = config;
  const now = Date.now();
  try {
    const list = loadTrustDirectory(folder, { digests: nodePlatform.digests, production });
    const days = Math.max(0, Math.floor((now - list.asOf) / DAY));
    const found = filled(TEXTS.anchors, { count: String(list.anchors.length), days: String(days) });
    const mend = list.anchors.length === 0 ? filled(TEXTS.mendTrust, { folder }) : TEXTS.mendAge;
    const health = list.anchors.length === 0 ? 'bad' : days > OLD_LIST_DAYS ? 'notice' : 'good';
    return {
      examined: examination('trust-list', health, found, health === 'good' ? null : mend),
      trustList: list,
    };
  } catch (error) {
    const found = filled(TEXTS.unusable, { file: folder, reason: reasonOf(error) });
    return {
      examined: examination('trust-list', 'bad', found, filled(TEXTS.mendTrust, { folder })),
      trustList: null,
    };
  }
}

function fileExamination(
  what: Examination['what'],
  file: string | null,
  read: (file: string) => unknown,
  absent: Text,
): Examination {
  if (file === null) return examination(what, 'good', absent);
  try {
    read(file);
    return examination(what, 'good', filled(TEXTS.readable, { file }));
  } catch (error) {
    return examination(
      what,
      'bad',
      filled(TEXTS.unusable, { file, reason: reasonOf(error) }),
      TEXTS.mendFile,
    );
  }
}

/** A code where there is one: messages of the system repeat paths, and those of a parser the content. */
function reasonOf(error: unknown): string {
  const { code, where } = error as { readonly code?: unknown; readonly where?: unknown };
  const words = [code, where].filter((word) => typeof word === 'string');
  if (words.length > 0) return printable(words.join(': '));
  return error instanceof Error ? error.name : 'error';
}

async function timestampExaminations(
  config: Config,
  trustList: TrustList | null,
  offline: boolean,
  signal: AbortSignal,
): Promise<readonly Examination[]> {
  const { tsaUrls } = config;
  if (tsaUrls.length === 0)
    return [
      examination('time-stamps', 'notice', TEXTS.noAuthority, TEXTS.mendAuthority),
      examination('clock', 'unchecked', TEXTS.notAsked),
    ];
  if (offline || trustList === null)
    return (['time-stamps', 'clock'] as const).map((what) => examination(what, 'unchecked', TEXTS.notAsked));
  const allowed = config.allowPrivateNetwork || !config.production;
  const client = guardedClient({ privateAddresses: allowed ? 'allow' : 'refuse' });
  try {
    const each = await Promise.all(
      tsaUrls.map((url) => askAuthority(url, config, trustList, client, signal)),
    );
    return each.flat();
  } finally {
    client.close();
  }
}

async function askAuthority(
  url: string,
  { tsaBudgetMs }: Config,
  trustList: TrustList,
  client: ReturnType<typeof guardedClient>,
  signal: AbortSignal,
): Promise<readonly Examination[]> {
  const source = timestampSource({
    urls: [url],
    budgetMs: tsaBudgetMs,
    client,
    trustList: () => trustList,
    clock: Date.now,
    platform: nodePlatform,
  });
  const { name } = source;
  const begun = performance.now();
  const outcome = await source
    .stamp({ algorithm: 'sha256', digest: nodePlatform.randomBytes(32) }, signal)
    .then(
      () => null,
      (error: unknown) => error,
    );
  const ms = String(Math.round(performance.now() - begun));
  const comparison = source.clockComparison();
  const stamp =
    outcome === null
      ? examination('time-stamps', 'good', filled(TEXTS.stamped, { name, ms }))
      : examination(
          'time-stamps',
          'bad',
          filled(TEXTS.unstamped, { name, reason: stampReason(outcome) }),
          TEXTS.mendStamp,
        );
  if (comparison === null) return [stamp];
  const offset = Math.abs(comparison.offsetMs);
  const found = filled(TEXTS.offset, { seconds: (offset / 1000).toFixed(1), name });
  const health = offset > CLOCK_BAD_MS ? 'bad' : offset > CLOCK_NOTICE_MS ? 'notice' : 'good';
  return [stamp, examination('clock', health, found, health === 'good' ? null : TEXTS.mendClock)];
}

/** What each authority said, as the error lists it. */
function stampReason(error: unknown): string {
  const { values } = error as { readonly values?: { readonly sources?: unknown } };
  const sources = values?.sources;
  return Array.isArray(sources) ? printable(JSON.stringify(sources)) : reasonOf(error);
}

function textOf(
  examinations: readonly Examination[],
  language: Language,
  noColour: boolean,
  { paint: usual, width }: Terminal,
): string {
  const paint = noColour ? plain : usual;
  const lines = examinations.flatMap(({ what, health, found, mend }) => {
    const look = LOOKS[health];
    const head = `${LOOK_SYMBOLS[look]} ${NAMES[what][language]}: ${found[language]}`;
    return [
      ...wrapText(head, '', width).map((line) => paint(look, line)),
      ...(mend === null ? [] : wrapText(mend[language], '  → ', width)),
    ];
  });
  return `${lines.join('\n')}\n`;
}
