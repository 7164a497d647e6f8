// An order of the compatible API from the first record of it to the signed files: counted, recorded, signed once.

import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { noteAttempt, recordCompleted, recordRepeated, recordRequested } from '../audit-trail.ts';
import { allowSignatures } from '../authorize.ts';
import { zeroActivation } from '../key-secrets.ts';
import type { AppServices } from '../ports.ts';
import { uuidV7 } from '../request-id.ts';
import { signingFacts } from '../signing-facts.ts';
import { claimOfOrder, levelOf, makeSignatures, type SignedFile } from './make-signatures.ts';
import { type OperationResult, once } from './once.ts';
import type { CompatibleOrder } from './order.ts';

export interface SignedOrder {
  /** 32 hexadecimal digits; the same for every repeat. */
  readonly documentId: string;
  /** What signing took. */
  readonly timeMs: number;
  /** In the order of the request. */
  readonly files: readonly Uint8Array[];
  readonly repeated: boolean;
}

/** Signs, or hands out once more what the same request brought about. Secrets are zeroed. @throws HttpProblem, BsreRefused */
export async function signOrder(
  request: FastifyRequest,
  reply: FastifyReply,
  services: AppServices,
  order: CompatibleOrder,
): Promise<SignedOrder> {
  const { activation, files, signer } = order;
  try {
    const sha256s = files.map(({ bytes }) => createHash('sha256').update(bytes).digest('hex'));
    const [first] = files;
    noteAttempt(request, services, {
      signer,
      level: levelOf(services),
      reason: first.wanted[0].reason ?? undefined,
      location: first.wanted[0].location ?? undefined,
      ...(files.length === 1
        ? { inputSha256: sha256s[0] ?? '', inputSize: first.bytes.length }
        : { count: files.length }),
    });
    await allowSignatures({ request, reply, services }, levelOf(services), files.length);
    recordRequested(request, services);
    const { result, repeated } = await once(
      { request, services, order },
      () => sign({ request, services, order, sha256s }),
      (signal) => proveSecret({ request, services, order, sha256s }, signal),
    );
    if (repeated) await recordRepeat(request, services, result);
    const signed = files.map(({ bytes }, i) => Buffer.concat([bytes, result.updates[i] ?? new Uint8Array()]));
    return { documentId: result.documentId, timeMs: result.timeMs, files: signed, repeated };
  } finally {
    zeroActivation(activation);
    for (const { wanted } of files) for (const { password } of wanted) password?.fill(0);
  }
}

interface Operation {
  readonly request: FastifyRequest;
  readonly services: AppServices;
  readonly order: CompatibleOrder;
  readonly sha256s: readonly string[];
}

async function sign(operation: Operation): Promise<OperationResult> {
  const { services } = operation;
  const startedMs = services.monotonicMs();
  const signed = await makeSignatures(operation);
  const timeMs = Math.round(services.monotonicMs() - startedMs);
  const signatureIds: string[] = [];
  for (const [index, file] of signed.entries())
    signatureIds.push(...(await recordFile(file, index, operation)));
  return {
    documentId: Buffer.from(services.randomBytes(16)).toString('hex'),
    timeMs,
    signatureIds,
    updates: signed.map((file) => Buffer.concat(file.map(({ update }) => update))),
  };
}

/** A record for each signature, before anything leaves. @returns their identifiers @throws HttpProblem `audit-unavailable` */
async function recordFile(file: SignedFile, index: number, operation: Operation): Promise<readonly string[]> {
  const { request, services, order, sha256s } = operation;
  const ids: string[] = [];
  let bytes = order.files[index]?.bytes ?? new Uint8Array();
  let inputSha256 = sha256s[index] ?? '';
  for (const outcome of file) {
    const inputSize = bytes.length;
    bytes = Buffer.concat([bytes, outcome.update]);
    const outputSha256 = createHash('sha256').update(bytes).digest('hex');
    const signatureId = uuidV7(services.now(), services.randomBytes(10));
    const facts = signingFacts(outcome, { inputSha256, inputSize, outputSha256 });
    await recordCompleted(request, services, {
      signatureId,
      ...(order.files.length > 1 ? { index } : {}),
      ...facts,
    });
    request.log.info({ signatureId, client: request.client?.id, level: outcome.level }, 'signed');
    ids.push(signatureId);
    inputSha256 = outputSha256;
  }
  return ids;
}

async function recordRepeat(
  request: FastifyRequest,
  services: AppServices,
  { signatureIds }: OperationResult,
): Promise<void> {
  const [signatureId] = signatureIds;
  await recordRepeated(request, services, signatureId === undefined ? {} : { signatureId });
  request.log.info({ signatureIds, client: request.client?.id }, 'handed out once more');
}

/**
 * A one-time code is part of what makes two requests the same, and was good: it cannot be asked for twice. A key that asks
 * for no secret has none to try; whether the client may ask for the signer is still asked.
 */
async function proveSecret(
  { request, services, order, sha256s }: Operation,
  signal: AbortSignal,
): Promise<void> {
  const [sha256 = null] = order.files.length === 1 ? sha256s : [];
  const claim = claimOfOrder(request, order, { sha256, documents: order.files.length });
  const { kind } = order.activation;
  if (kind === 'otp' || (kind === 'none' && order.code !== null)) return;
  await services.prove({ claim, activation: order.activation, signal });
}
