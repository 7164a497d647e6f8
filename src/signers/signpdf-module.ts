// Signers of @signpdf as ours: covered bytes in, DER CMS out. `signpdf:/path/module.js?chain-file=FILE` loads one from a module.

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { concatBytes } from '../asn1/values.ts';
import { certificatesInFile } from '../pki/pem.ts';
import type { DigestAlgorithm } from '../platform/platform.ts';
import { SignerFailed } from '../sign/errors.ts';
import type { CmsSigner, Covered, SignerBackend } from '../sign/ports.ts';
import { cmsBackend } from './cms-backend.ts';
import { readNamedFile } from './named-file.ts';
import type { SignerEnvironment, SignerLocation } from './open-signer.ts';

/** What `@signpdf` calls a Signer; an instance of its class or anything that looks like one. */
export interface SignpdfSigner {
  sign(pdfBuffer: Buffer, signingTime?: Date): Promise<Buffer> | Buffer;
}

export interface FromSignpdfOptions {
  /** DER, the signer's own first: what the result is held against. */
  readonly certificates: readonly Uint8Array[];
  /** What the signer hashes with; SHA-256 unless given, as `P12Signer` does. */
  readonly digestAlgorithm?: DigestAlgorithm;
  /** `any` unless given: many write the signing time into the CMS, which PAdES forbids. */
  readonly format?: CmsSigner['format'];
  /** Bytes of its largest CMS; 16 KiB unless given. */
  readonly reservedBytes?: number;
}

const USUAL_RESERVED = 16_384;
/** It joins all covered bytes in memory, once for each at work. */
const MAX_CONCURRENCY = 4;

/**
 * @param signer - or what makes one for each signature: some serve only once
 * @throws SignerFailed `signer-certificate-unusable` { reason }
 */
export function fromSignpdfSigner(
  signer: SignpdfSigner | (() => SignpdfSigner | Promise<SignpdfSigner>),
  options: FromSignpdfOptions,
): SignerBackend<CmsSigner> {
  const make = typeof signer === 'function' ? signer : () => signer;
  return cmsBackend({
    certificates: options.certificates,
    digestAlgorithm: options.digestAlgorithm ?? 'sha256',
    format: options.format ?? 'any',
    reservedBytes: options.reservedBytes ?? USUAL_RESERVED,
    activation: 'none',
    maxConcurrency: MAX_CONCURRENCY,
    maxBatch: 1,
    ready: async () => true,
    sign: (items, _activation, signal) => untilAborted(signAll(items, make), signal),
  });
}

async function signAll(
  items: readonly Covered[],
  make: () => SignpdfSigner | Promise<SignpdfSigner>,
): Promise<readonly Uint8Array[]> {
  const results: Uint8Array[] = [];
  for (const item of items) {
    const bytes = Buffer.from(concatBytes([...item.coveredBytes()]));
    results.push(new Uint8Array(await signOne(bytes, make)));
  }
  return results;
}

async function signOne(
  bytes: Buffer,
  make: () => SignpdfSigner | Promise<SignpdfSigner>,
): Promise<Uint8Array> {
  let result: unknown;
  try {
    // No signing time: PAdES keeps the claimed time in /M alone.
    result = await (await make()).sign(bytes);
  } catch (cause) {
    throw cause instanceof SignerFailed ? cause : new SignerFailed('signer-refused', {}, cause);
  }
  if (!(result instanceof Uint8Array)) throw new SignerFailed('signer-result-invalid', { check: 'type' });
  return result;
}

/** Such a signer cannot be called back. */
function untilAborted<T>(results: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new SignerFailed('signer-outcome-unknown', {}, signal.reason));
    signal.addEventListener('abort', giveUp, { once: true });
    results.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

export const SIGNPDF_PARAMETERS: readonly string[] = ['chain-file', 'format', 'digest', 'reserved'];

/**
 * Opens the module that the operator named; its default export is the signer, or a function that makes one.
 * @throws SignerFailed `signer-uri-invalid` { reason }, `signer-certificate-unusable` { reason }
 */
export async function openSignpdf(
  { path, parameters }: SignerLocation,
  environment: SignerEnvironment,
): Promise<SignerBackend<CmsSigner>> {
  const chainFile = parameters.get('chain-file');
  if (chainFile === undefined) throw invalid('chain-file is missing');
  const reserved = parameters.get('reserved') ?? String(USUAL_RESERVED);
  if (!/^[1-9]\d{3,4}$/.test(reserved)) throw invalid('reserved is not 1000 to 99999');
  return fromSignpdfSigner(await loadSigner(path, environment), {
    certificates: certificatesInFile(await readNamedFile(chainFile, 'chain-file', environment)),
    digestAlgorithm: oneOf('digest', parameters.get('digest') ?? 'sha256', DIGESTS),
    format: oneOf('format', parameters.get('format') ?? 'any', FORMATS),
    reservedBytes: Number(reserved),
  });
}

const DIGESTS = ['sha256', 'sha384', 'sha512'] as const;
const FORMATS = ['any', 'pades'] as const;

function oneOf<T extends string>(name: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === text);
  if (found === undefined) throw invalid(`${name} is not ${allowed.join(', ')}`);
  return found;
}

async function loadSigner(
  path: string,
  { directory = '.' }: SignerEnvironment,
): Promise<SignpdfSigner | (() => SignpdfSigner)> {
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(resolve(directory, path)).href)) as typeof module;
  } catch (cause) {
    throw invalid('the module cannot be loaded', cause);
  }
  const { default: exported } = module;
  if (typeof exported === 'function') return exported as () => SignpdfSigner;
  if (typeof exported === 'object' && exported !== null && 'sign' in exported)
    return exported as SignpdfSigner;
  throw invalid('the default export of the module is no signer');
}

function invalid(reason: string, cause?: unknown): SignerFailed {
  return new SignerFailed('signer-uri-invalid', { reason }, cause);
}
