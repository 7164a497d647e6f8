// The certificate of a caller whose TLS ends at a proxy: the field Client-Cert (RFC 9440), believed from the operator's proxies alone.

import type { FastifyRequest } from 'fastify';
import { addressRanges } from '../identity/address-ranges.ts';
import { ClientRefused } from '../identity/client-refused.ts';
import type { ShownCertificate } from '../identity/find-client.ts';
import type { AppSettings } from './ports.ts';

/**
 * The forwarded certificate; null where the proxy's caller showed none.
 *
 * @returns never a trusted one: what the proxy checked we do not know, so only its fingerprint says whose it is
 * @throws ClientRefused `unauthenticated` for a field that holds no one certificate
 */
export function forwardedCertificate(
  { raw: { socket, headers } }: FastifyRequest,
  { trustedProxies, proxyCertificates }: Pick<AppSettings, 'trustedProxies' | 'proxyCertificates'>,
): ShownCertificate | null | 'not-a-proxy' {
  if (!proxyCertificates || !addressRanges(trustedProxies).has(socket.remoteAddress ?? ''))
    return 'not-a-proxy';
  const field = headers['client-cert'];
  if (field === undefined || field === '') return null;
  const base64 = typeof field === 'string' ? base64Of(field) : null;
  if (base64 === null) throw new ClientRefused('unauthenticated', { reason: 'credential-malformed' });
  return { der: Buffer.from(base64, 'base64'), trusted: false };
}

/** A byte sequence (RFC 9651, 3.3.5), or PEM in percent-encoding, as nginx's `$ssl_client_escaped_cert` writes it. */
function base64Of(field: string): string | null {
  const sequence = /^:([\w+/=]{1,16384}):$/.exec(field)?.[1];
  if (sequence !== undefined) return sequence;
  const pem =
    /^-----BEGIN%20CERTIFICATE-----((?:[\w+/=.-]|%0A|%0D|%2B|%2F|%3D){1,16384})-----END%20CERTIFICATE-----(?:%0A|%0D)*$/i;
  const body = pem.exec(field)?.[1];
  return body === undefined ? null : decodeURIComponent(body).replace(/\s/g, '');
}
