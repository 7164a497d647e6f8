// What a CSC service says of itself (`info`): which generation it speaks, which methods it has, where its OAuth server is.

import { SignerFailed } from '../sign/errors.ts';
import { type CscVersion, callCsc, objectOf, textOf, textsOf } from './csc-service.ts';
import type { ServiceClient } from './service-client.ts';

export interface CscInfo {
  readonly version: CscVersion;
  readonly name: string;
  readonly authTypes: readonly string[];
  /** Names such as `signatures/signHash`; nothing else is called. */
  readonly methods: ReadonlySet<string>;
  /** Where `oauth2/token` and `oauth2/authorize` are found; null: the service has none. */
  readonly oauth2: string | null;
}

/**
 * @param wanted - null: 2, then 1
 * @throws SignerFailed
 */
export async function readCscInfo(
  client: ServiceClient,
  wanted: CscVersion | null,
  signal: AbortSignal,
): Promise<CscInfo> {
  if (wanted !== null) return infoOf(client, wanted, signal);
  try {
    return await infoOf(client, 2, signal);
  } catch (error) {
    if (!(error instanceof SignerFailed) || !isAbsent(error)) throw error;
    return infoOf(client, 1, signal);
  }
}

function isAbsent({ code, values }: SignerFailed): boolean {
  return code === 'signer-refused' && [404, 405, 501].includes(Number(values.status));
}

async function infoOf(client: ServiceClient, version: CscVersion, signal: AbortSignal): Promise<CscInfo> {
  const { json } = await callCsc(client, version, { method: 'info', body: {}, bearer: null }, signal);
  const methods = new Set(textsOf(json.methods));
  if (!methods.has('signatures/signHash'))
    throw new SignerFailed('signer-refused', { original: 'no signatures/signHash' });
  return {
    version,
    name: textOf(json.name),
    authTypes: textsOf(json.authType),
    methods,
    oauth2: oauth2Of(json.oauth2) ?? oauth2Of(json.oauth2Issuer),
  };
}

/** Some services describe the server by an object instead of its address. */
function oauth2Of(value: unknown): string | null {
  const { baseUri, issuer, uri } = objectOf(value);
  const text = [value, baseUri, issuer, uri].find((each) => typeof each === 'string' && each !== '');
  return typeof text === 'string' ? text.replace(/\/+$/, '') : null;
}
