// What the service signs with, wired: its signers, time-stamps and revocation data; in one step, in two, or many at once.

import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { browserAuthorisation, signerAsked, valueByCode } from './browser-authorisation.ts';
import type { Config } from './config.ts';
import type {
  BatchOrder,
  CompletingOrder,
  PreflightOrder,
  PreparedOutcome,
  PreparingOrder,
  ProvingOrder,
  RaisedOutcome,
  RaisingOrder,
  SignatureOrder,
  SignerAccount,
  SigningOrder,
  SigningOutcome,
  TwoSteps,
} from './http/ports.ts';
import { parseSealKeys } from './identity/seal-keys.ts';
import { type IdentityClaim, mayAskFor } from './identity/validate-identity.ts';
import type { IdentityServices } from './identity-services.ts';
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
  type RevocationSource,
  raiseAndVerify,
  type SealContext,
  type SealKey,
  SignerFailed,
  type SignerOffer,
  SigningRefused,
  type SignRequest,
  type Source,
  sealPrepared,
  signAndVerify,
  signBatch,
  type TimestampSource,
  type TrustList,
  type ValidationPolicy,
} from './index.ts';
import { withLetterCode, withLetterCodes } from './letter-services.ts';
import type { KeyOffer, OpenSigners } from './open-signers.ts';
import { parseCertificate } from './pki/certificate.ts';
import { commonNameOf } from './pki/name.ts';
import { nodePlatform } from './platform/node.ts';
import type { ServiceSeal } from './service-seal.ts';
import { schemeOf } from './sign/ports.ts';

export interface SigningWiring {
  readonly config: Config;
  readonly clock: () => Instant;
  /** The list in force at this moment. */
  readonly trustList: () => TrustList;
  readonly policy: ValidationPolicy;
  readonly signers: OpenSigners;
  readonly identities: IdentityServices;
  /** The service's own key; null where none is configured. */
  readonly seal: ServiceSeal | null;
  readonly timestamps: TimestampSource | null;
  readonly revocation: RevocationSource;
}

/** Signs with a registered key, for a validated identity. @throws as `signAndVerify`; IdentityRefused, SharedStateUnavailable */
export async function sign(
  { activation, source, claim, letter = null, ...wanted }: SigningOrder,
  wiring: SigningWiring,
): Promise<SigningOutcome> {
  const identity = await wiring.identities.validate(claim, wanted.signal);
  const signer = wiring.signers.keyOf(identity);
  const context = { ...contextOf(wanted, wiring), signer, activation };
  const [leaf = new Uint8Array()] = signer.chain;
  const shown = await withLetterCode(wanted, letter, source, leaf, wiring.seal);
  const { signed } = await signAndVerify(source, requestOf(shown, null), context);
  return { ...signed, identity: identity.evidence() };
}

/** Raises every signature of a document; what is broken in it keeps nobody from raising the others. @throws as `raiseAndVerify` */
export async function raise(
  { source, level, password, signal }: RaisingOrder,
  wiring: SigningWiring,
): Promise<RaisedOutcome> {
  const { materialise: _, ...context } = contextOf({ password, signal }, wiring);
  const { raised } = await raiseAndVerify(source, level, { ...context, earlierBroken: 'warn' });
  return raised;
}

/** What a key is asked to sign where only its secret is to be tried: no signed attributes, which are a SET, begin so. */
const PROOF = new TextEncoder().encode('Teken: only the secret is tried. ');

/**
 * @throws IdentityRefused, SharedStateUnavailable, SignerFailed; `signer-refused` for holders that would make a whole signature of
 *   it: what was signed is not handed out again without the secret
 */
export async function prove(
  { claim, activation, signal }: ProvingOrder,
  wiring: SigningWiring,
): Promise<void> {
  const identity = await wiring.identities.validate(claim, signal);
  const key = wiring.signers.keyOf(identity);
  if (key.shape !== 'raw') throw new SignerFailed('signer-refused');
  if (key.activate !== undefined) {
    await key.activate(activation, signal);
    return;
  }
  const [algorithm] = key.algorithms;
  if (algorithm === undefined) throw new SignerFailed('signer-unavailable');
  const message = Buffer.concat([PROOF, nodePlatform.randomBytes(32)]);
  const digest = nodePlatform.digests.of(schemeOf(algorithm).digest, message);
  await key.sign(algorithm, [{ message, digest }], activation, signal);
}

/** What may be told of a registered signer. */
export function accountOf(
  client: ProvingOrder['claim']['client'],
  name: string,
  { signers }: SigningWiring,
): SignerAccount | null {
  const registered = signers.registry().find(name);
  if (registered === null || !mayAskFor(client, name, registered)) return null;
  const { id, status, secondFactor, uri } = registered;
  const offer = signers.offerOf(registered);
  const chain = offer?.chain ?? [];
  const [leaf] = chain;
  return {
    id,
    name: registered.name ?? (leaf === undefined ? null : commonNameOf(parseCertificate(leaf).subject)),
    status,
    chain,
    secondFactor: secondFactor?.kind ?? null,
    keyAtService: /^(?:bsre|bsre-hash|csc):/.test(uri),
    activation: offer?.activation ?? null,
  };
}

