// What a run signs with: a key, time-stamps, revocation data and a trust list, opened once however many files there are.

import type { CliEnvironment } from '../config.ts';
import type { TrustList } from '../pki/trust-list.ts';
import { nodePlatform } from '../platform/node.ts';
import type { Text } from '../report/language.ts';
import type { RevocationSource, Signer, TimestampSource } from '../sign/ports.ts';
import { openSigner } from '../signers/open-signer.ts';
import { type GuardedClient, guardedClient } from '../trust-services/guarded-fetch.ts';
import { revocationClient } from '../trust-services/revocation-client.ts';
import { timestampSource } from '../trust-services/timestamp-client.ts';
import type { Calling } from './calling.ts';
import type { SigningSettings } from './sign-settings.ts';
import { loadTrust } from './trust.ts';

/** What has to be asked of others; none of it is a key. */
export interface TrustTools {
  readonly trustList: TrustList;
  readonly timestamps: TimestampSource | null;
  readonly revocation: RevocationSource;
  close(): void;
}

export interface SigningTools extends Omit<TrustTools, 'close'> {
  readonly signer: Signer;
  close(): Promise<void>;
}

/** @throws UsageError, TrustDirectoryRefused, TrustListRefused */
export function openTrustTools(
  { trust, tsaUrls }: Pick<SigningSettings, 'trust' | 'tsaUrls'>,
  { production }: Pick<CliEnvironment, 'production'>,
): TrustTools {
  const { digests } = nodePlatform;
  const trustList = loadTrust(trust, { digests, production, now: Date.now() });
  // The authorities are named by the person at the keyboard, not by a document: their addresses may be private ones.
  const client = guardedClient({ privateAddresses: 'allow' });
  return {
    trustList,
    timestamps: timestampsOf(tsaUrls, client, trustList),
    revocation: revocationClient({ client, platform: nodePlatform, clock: Date.now }),
    close: () => client.close(),
  };
}

/** @throws SignerFailed, and as `openTrustTools` */
export async function openSigningTools(
  settings: SigningSettings,
  environment: CliEnvironment,
  calling: Calling,
): Promise<SigningTools> {
  const { language, terminal } = calling;
  const trust = openTrustTools(settings, environment);
  try {
    const backend = await openSigner(settings.signerUri, {
      production: environment.production,
      platform: nodePlatform,
      warn: ({ code, values }) => {
        if (!settings.quiet)
          terminal.warn(`teken: ${WEAK_KEY[language]} [${code} ${JSON.stringify(values)}]`);
      },
    });
    const close = async (): Promise<void> => {
      trust.close();
      await backend.close();
    };
    const signer = await backend.signerFor(null);
    if (!settings.browser) return { ...trust, signer, close };
    const { signerByBrowser } = await import('./browser-signer.ts');
    return { ...trust, signer: signerByBrowser(signer, environment.display, calling), close };
  } catch (error) {
    trust.close();
    throw error;
  }
}

const WEAK_KEY: Text = {
  id: 'Peringatan: berkas kunci dilindungi terlalu lemah untuk penggunaan resmi.',
  en: 'Warning: the key file is protected too weakly for production.',
};

function timestampsOf(
  urls: readonly string[],
  client: GuardedClient,
  trustList: TrustList,
): TimestampSource | null {
  if (urls.length === 0) return null;
  return timestampSource({
    urls,
    client,
    trustList: () => trustList,
    clock: Date.now,
    platform: nodePlatform,
    budgetMs: TIMESTAMP_BUDGET_MS,
  });
}

// As the service's default, TEKEN_TSA_BUDGET_MS.
const TIMESTAMP_BUDGET_MS = 8_000;
