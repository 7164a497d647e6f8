// How the service knows who asks, wired: the clients file as it stands now, the keys of token issuers, TLS.

import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { loggableError } from './http/loggable-error.ts';
import type { TlsSettings } from './http/ports.ts';
import { accessTokens } from './identity/access-tokens.ts';
import { type ApiClients, parseApiClients } from './identity/api-clients.ts';
import { passwordCheck } from './identity/client-passwords.ts';
import { ClientRefused } from './identity/client-refused.ts';
import { keySets } from './identity/key-sets.ts';
import { watchRegistry } from './identity/watched-registry.ts';
import type { SharedState } from './state/ports.ts';
import { guardedClient } from './trust-services/guarded-fetch.ts';

export interface AuthenticationWiring {
  readonly config: Pick<Config, 'clientsFile'>;
  readonly log: Logger;
  readonly clock: () => number;
  readonly state: Pick<SharedState, 'attempts'>;
}

export interface OpenClients {
  readonly clients: ApiClients;
  /** Reads the clients file now. @returns whether what is in force is the file's; else what was before stays */
  reload(): boolean;
  close(): void;
}

// A key that was taken away opens nothing any more within seconds.
const LOOK_MS = 2_000;
const KEY_SET_TIMEOUT_MS = 5_000;
// A hundred keys with their certificate chains.
const KEY_SET_BYTES = 1024 * 1024;

/**
 * Opens the clients file and watches it.
 * @throws InvalidRegistry, and the system's error for a file that cannot be read
 */
export function openClients({ config, log, clock, state }: AuthenticationWiring): OpenClients {
  const { clientsFile } = config;
  if (clientsFile === null) return NOBODY;
  // Who issues tokens the operator says, and not a stranger's certificate: it may be a neighbour in the agency's own network.
  const fetching = guardedClient({ privateAddresses: 'allow' });
  const sets = keySets({
    download: (url) =>
      fetching.fetch({
        url,
        maxBytes: KEY_SET_BYTES,
        timeoutMs: KEY_SET_TIMEOUT_MS,
        signal: new AbortController().signal,
      }),
    monotonicMs: () => performance.now(),
    onFailure: (error) => log.warn({ error: loggableError(error) }, 'keys of a token issuer not fetched'),
  });
  const tokens = accessTokens({ keySets: sets, clock });
  const passwords = passwordCheck();
  const context = { clock, tokens, passwords, attempts: state.attempts };
  const file = watchRegistry(clientsFile, {
    parse: (text) => parseApiClients(text, context),
    everyMs: LOOK_MS,
    onSwap: () => log.info('clients exchanged'),
    onRefused: (error) =>
      log.error({ error: loggableError(error) }, 'clients file refused, the clients before stay'),
  });
  return {
    clients: {
      authenticate: (shown) => file.current().authenticate(shown),
      named: (id, keyId) => file.current().named(id, keyId),
    },
    reload: file.reload,
    close: () => {
      file.close();
      fetching.close();
    },
  };
}

const NOBODY: OpenClients = {
  clients: {
    authenticate: () =>
      Promise.reject(new ClientRefused('unauthenticated', { reason: 'no-clients-configured' })),
    named: (id) => {
      throw new ClientRefused('client-disabled', { clientId: id });
    },
  },
  reload: () => true,
  close: () => undefined,
};

/** @throws the system's error for a file that cannot be read */
export function readTls({
  tlsCertificateFile,
  tlsKeyFile,
  tlsClientAuthoritiesFile,
}: Pick<Config, 'tlsCertificateFile' | 'tlsKeyFile' | 'tlsClientAuthoritiesFile'>): TlsSettings | null {
  if (tlsCertificateFile === null || tlsKeyFile === null) return null;
  return {
    certificate: readFileSync(tlsCertificateFile, 'utf8'),
    privateKey: readFileSync(tlsKeyFile, 'utf8'),
    clientAuthorities:
      tlsClientAuthoritiesFile === null ? null : readFileSync(tlsClientAuthoritiesFile, 'utf8'),
  };
}
