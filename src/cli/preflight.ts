// `teken preflight`: whether one file can be signed like this. Nothing is written, no key is used.

import { preflightJson } from '../http/preflight-answer.ts';
import { nodePlatform } from '../platform/node.ts';
import { type Preflight, preflight } from '../preflight.ts';
import type { SignerBackend } from '../sign/ports.ts';
import { openSigner } from '../signers/open-signer.ts';
import { DEFAULT_POLICY } from '../verify/policy.ts';
import { type Arguments, oneOf } from './arguments.ts';
import type { Calling } from './calling.ts';
import { EXIT } from './exit-codes.ts';
import { openInput } from './input-files.ts';
import { withPassword } from './password-file.ts';
import { preflightText } from './preflight-text.ts';
import { type PreflightSettings, readPreflightSettings } from './sign-settings.ts';
import { openTrustTools } from './signing-tools.ts';
import { plain } from './terminal.ts';

/**
 * Looks at a file as `teken sign` would.
 * @returns the exit code: a blocker is an answer, and ends with 1; a file that cannot be read with 5
 * @throws UsageError, SignerFailed for a key file that cannot be opened, TrustServiceFailed `deadline-exceeded`
 */
export async function preflightFile(line: Arguments, calling: Calling): Promise<number> {
  const { language, terminal } = calling;
  const format = oneOf('format', line.value('format') ?? 'text', ['text', 'json']);
  const settings = readPreflightSettings(line, calling.environment());
  const seen = await withPassword(settings.passwordFile, (password) => look(settings, password, calling));
  const paint = settings.colour ? terminal.paint : plain;
  await terminal.write(
    format === 'json'
      ? `${JSON.stringify(preflightJson(seen), null, 2)}\n`
      : preflightText(seen, settings.input, language, paint),
  );
  if (seen.ok) return EXIT.accepted;
  return seen.file === null ? EXIT.unreadable : EXIT.refused;
}

async function look(
  settings: PreflightSettings,
  password: Uint8Array | null,
  calling: Calling,
): Promise<Preflight> {
  const { production, timeZone } = calling.environment();
  const { interrupted } = calling.terminal;
  const now = Date.now();
  const { trustList, timestamps, revocation, close } = openTrustTools(settings, { production });
  const source = openInput(settings.input);
  let backend: SignerBackend | null = null;
  try {
    backend = await backendOf(settings, production);
    return await preflight(source, settings.request, {
      platform: nodePlatform,
      signer: (await backend?.signerFor(null)) ?? null,
      ...(password === null ? {} : { password }),
      timestamps,
      revocation,
      now,
      timeZone,
      signal: AbortSignal.any([interrupted, AbortSignal.timeout(settings.timeoutMs)]),
      verification: { trustList, policy: DEFAULT_POLICY },
      earlierBroken: 'refuse',
      developmentKeys: production ? 'refuse' : 'allow',
      probe: settings.probe,
    });
  } finally {
    close();
    source.close();
    await backend?.close();
  }
}

/** Its certificate is wanted, not its key; how well the file protects it is said when something is signed. */
async function backendOf(
  { signerUri }: PreflightSettings,
  production: boolean,
): Promise<SignerBackend | null> {
  if (signerUri === null) return null;
  return openSigner(signerUri, { production, platform: nodePlatform, warn: () => undefined });
}
