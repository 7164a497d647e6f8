// `teken verify`: every file judged by itself, one exit code for the run.

import { isDevelopmentCertificate } from '../pki/development-marker.ts';
import type { TrustList } from '../pki/trust-list.ts';
import { nodePlatform, openFileSource } from '../platform/node.ts';
import { bytesSource, type Source } from '../platform/platform.ts';
import type { Text } from '../report/language.ts';
import { printable } from '../report/printable.ts';
import { fillText } from '../report/template.ts';
import { guardedClient } from '../trust-services/guarded-fetch.ts';
import { revocationClient } from '../trust-services/revocation-client.ts';
import { type VerifyContext, verifyDocument } from '../verify/verify-document.ts';
import { verifyWithEvidence } from '../verify/verify-with-evidence.ts';
import type { Arguments } from './arguments.ts';
import type { Calling } from './calling.ts';
import { type EvidenceFiles, openEvidenceFiles } from './evidence-files.ts';
import { EXIT, exitCodeOf, type Outcome, outcomeOf } from './exit-codes.ts';
import { systemReason } from './failure.ts';
import { findInputFiles, STANDARD_INPUT } from './input-files.ts';
import { readPassword } from './password-file.ts';
import { DEVELOPMENT_BANNER, type Examined, openResults } from './results.ts';
import { runIdOf } from './run-id.ts';
import type { Terminal } from './terminal.ts';
import { loadTrust } from './trust.ts';
import { readVerifySettings, type VerifySettings } from './verify-settings.ts';
import { type Tool, toolOf } from './version.ts';

interface Run {
  readonly settings: VerifySettings;
  readonly context: Omit<VerifyContext, 'signal'>;
  readonly terminal: Terminal;
  readonly tool: Tool;
  warn(text: Text, values?: Readonly<Record<string, string>>): void;
}

