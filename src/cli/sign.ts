// `teken sign`: one file signed into another, which stands there only when the verifier accepted what was written.

import type { CliEnvironment } from '../config.ts';
import type { TrustList } from '../pki/trust-list.ts';
import { type FileSource, nodePlatform, openFileSource } from '../platform/node.ts';
import type { Source } from '../platform/platform.ts';
import type { Language, Text } from '../report/language.ts';
import { printable } from '../report/printable.ts';
import { describe } from '../report/sentences.ts';
import { fillText } from '../report/template.ts';
import type { TimestampSource } from '../sign/ports.ts';
import { digestAhead } from '../sign/source-digest.ts';
import { type SignedAndVerified, signAndVerify } from '../sign-and-verify.ts';
import { openSigner } from '../signers/open-signer.ts';
import { type GuardedClient, guardedClient } from '../trust-services/guarded-fetch.ts';
import { revocationClient } from '../trust-services/revocation-client.ts';
import { timestampSource } from '../trust-services/timestamp-client.ts';
import { DEFAULT_POLICY } from '../verify/policy.ts';
import type { Arguments } from './arguments.ts';
import { beginFile, type FileInProgress } from './atomic-file.ts';
import type { Calling } from './calling.ts';
import { EXIT } from './exit-codes.ts';
import { systemReason } from './failure.ts';
import { withPassword } from './password-file.ts';
import { readSignSettings, type SignSettings } from './sign-settings.ts';
import { plain } from './terminal.ts';
import { loadTrust } from './trust.ts';
import { UsageError } from './usage-error.ts';

/**
 * Signs a file.
 * @returns the exit code
 * @throws UsageError, MalformedPdf, SigningRefused, SigningFailed, SignerFailed, TrustServiceFailed; then no file is written
 */
export async function signFile(line: Arguments, calling: Calling): Promise<number> {
  const { terminal } = calling;
  const environment = calling.environment();
  const settings = readSignSettings(line, environment);
  const source = openInput(settings.input);
  const ended = new AbortController();
  try {
    const output = beginFile(settings.output, settings.existing);
    // Opening a key takes about as long as reading a large document.
    digestAhead(source, nodePlatform.digests, AbortSignal.any([terminal.interrupted, ended.signal]));
    const copied = output.copyFrom(settings.input);
    // A failure is told where the copy is needed; until then nobody waits for it.
    copied.catch(() => undefined);
    try {
      const signed = await withPassword(settings.passwordFile, (password) =>
        signInto(output, copied, { source, password }, settings, environment, calling),
      );
      output.commit();
      if (!settings.quiet) await terminal.write(signedText(signed, settings, environment, calling));
    } finally {
      await Promise.allSettled([copied]);
      output.discard();
    }
  } finally {
    ended.abort();
    source.close();
  }
  return EXIT.accepted;
}

/** @throws UsageError `input-unreadable` */
export function openInput(path: string): FileSource {
  try {
    return openFileSource(path);
  } catch (cause) {
    throw new UsageError('input-unreadable', { file: path, reason: systemReason(cause) }, cause);
  }
}

const WEAK_KEY: Text = {
  id: 'Peringatan: berkas kunci dilindungi terlalu lemah untuk penggunaan resmi.',
  en: 'Warning: the key file is protected too weakly for production.',
};

interface InputDocument {
  readonly source: Source;
  readonly password: Uint8Array | null;
}

