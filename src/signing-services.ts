// What the service signs with, wired: its signers, time-stamps and revocation data; in one step, in two, or many at once.

import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type {
  BatchOrder,
  CompletingOrder,
  PreflightOrder,
  PreparedOutcome,
  PreparingOrder,
  SignatureOrder,
  SigningOrder,
  SigningOutcome,
  TwoSteps,
} from './http/ports.ts';
import { parseSealKeys } from './identity/seal-keys.ts';
import {
  type CheckContext,
  completeAndVerify,
  type Instant,
  itemOf,
  openPrepared,
  type Preflight,
  type PrepareToSignContext,
  preflight,
  prepareToSign,
  type RawSigner,
  type RevocationSource,
  type SealContext,
  type SealKey,
  type SignerBackend,
  SignerFailed,
  type SignRequest,
  type Source,
  sealPrepared,
  signAndVerify,
  signBatch,
  type TimestampSource,
  type TrustList,
  type ValidationPolicy,
} from './index.ts';
import { nodePlatform } from './platform/node.ts';

export type OpenSigners = ReadonlyMap<
  string,
  { readonly backend: SignerBackend; readonly signer: RawSigner }
>;

export interface SigningWiring {
  readonly config: Config;
  readonly clock: () => Instant;
  /** The list in force at this moment. */
  readonly trustList: () => TrustList;
  readonly policy: ValidationPolicy;
  readonly signers: OpenSigners;
  readonly timestamps: TimestampSource | null;
  readonly revocation: RevocationSource;
}

/** Signs with a registered key. @throws as `signAndVerify`; SignerFailed `signer-auth-failed` for an unknown signer */
export async function sign(
  { signer: id, activation, source, ...wanted }: SigningOrder,
  wiring: SigningWiring,
): Promise<SigningOutcome> {
  const signer = registered(id, wiring);
  const context = { ...contextOf(wanted, wiring), signer, activation };
  const { signed } = await signAndVerify(source, requestOf(wanted, null), context);
  return signed;
}

/** Says what signing would do. @throws SignerFailed `signer-auth-failed` for an unknown signer */
export async function lookAhead(
  { signer: id, algorithm, probe, ...order }: PreflightOrder,
  wiring: SigningWiring,
): Promise<Preflight> {
  const signer = id === null ? null : registered(id, wiring);
  const context = { ...contextOf(order, wiring), signer, probe };
  return preflight(order.source, requestOf(order, algorithm), context);
}

/** Signs many documents with one authorisation. @throws as `signBatch`; SignerFailed `signer-auth-failed` */
export function signMany(
  { signer: id, activation, documents, count, onFailure, ...order }: BatchOrder,
  wiring: SigningWiring,
): ReturnType<typeof signBatch<string | null>> {
  const { now: _, ...context } = contextOf(order, wiring);
  const { clock, config } = wiring;
  return signBatch(
    documents,
    requestOf(order, null),
    {
      ...context,
      signer: registered(id, wiring),
      activation,
      clock,
      deadlineMs: config.signDeadlineMs,
    },
    { count, onFailure, bytesInFlight: config.maxUploadMegabytes * MEGABYTE },
  );
}

const MEGABYTE = 1024 * 1024;

/** Signing with a key that is elsewhere; what is carried in between is sealed with these keys. */
export function twoSteps(wiring: SigningWiring, keys: readonly SealKey[]): TwoSteps {
  const sealing = (bearer: string): SealContext => ({
    keys,
    bearer,
    now: wiring.clock(),
    platform: nodePlatform,
  });
  return {
    prepare: async ({
      signer: who,
      algorithm,
      bearer,
      source,
      ...order
    }: PreparingOrder): Promise<PreparedOutcome> => {
      const signer = typeof who === 'string' ? registered(who, wiring) : who;
      const context = { ...contextOf(order, wiring), signer };
      const prepared = await prepareToSign(source, requestOf(order, algorithm), context);
      const sealed = await sealPrepared(prepared, sealing(bearer));
      return { ...prepared, ...sealed, item: itemOf(prepared, context) };
    },
    complete: async (order: CompletingOrder): Promise<SigningOutcome> => {
      const { source, token, value, bearer } = order;
      const prepared = openPrepared(token, sealing(bearer));
      const { signed } = await completeAndVerify(source, prepared, value, contextOf(order, wiring));
      return signed;
    },
  };
}

/** @throws SignerFailed `signer-auth-failed`, as for a wrong passphrase */
function registered(id: string, { signers }: SigningWiring): RawSigner {
  const found = signers.get(id);
  if (found === undefined) throw new SignerFailed('signer-auth-failed');
  return found.signer;
}

type WishWithSource = Omit<SignatureOrder, 'source'> & { readonly source?: Source };

function requestOf(
  { source: _, password: __, signal: ___, ...wanted }: WishWithSource,
  algorithm: SignRequest['algorithm'],
): SignRequest {
  return { ...wanted, contactInfo: null, algorithm };
}

function contextOf(
  { password, signal }: Pick<SignatureOrder, 'password' | 'signal'>,
  { config, clock, trustList, policy, timestamps, revocation }: SigningWiring,
): CheckContext & Omit<PrepareToSignContext, 'signer'> {
  return {
    platform: nodePlatform,
    timestamps,
    revocation,
    ...(password === null ? {} : { password }),
    freshness: config.revocationFreshness,
    activeContent: config.activeContent,
    now: clock(),
    timeZone: config.timeZone,
    signal,
    verification: { trustList: trustList(), policy },
    earlierBroken: 'refuse',
    developmentKeys: config.production ? 'refuse' : 'allow',
  };
}

const KEY_BYTES = 32;

/**
 * The keys of `TEKEN_SEAL_KEYS_FILE`; in development without it one that ends with the process.
 * @returns null in production without a file: what one replica sealed no other could open
 * @throws InvalidRegistry, and the system's error for a file that cannot be read
 */
export async function openSealKeys(
  { sealKeysFile, production }: Pick<Config, 'sealKeysFile' | 'production'>,
  log: Logger,
): Promise<readonly SealKey[] | null> {
  if (sealKeysFile !== null) return parseSealKeys(await readFile(sealKeysFile, 'utf8'));
  if (production) return null;
  log.warn('no TEKEN_SEAL_KEYS_FILE: two-step signatures end with this process');
  return [{ id: 'development', key: nodePlatform.randomBytes(KEY_BYTES) }];
}