const WARNINGS = {
  missing: {
    id: 'Berkas {path} tidak dapat dibuka ({reason}).',
    en: 'The file {path} cannot be opened ({reason}).',
  },
  none: { id: 'Tidak ada berkas PDF yang ditemukan.', en: 'No PDF file was found.' },
  trust: {
    id: 'Peringatan: tanpa --trust atau TEKEN_TRUST_DIR setiap penerbit dianggap tidak dikenal.',
    en: 'Warning: without --trust or TEKEN_TRUST_DIR every issuer counts as unknown.',
  },
  revocation: {
    id: 'Peringatan: pencabutan sertifikat tidak diwajibkan (--revocation {policy}).',
    en: 'Warning: revocation is not required to be checked (--revocation {policy}).',
  },
  failure: {
    id: 'Gangguan internal pada {path}: {reason}',
    en: 'Internal error at {path}: {reason}',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * Verifies files and writes the results.
 * @returns the exit code
 * @throws UsageError
 */
export async function verifyFiles(line: Arguments, calling: Calling): Promise<number> {
  const { language, terminal } = calling;
  const environment = calling.environment();
  const settings = readVerifySettings(line, environment);
  const client = guardedClient({ privateAddresses: environment.allowPrivateNetwork ? 'allow' : 'refuse' });
  const password = settings.passwordFile === null ? null : readPassword(settings.passwordFile);
  const now = settings.at ?? Date.now();
  const { digests } = nodePlatform;
  const run: Run = {
    settings,
    context: {
      platform: nodePlatform,
      trustList: loadTrust(settings.trust, { digests, production: environment.production, now }),
      policy: settings.policy,
      revocation: settings.offline
        ? null
        : revocationClient({ client, platform: nodePlatform, clock: Date.now }),
      supplied: settings.supplied,
      now,
      detail: settings.detail || settings.format === 'etsi',
      ...(password === null ? {} : { password }),
    },
    terminal,
    tool: toolOf(environment.commit),
    warn: (text, values = {}) => {
      if (!settings.quiet) terminal.warn(`teken: ${fillText(text[language], values)}`);
    },
  };
  const results = openResults(
    {
      ...settings,
      language,
      timeZone: environment.timeZone,
      tool: run.tool,
      development: acceptsDevelopment(run.context.trustList),
    },
    terminal,
  );
  try {
    warnOfSettings(run);
    const outcomes = await examineAll(run, results.add);
    if (terminal.interrupted.aborted) return EXIT.interrupted;
    await results.finish();
    return exitCodeOf(outcomes, settings.failOn);
  } finally {
    results.discard();
    client.close();
    password?.fill(0);
  }
}

function acceptsDevelopment({ anchors }: TrustList): boolean {
  return anchors.some(({ role, certificate }) => role === 'active' && isDevelopmentCertificate(certificate));
}

function warnOfSettings({ settings, context, warn }: Run): void {
  if (settings.format !== 'text' && acceptsDevelopment(context.trustList)) warn(DEVELOPMENT_BANNER);
  if (context.trustList.anchors.length === 0) warn(WARNINGS.trust);
  const { revocation } = settings.policy;
  if (revocation !== 'require') warn(WARNINGS.revocation, { policy: revocation });
}

/** One file after the other; a file that cannot be opened, or fails, does not stop the rest. */
async function examineAll(run: Run, add: (examined: Examined) => Promise<void>): Promise<readonly Outcome[]> {
  const { settings, terminal, warn } = run;
  const { paths, missing } = findInputFiles(settings.files, settings.recursive);
  const outcomes: Outcome[] = [];
  const packs = settings.evidence === null ? null : openEvidenceFiles(settings.evidence, paths.length);
  const open = (path: string, reason: string): void => {
    outcomes.push('unreadable');
    warn(WARNINGS.missing, { path: printable(path), reason });
  };
  for (const { path, reason } of missing) open(path, reason);
  for (const path of paths) {
    const opened = await openInput(path, terminal);
    if (typeof opened === 'string') {
      open(path, opened);
      continue;
    }
    const examined = await examine(path, opened.source, run, packs).finally(opened.close);
    // What was cut short is no result.
    if (terminal.interrupted.aborted) return outcomes;
    outcomes.push(examined.outcome);
    await add(examined);
  }
  if (outcomes.length === 0) warn(WARNINGS.none);
  return outcomes;
}

interface OpenedInput {
  readonly source: Source;
  readonly close: () => void;
}

/** The bytes of a file, or the system's word for why there are none. */
async function openInput(path: string, terminal: Terminal): Promise<OpenedInput | string> {
  if (path === STANDARD_INPUT) {
    const bytes = await readInput(terminal.input);
    return bytes === null ? 'too-large' : { source: bytesSource(bytes), close: () => undefined };
  }
  try {
    const source = openFileSource(path);
    return { source, close: source.close };
  } catch (error) {
    return systemReason(error);
  }
}

// Standard input is held in memory; larger documents are given as files.
const LARGEST_INPUT = 100 * 1024 * 1024;

async function readInput(input: AsyncIterable<Uint8Array>): Promise<Uint8Array | null> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of input) {
    size += piece.length;
    if (size > LARGEST_INPUT) return null;
    pieces.push(piece);
  }
  return new Uint8Array(Buffer.concat(pieces));
}

async function examine(
  path: string,
  source: Source,
  run: Run,
  packs: EvidenceFiles | null,
): Promise<Examined> {
  const { settings, context, terminal, warn } = run;
  const begun = performance.now();
  const report = await verified(path, source, packs, {
    ...context,
    tool: run.tool,
    signal: AbortSignal.any([terminal.interrupted, AbortSignal.timeout(settings.timeoutMs)]),
    onFailure: (error) => {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      warn(WARNINGS.failure, { path: printable(path), reason: printable(reason) });
    },
  });
  return {
    path,
    requestId: runIdOf(path, report, context.now),
    report,
    outcome: outcomeOf(report),
    durationMs: Math.round(performance.now() - begun),
  };
}

async function verified(
  path: string,
  source: Source,
  packs: EvidenceFiles | null,
  context: VerifyContext & { readonly tool: Tool },
): Promise<Examined['report']> {
  if (packs === null) return await verifyDocument(source, context);
  const { report, pack } = await verifyWithEvidence(source, context);
  if (pack !== null) packs.add(path, pack);
  return report;
}