async function signInto(
  output: FileInProgress,
  copied: Promise<void>,
  { source, password }: InputDocument,
  settings: SignSettings,
  environment: CliEnvironment,
  { language, terminal }: Calling,
): Promise<SignedAndVerified> {
  const { production, timeZone } = environment;
  const { digests } = nodePlatform;
  const now = Date.now();
  const trustList = loadTrust(settings.trust, { digests, production, now });
  const backend = await openSigner(settings.signerUri, {
    production,
    platform: nodePlatform,
    warn: ({ code, values }) => {
      if (!settings.quiet) terminal.warn(`teken: ${WEAK_KEY[language]} [${code} ${JSON.stringify(values)}]`);
    },
  });
  const client = guardedClient({ privateAddresses: 'allow' });
  const written: FileSource[] = [];
  try {
    return await signAndVerify(source, settings.request, {
      platform: nodePlatform,
      signer: await backend.signerFor(null),
      activation: { kind: 'none' },
      ...(password === null ? {} : { password }),
      timestamps: timestampsOf(settings, client, trustList),
      revocation: revocationClient({ client, platform: nodePlatform, clock: Date.now }),
      now,
      timeZone,
      signal: AbortSignal.any([terminal.interrupted, AbortSignal.timeout(settings.timeoutMs)]),
      verification: { trustList, policy: DEFAULT_POLICY },
      earlierBroken: 'refuse',
      developmentKeys: production ? 'refuse' : 'allow',
      materialise: async (signed) => {
        await copied;
        output.write(signed.update);
        output.flush();
        const standing = openFileSource(output.part);
        written.push(standing);
        return standing;
      },
    });
  } finally {
    for (const file of written) file.close();
    client.close();
    await backend.close();
  }
}

// The authority is named by the person at the keyboard, not by a document: its address may be a private one.
export function timestampsOf(
  { tsaUrls }: Pick<SignSettings, 'tsaUrls'>,
  client: GuardedClient,
  trustList: TrustList,
): TimestampSource | null {
  if (tsaUrls.length === 0) return null;
  return timestampSource({
    urls: tsaUrls,
    client,
    trustList: () => trustList,
    clock: Date.now,
    platform: nodePlatform,
    budgetMs: TIMESTAMP_BUDGET_MS,
  });
}

// As the service's default, TEKEN_TSA_BUDGET_MS.
const TIMESTAMP_BUDGET_MS = 8_000;

const SIGNED: Text = { id: 'Ditandatangani: {file}', en: 'Signed: {file}' };

const AT_ANCHOR: Text = {
  id: 'Di teks --anchor, halaman {page}, ke-{occurrence} dari {matches}.',
  en: 'At the text of --anchor, page {page}, number {occurrence} of {matches}.',
};

const REPAIRED: Text = {
  id: 'Peringatan: berkas masukan rusak; hasilnya sudah diperbaiki. Periksa isinya.',
  en: 'Warning: the input was damaged; the signed file is mended. Look at its content.',
};

const COVERED: Text = {
  id: 'Peringatan: tanda tangan menimpa isi halaman ({kinds}).',
  en: 'Warning: the signature covers something on the page ({kinds}).',
};

/** That the file was damaged, which text decided the place, and what is covered there. */
function remarks({ repaired, anchor, collisions }: SignedAndVerified['signed'], language: Language): string {
  const kinds = [...new Set(collisions.map(({ kind }) => kind))].join(', ');
  const lines = [
    ...(repaired ? [REPAIRED[language]] : []),
    ...(anchor === null
      ? []
      : [
          fillText(AT_ANCHOR[language], {
            page: String(anchor.page),
            occurrence: String(anchor.occurrence),
            matches: String(anchor.matches),
          }),
        ]),
    ...(kinds === '' ? [] : [fillText(COVERED[language], { kinds })]),
  ];
  return lines.map((text) => `  ${text}\n`).join('');
}

/** What was made: where, by whom, when and at which level. */
function signedText(
  { signed, report, signature }: SignedAndVerified,
  { output, colour }: SignSettings,
  { timeZone }: CliEnvironment,
  { language, terminal }: Calling,
): string {
  const paint = colour ? terminal.paint : plain;
  const index = report.signatures.indexOf(signature);
  const said = describe(report, language, { timeZone }).signatures[index];
  const facts = [said?.name ?? '', said?.time ?? '', signature.level, `"${signed.fieldName}"`];
  const head = paint('ok', `✔ ${fillText(SIGNED[language], { file: printable(output) })}`);
  return `${head}\n  ${printable(facts.filter((fact) => fact !== '').join(', '))}\n${remarks(signed, language)}`;
}
