// The file of the signing page: where people reach it, and by whose account they come in.

import { z } from 'zod';
import { parseRegistry } from './registry-file.ts';

const ON_THIS_MACHINE = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** Accounts and signatures go over TLS; plain http stays on this machine. */
const guardedUrl = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || ON_THIS_MACHINE.test(hostname);
}, 'not https');

const TOKEN_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'] as const;

const signingPageFile = z.strictObject({
  /** Scheme, host and port by which browsers reach this service. */
  publicUrl: guardedUrl.refine((text) => new URL(text).pathname === '/' && !text.includes('?'), 'a path'),
  provider: z.strictObject({
    /** As it calls itself; its configuration stands below (OpenID Connect Discovery 1.0). */
    issuer: guardedUrl,
    clientId: z.string().min(1).max(256),
    /** Holds the secret that the provider gave for this client. */
    clientSecretFile: z.string().min(1),
    /** Asked for beside `openid`. */
    scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,64}$/)).default([]),
    /**
     * What of the person is a name in the registry (identifier, NIK or address): nothing that people may change themselves at the
     * provider. An address counts only where the provider has verified it.
     */
    signerClaim: z.string().regex(/^[\w:/.-]{1,128}$/),
    algorithms: z.array(z.enum(TOKEN_ALGORITHMS)).min(1).default(['RS256', 'PS256', 'ES256', 'EdDSA']),
  }),
  /** Client of the clients file for which officials sign letters that they bring themselves; absent: nobody does. */
  uploads: z.strictObject({ client: z.string().regex(/^[\w.-]{1,64}$/) }).optional(),
});

export type SigningPageFile = z.output<typeof signingPageFile>;

/** @throws InvalidRegistry `registry-invalid` */
export function parseSigningPageFile(text: string): SigningPageFile {
  return parseRegistry('signing-page', signingPageFile, text);
}
