// The client of a service that a signer's URI names: its address, and the authorities that TLS trusts for it.

import { readNamedFile } from './named-file.ts';
import type { SignerEnvironment, SignerLocation } from './open-signer.ts';
import { requireServiceUrl, type ServiceClient, serviceClient } from './service-client.ts';

const CONNECT_MS = 10_000;

/**
 * With the parameters `ca-file` and `allow-insecure-http`.
 * @param maxBytes - of an answer
 * @throws SignerFailed `signer-uri-invalid` { reason }
 */
export async function openNamedService(
  { rawPath, parameters }: SignerLocation,
  maxBytes: number,
  environment: SignerEnvironment,
): Promise<ServiceClient> {
  const baseUrl = requireServiceUrl(rawPath, parameters.get('allow-insecure-http') === 'true');
  const options = { baseUrl, maxBytes, connectTimeoutMs: CONNECT_MS };
  const caFile = parameters.get('ca-file');
  if (caFile === undefined) return serviceClient(options);
  const tlsAuthorities = Buffer.from(await readNamedFile(caFile, 'ca-file', environment)).toString('utf8');
  return serviceClient({ ...options, tlsAuthorities });
}
