// From a signer's URI to its back end: one explicit map from scheme to adapter.

import type { Platform } from '../platform/platform.ts';
import { SignerFailed } from '../sign/errors.ts';
import type { SignerBackend } from '../sign/ports.ts';
import { BSRE_PARAMETERS, openBsre } from './bsre.ts';
import { BSRE_HASH_PARAMETERS, openBsreHash } from './bsre-hash.ts';
import { CSC_PARAMETERS, openCsc } from './csc.ts';
import { openModule } from './module-signer.ts';
import { openPkcs11 } from './pkcs11.ts';
import { openPkcs12 } from './pkcs12.ts';
import { openSignpdf, SIGNPDF_PARAMETERS } from './signpdf-module.ts';

export interface SignerEnvironment {
  /** Weak protection is refused in production, and warned about elsewhere. */
  readonly production: boolean;
  readonly platform: Platform;
  /** Where relative file names begin; the working directory unless given. */
  readonly directory?: string;
  /** Told of each file that the URI names, by its absolute name, before it is read. */
  readonly onFileRead?: (file: string) => void;
  readonly warn?: (warning: SignerWarning) => void;
}

/** Something that production would refuse. */
export interface SignerWarning {
  readonly code: 'pkcs12-weak-protection';
  readonly values: Readonly<Record<string, unknown>>;
}

/** A signer's URI, taken apart. */
export interface SignerLocation {
  readonly scheme: string;
  /** Percent-decoded. */
  readonly path: string;
  /** As it was written, for schemes whose path has a structure of its own. */
  readonly rawPath: string;
  readonly parameters: ReadonlyMap<string, string>;
}

interface Adapter {
  /** The parameters that its URI may have. Secrets come by reference only: none of these is one. */
  readonly parameters: readonly string[] | 'any';
  readonly open: (location: SignerLocation, environment: SignerEnvironment) => Promise<SignerBackend>;
}

const ADAPTERS: ReadonlyMap<string, Adapter> = new Map([
  ['pkcs12', { parameters: ['passphrase-file'], open: openPkcs12 }],
  ['pkcs11', { parameters: ['module-path', 'pin-source', 'chain-file', 'sessions'], open: openPkcs11 }],
  ['csc', { parameters: CSC_PARAMETERS, open: openCsc }],
  ['bsre', { parameters: BSRE_PARAMETERS, open: openBsre }],
  ['bsre-hash', { parameters: BSRE_HASH_PARAMETERS, open: openBsreHash }],
  ['module', { parameters: 'any', open: openModule }],
  ['signpdf', { parameters: SIGNPDF_PARAMETERS, open: openSignpdf }],
]);

/**
 * Opens the back end that a URI names, as `pkcs12:/run/secrets/seal.p12?passphrase-file=/run/secrets/seal.pass`.
 *
 * @throws SignerFailed `signer-uri-invalid` { reason }, and what the adapter refuses
 */
export async function openSigner(uri: string, environment: SignerEnvironment): Promise<SignerBackend> {
  const location = parseSignerUri(uri);
  const adapter = ADAPTERS.get(location.scheme);
  // The URI itself is not repeated: an operator may have written a secret into it.
  if (adapter === undefined) throw invalid('unknown scheme');
  for (const name of location.parameters.keys()) {
    if (adapter.parameters !== 'any' && !adapter.parameters.includes(name))
      throw invalid('unknown parameter');
  }
  return adapter.open(location, environment);
}

/** @throws SignerFailed `signer-uri-invalid` { reason } */
export function parseSignerUri(uri: string): SignerLocation {
  const [, scheme, path, query] = /^([a-z][a-z0-9+.-]*):([^?#]+)(?:\?([^#]*))?$/.exec(uri) ?? [];
  if (scheme === undefined || path === undefined) throw invalid('not scheme:path?parameters');
  const parameters = new Map<string, string>();
  for (const pair of query === undefined || query === '' ? [] : query.split('&')) {
    const [name = '', ...value] = pair.split('=');
    if (parameters.has(name)) throw invalid('parameter repeated');
    parameters.set(name, decoded(value.join('=')));
  }
  return { scheme, path: pathOf(scheme, path), rawPath: path, parameters };
}

const FILES = new Set(['pkcs12', 'signpdf', 'module']);

/** Only a file's name is text as a whole: a PKCS #11 `id` is octets, and an address keeps its own encoding. */
function pathOf(scheme: string, path: string): string {
  return FILES.has(scheme) ? decoded(path) : path;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw invalid('percent-encoding', cause);
  }
}

function invalid(reason: string, cause?: unknown): SignerFailed {
  return new SignerFailed('signer-uri-invalid', { reason }, cause);
}
