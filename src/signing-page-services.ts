// The page for officials, wired: its file, the agency's OpenID provider, and the exchange of letters with applications.

import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { contentDigest } from './http/content-digest.ts';
import { loggableError } from './http/loggable-error.ts';
import { HttpProblem } from './http/problems.ts';
import { CALLBACK_PATH, type Delivery, type LetterExchange, type SigningPage } from './http/signing-page.ts';
import { keySets } from './identity/key-sets.ts';
import { type AskProvider, signIn } from './identity/sign-in.ts';
import { parseSigningPageFile } from './identity/signing-page-file.ts';
import type { Instant, SealKey } from './index.ts';
import { nodePlatform } from './platform/node.ts';
import { FetchFailed, type GuardedClient, guardedClient } from './trust-services/guarded-fetch.ts';

export interface SigningPageWiring {
  readonly config: Pick<Config, 'signingPageFile' | 'maxUploadMegabytes'>;
  readonly log: Logger;
  readonly clock: () => Instant;
  readonly sealKeys: readonly SealKey[] | null;
}

export interface OpenSigningPage {
  /** Null where none is configured. */
  readonly page: SigningPage | null;
  close(): void;
}

const PROVIDER_TIMEOUT_MS = 5_000;
// Key sets with certificate chains, and ID tokens with many claims.
const PROVIDER_BYTES = 1024 * 1024;

/** @throws InvalidRegistry, and the system's error for a file that cannot be read */
export async function openSigningPage({
  config,
  log,
  clock,
  sealKeys,
}: SigningPageWiring): Promise<OpenSigningPage> {
  const { signingPageFile } = config;
  if (signingPageFile === null || sealKeys === null) return { page: null, close: () => undefined };
  const { publicUrl, provider, uploads } = parseSigningPageFile(await readFile(signingPageFile, 'utf8'));
  const secretFile = resolve(dirname(signingPageFile), provider.clientSecretFile);
  const clientSecret = (await readFile(secretFile, 'utf8')).trim();
  // Provider and applications are named by the operator, not by strangers: they may be neighbours in the agency's own network.
  const client = guardedClient({ privateAddresses: 'allow' });
  const ask = askProvider(client);
  const { origin } = new URL(publicUrl);
  const sets = keySets({
    download: (url) => ask(url),
    monotonicMs: () => performance.now(),
    onFailure: (error) =>
      log.warn({ error: loggableError(error) }, 'keys of the OpenID provider not fetched'),
  });
  const { randomBytes } = nodePlatform;
  return {
    page: {
      publicUrl: origin,
      sealing: { keys: sealKeys, randomBytes },
      signIn: signIn({
        provider,
        clientSecret,
        redirectUri: `${origin}${CALLBACK_PATH}`,
        ask,
        keySets: sets,
        randomBytes,
        clock,
      }),
      letters: letterExchange(client, config.maxUploadMegabytes * MEGABYTE, log),
      uploadClient: uploads?.client ?? null,
    },
    close: () => client.close(),
  };
}

const MEGABYTE = 1024 * 1024;

function askProvider(client: GuardedClient): AskProvider {
  return (url, form) =>
    client.fetch({
      url,
      maxBytes: PROVIDER_BYTES,
      timeoutMs: PROVIDER_TIMEOUT_MS,
      signal: new AbortController().signal,
      ...(form === undefined
        ? {}
        : {
            headers: { authorization: form.authorization },
            body: { contentType: 'application/x-www-form-urlencoded', bytes: Buffer.from(form.body) },
          }),
    });
}

const FETCH_TIMEOUT_MS = 10_000;
const DELIVERY_TIMEOUT_MS = 8_000;
// An application that is being restarted is back within seconds; the official waits no longer than that.
const PAUSES_MS = [0, 500, 2_000];
const TAKEN = [200, 201, 202, 204];
// What an application says to a delivery is not read.
const ANSWER_BYTES = 64 * 1024;

function letterExchange(client: GuardedClient, maxBytes: number, log: Logger): LetterExchange {
  return {
    fetch: async (url, requestId, signal) => {
      try {
        const headers = { 'teken-request': requestId };
        const accept = 'application/pdf';
        return await client.fetch({ url, headers, accept, maxBytes, timeoutMs: FETCH_TIMEOUT_MS, signal });
      } catch (error) {
        const large = error instanceof FetchFailed && error.code === 'too-large';
        throw new HttpProblem(large ? 'file-too-large' : 'letter-unavailable', {}, [], error);
      }
    },
    deliver: async (delivery) => {
      for (const pauseMs of PAUSES_MS) {
        await wait(pauseMs);
        try {
          await deliverOnce(client, delivery);
          return true;
        } catch (error) {
          const { requestId } = delivery;
          log.warn({ signingRequest: requestId, error: loggableError(error) }, 'signed letter not delivered');
        }
      }
      return false;
    },
  };
}

async function deliverOnce(
  client: GuardedClient,
  { url, requestId, signatureId, signedFrom, pdf }: Delivery,
): Promise<void> {
  const digest = nodePlatform.digests.of('sha256', pdf);
  await client.fetch({
    url,
    headers: {
      'teken-request': requestId,
      'teken-signed-from': signedFrom,
      'signature-id': signatureId,
      'content-digest': contentDigest(Buffer.from(digest)),
    },
    body: { contentType: 'application/pdf', bytes: pdf },
    statuses: TAKEN,
    maxBytes: ANSWER_BYTES,
    timeoutMs: DELIVERY_TIMEOUT_MS,
    // The official may have put the phone away: what is signed is delivered all the same.
    signal: new AbortController().signal,
  });
}
