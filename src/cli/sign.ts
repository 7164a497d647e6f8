// `teken sign`: a file signed into another, which stands there only when the verifier accepted what was written.

import type { CliEnvironment } from '../config.ts';
import { type FileSource, nodePlatform, openFileSource } from '../platform/node.ts';
import type { Language, Text } from '../report/language.ts';
import { printable } from '../report/printable.ts';
import { describe } from '../report/sentences.ts';
import { fillText } from '../report/template.ts';
import type { Activation } from '../sign/ports.ts';
import { digestAhead } from '../sign/source-digest.ts';
import { type SignedAndVerified, signAndVerify } from '../sign-and-verify.ts';
import { DEFAULT_POLICY } from '../verify/policy.ts';
import { withActivation } from './activation.ts';
import type { Arguments } from './arguments.ts';
import { beginFile, type FileInProgress } from './atomic-file.ts';
import type { Calling } from './calling.ts';
import { EXIT } from './exit-codes.ts';
import { openInput } from './input-files.ts';
import { withPassword } from './password-file.ts';
import { readSignSettings, type SigningSettings } from './sign-settings.ts';
import { openSigningTools, type SigningTools } from './signing-tools.ts';
import { plain } from './terminal.ts';

/**
 * Signs one file, or with `--out-dir` many.
 * @returns the exit code
 * @throws UsageError, MalformedPdf, SigningRefused, SigningFailed, SignerFailed, TrustServiceFailed; then no file is written
 */
export async function signFile(line: Arguments, calling: Calling): Promise<number> {
  if (line.has('out-dir')) {
    const { signFiles } = await import('./sign-many.ts');
    return await signFiles(line, calling);
  }
  const environment = calling.environment();
  const settings = readSignSettings(line, environment);
  const run = beginRun(settings, environment, calling);
  try {
    const signed = await signOne(settings, run);
    if (!settings.quiet) await calling.terminal.write(signedText(signed, settings, environment, calling));
  } finally {
    await run.end();
  }
  return EXIT.accepted;
}

/** What all files of a run have in common. */
export interface SigningRun {
  readonly settings: SigningSettings;
  readonly environment: CliEnvironment;
  readonly calling: Calling;
  /** Opened when they are first asked for. */
  tools(): Promise<SigningTools>;
  end(): Promise<void>;
}

export function beginRun(
  settings: SigningSettings,
  environment: CliEnvironment,
  calling: Calling,
): SigningRun {
  let opened: Promise<SigningTools> | undefined;
  return {
    settings,
    environment,
    calling,
    tools: () => {
      opened ??= openSigningTools(settings, environment, calling);
      return opened;
    },
    end: async () => {
      // Tools that could not be opened have been told of by whoever asked for them.
      const tools = await opened?.catch(() => null);
      await tools?.close();
    },
  };
}

export interface SigningJob {
  readonly input: string;
  readonly output: string;
}

/** Signs a file into another. @throws as `signFile`; then there is no file that was not there before */
export async function signOne({ input, output }: SigningJob, run: SigningRun): Promise<SignedAndVerified> {
  const { settings, calling } = run;
  const source = openInput(input);
  const ended = new AbortController();
  try {
    const file = beginFile(output, settings.existing);
    // Opening a key takes about as long as reading a large document.
    digestAhead(source, nodePlatform.digests, AbortSignal.any([calling.terminal.interrupted, ended.signal]));
    const copied = file.copyFrom(input);
    // A failure is told where the copy is needed; until then nobody waits for it.
    copied.catch(() => undefined);
    try {
      const signed = await withPassword(settings.passwordFile, (password) =>
        withActivation(settings, (activation) =>
          signInto(file, copied, { source, password, activation }, run),
        ),
      );
      file.commit();
      return signed;
    } finally {
      await Promise.allSettled([copied]);
      file.discard();
    }
  } finally {
    ended.abort();
    source.close();
  }
}

interface InputDocument {
  readonly source: FileSource;
  readonly password: Uint8Array | null;
  readonly activation: Activation;
}

async function signInto(
  output: FileInProgress,
  copied: Promise<void>,
  { source, password, activation }: InputDocument,
  { settings, environment: { production, timeZone }, calling: { terminal }, tools }: SigningRun,
): Promise<SignedAndVerified> {
  const now = Date.now();
  const { signer, trustList, timestamps, revocation } = await tools();
  const written: FileSource[] = [];
  const { request, letter } = settings;
  const wanted =
    letter === null
      ? request
      : await (await import('./letter-code.ts')).requestWithCode(request, letter, source, signer, production);
  try {
    return await signAndVerify(source, wanted, {
      platform: nodePlatform,
      signer,
      activation,
      ...(password === null ? {} : { password }),
      timestamps,
      revocation,
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
  }
}

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
export function remarks(
  { repaired, anchor, collisions }: SignedAndVerified['signed'],
  language: Language,
): string {
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
  { output, colour }: SigningJob & Pick<SigningSettings, 'colour'>,
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
