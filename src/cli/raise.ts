// `teken raise`: a signed file at a higher level, or renewed, written into another; no key is used.

import { type FileSource, nodePlatform, openFileSource } from '../platform/node.ts';
import type { Text } from '../report/language.ts';
import { printable } from '../report/printable.ts';
import { fillText } from '../report/template.ts';
import { rfc3339, timeText } from '../report/time-text.ts';
import type { RaisedLevel } from '../sign/raise-level.ts';
import { type RaisedAndVerified, raiseAndVerify } from '../sign-and-verify.ts';
import { DEFAULT_POLICY } from '../verify/policy.ts';
import { type Arguments, oneOf } from './arguments.ts';
import { beginFile } from './atomic-file.ts';
import type { Calling } from './calling.ts';
import { EXIT } from './exit-codes.ts';
import { openInput } from './input-files.ts';
import { withPassword } from './password-file.ts';
import { onlyFile, requiredOption, requireFreeOutput, requireTrustFor } from './sign-settings.ts';
import { openTrustTools } from './signing-tools.ts';
import { plain } from './terminal.ts';
import { readTsaUrls } from './tsa-urls.ts';
import { readSpanMs } from './values.ts';
import { trustPlaces } from './verify-settings.ts';

type Settings = ReturnType<typeof readSettings>;

function readSettings(line: Arguments, calling: Calling) {
  const environment = calling.environment();
  const settings = {
    input: onlyFile(line),
    output: requiredOption(line, 'output'),
    existing: line.has('force') ? ('replace' as const) : ('keep' as const),
    level: oneOf<RaisedLevel>('level', requiredOption(line, 'level'), ['B-T', 'B-LT', 'B-LTA']),
    tsaUrls: readTsaUrls(line),
    trust: trustPlaces(line, environment),
    passwordFile: line.value('password-file'),
    timeoutMs: readSpanMs('timeout', line.value('timeout') ?? '60s'),
    format: oneOf('format', line.value('format') ?? 'text', ['text', 'json']),
    quiet: line.has('quiet'),
    colour: !line.has('no-color'),
    environment,
  };
  requireTrustFor(settings.level, settings.trust);
  requireFreeOutput(settings);
  return settings;
}

/**
 * Raises the level of a file's signatures; broken ones stay as they are and are named.
 * @returns the exit code
 * @throws UsageError, MalformedPdf, SigningRefused, SigningFailed, TrustServiceFailed; then no file is written
 */
export async function raiseFile(line: Arguments, calling: Calling): Promise<number> {
  const settings = readSettings(line, calling);
  const raised = await withPassword(settings.passwordFile, (password) => raise(settings, password, calling));
  if (settings.format === 'json')
    await calling.terminal.write(`${JSON.stringify(raisedJson(raised, settings), null, 2)}\n`);
  else if (!settings.quiet) await calling.terminal.write(raisedText(raised, settings, calling));
  return EXIT.accepted;
}

async function raise(
  settings: Settings,
  password: Uint8Array | null,
  { terminal }: Calling,
): Promise<RaisedAndVerified> {
  const { input, output, existing, level, environment, timeoutMs } = settings;
  const { trustList, timestamps, revocation, close } = openTrustTools(settings, environment);
  const source = openInput(input);
  const written: FileSource[] = [];
  const file = beginFile(output, existing);
  try {
    await file.copyFrom(input);
    const raised = await raiseAndVerify(source, level, {
      platform: nodePlatform,
      timestamps,
      revocation,
      ...(password === null ? {} : { password }),
      now: Date.now(),
      signal: AbortSignal.any([terminal.interrupted, AbortSignal.timeout(timeoutMs)]),
      verification: { trustList, policy: DEFAULT_POLICY },
      earlierBroken: 'warn',
      materialise: async ({ update }) => {
        file.write(update);
        const standing = openFileSource(file.part);
        written.push(standing);
        return standing;
      },
    });
    file.commit();
    return raised;
  } finally {
    for (const standing of written) standing.close();
    file.discard();
    source.close();
    close();
  }
}

const RAISED: Text = { id: 'Dinaikkan ke {level}: {file}', en: 'Raised to {level}: {file}' };

const RENEW: Text = { id: 'Perpanjang sebelum {time}.', en: 'Renew before {time}.' };

const LEFT: Text = {
  id: 'Peringatan: tanda tangan di {fields} rusak atau tidak terbaca, dan dibiarkan seperti semula.',
  en: 'Warning: the signature in {fields} is broken or cannot be read, and was left as it was.',
};

function raisedText(
  { raised: { level, renewBefore, leftAsTheyWere } }: RaisedAndVerified,
  { output, colour, environment: { timeZone } }: Settings,
  { language, terminal }: Calling,
): string {
  const paint = colour ? terminal.paint : plain;
  const left = leftAsTheyWere.map((field) => `"${field}"`).join(', ');
  const time = renewBefore === null ? null : timeText(renewBefore, { language, timeZone });
  const lines = [
    paint('ok', `✔ ${fillText(RAISED[language], { level: `PAdES-${level}`, file: printable(output) })}`),
    ...(time === null ? [] : [`  ${fillText(RENEW[language], { time })}`]),
    ...(left === '' ? [] : [paint('warn', `  ${fillText(LEFT[language], { fields: printable(left) })}`)]),
  ];
  return `${lines.join('\n')}\n`;
}

function raisedJson(
  { raised, report }: RaisedAndVerified,
  { input, output }: Settings,
): Readonly<Record<string, unknown>> {
  const { level, documentTimestamps, renewBefore, leftAsTheyWere } = raised;
  return {
    path: input,
    output,
    level,
    documentTimestamps,
    renewBefore: renewBefore === null ? null : rfc3339(renewBefore),
    leftAsTheyWere,
    sha256: report.file.sha256,
  };
}