/** @throws SignerFailed; false for whoever this client may not ask for */
export async function requestKeyCode(
  client: ProvingOrder['claim']['client'],
  name: string,
  documents: number,
  signal: AbortSignal,
  { signers }: SigningWiring,
): Promise<boolean> {
  const registered = signers.registry().find(name);
  if (registered === null || !mayAskFor(client, name, registered)) return false;
  return signers.requestCode(registered, documents, signal);
}

/** Says what signing would do. @throws SigningRefused `signer-not-allowed`; SignerFailed `signer-auth-failed` for an unknown signer */
export async function lookAhead(
  { client, signer: id, algorithm, probe, ...order }: PreflightOrder,
  wiring: SigningWiring,
): Promise<Preflight> {
  if (id !== null && !mayAskFor(client, id, wiring.signers.registry().find(id)))
    throw new SigningRefused('signer-not-allowed');
  const signer = id === null ? null : offerOf(id, wiring);
  const context = { ...contextOf(order, wiring), signer, probe };
  return preflight(order.source, requestOf(order, algorithm), context);
}

/** Signs many documents with one authorisation. @throws as `signBatch`; IdentityRefused, SharedStateUnavailable */
export async function signMany(
  { activation, claim, documents, count, onFailure, ...order }: BatchOrder,
  wiring: SigningWiring,
): ReturnType<typeof signBatch<string | null>> {
  const identity = await wiring.identities.validate(claim, order.signal);
  const { now: _, ...context } = contextOf(order, wiring);
  const { clock, config, seal } = wiring;
  const signer = wiring.signers.keyOf(identity);
  const [leaf = new Uint8Array()] = signer.chain;
  return signBatch(
    withLetterCodes(documents, order, leaf, seal),
    requestOf(order, null),
    {
      ...context,
      signer,
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
      claim,
      source,
      letter = null,
      redirectUri = null,
      ...order
    }: PreparingOrder): Promise<PreparedOutcome> => {
      const preparing = async (
        signer: SignerOffer,
        begin: ReturnType<typeof browserAuthorisation> | null = null,
      ): Promise<Omit<PreparedOutcome, 'identity'>> => {
        const context = { ...contextOf(order, wiring), signer };
        const [leaf = new Uint8Array()] = signer.chain;
        const shown = await withLetterCode(order, letter, source, leaf, wiring.seal);
        const prepared = await prepareToSign(source, requestOf(shown, algorithm), context);
        const item = itemOf(prepared, context);
        const begun = begin?.(prepared.algorithm, item) ?? null;
        const carried = begun === null ? {} : { carried: begun.carried };
        const sealed = await sealPrepared({ ...prepared, ...carried }, sealing(claim.client.id));
        return { ...prepared, ...sealed, item, authorization: begun?.authorization ?? null };
      };
      // Whoever brings a certificate that is registered here is asked what its signer is asked.
      const named = typeof who === 'string' ? who : wiring.identities.ownerOf(who.chain)?.id;
      if (named === undefined && typeof who !== 'string') {
        const identity = await wiring.identities.validateHolder(claim.client, who.chain, order.signal);
        return { ...(await preparing(who)), identity };
      }
      const asked = { ...claim, signer: named ?? claim.signer };
      const identity = await wiring.identities.validate(asked, order.signal);
      const offer = typeof who === 'string' ? wiring.signers.keyOf(identity) : who;
      const begin =
        redirectUri === null ? null : browserAuthorisation(offer, identity.signer.id, redirectUri);
      const outcome = await identity.prove(order.signal, () => preparing(offer, begin));
      return { ...outcome, identity: identity.evidence() };
    },
    complete: async (order: CompletingOrder): Promise<SigningOutcome> => {
      const { source, token, proof, client, signal } = order;
      const prepared = openPrepared(token, sealing(client.id));
      if (proof.kind === 'code') {
        const identity = await wiring.identities.validate(
          completing(client, signerAsked(prepared, proof)),
          signal,
        );
        const signer = wiring.signers.keyOf(identity);
        const value = await valueByCode(prepared, proof, order, { identity, signer });
        const { signed } = await completeAndVerify(source, prepared, value, contextOf(order, wiring));
        return { ...signed, identity: identity.evidence() };
      }
      const { value } = proof;
      // Asked again: a quarter of an hour has passed.
      const identity = await wiring.identities.validateHolder(client, prepared.chain, signal);
      const { signed } = await completeAndVerify(source, prepared, value, contextOf(order, wiring));
      return { ...signed, identity };
    },
  };
}

/** The same client again; what was given for the first step is in the token that it brings. */
function completing(client: IdentityClaim['client'], signer: string): IdentityClaim {
  const nothing = { documentSha256: null, expectedSha256: null, approvals: [], code: null };
  return { ...nothing, client, signer, documents: 1, purpose: 'completion', secret: true };
}

/** Nothing to sign with. @throws SignerFailed `signer-auth-failed`, as for a wrong passphrase */
function offerOf(name: string, { signers }: SigningWiring): KeyOffer {
  const registered = signers.registry().find(name);
  const offer = registered === null ? null : signers.offerOf(registered);
  if (offer === null) throw new SignerFailed('signer-auth-failed');
  return offer;
}

type WishWithSource = Omit<SignatureOrder, 'source'> & { readonly source?: Source };

function requestOf(
  { source: _, password: __, signal: ___, ...wanted }: WishWithSource,
  algorithm: SignRequest['algorithm'],
): SignRequest {
  return { ...wanted, contactInfo: wanted.contactInfo ?? null, algorithm };
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
