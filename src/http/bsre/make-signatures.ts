// Has the files of an order signed: one by itself, several in one batch of which all or nothing is handed out.

import type { FastifyRequest } from 'fastify';
import { bytesSource, type Level } from '../../index.ts';
import { callerGone } from '../caller-gone.ts';
import { withinDeadline } from '../deadline.ts';
import { clientOf } from '../identity-claim.ts';
import type { AppServices, SignatureOrder, SigningOrder, SigningOutcome } from '../ports.ts';
import { problemOf } from '../problem-of-error.ts';
import { HttpProblem } from '../problems.ts';
import type { CompatibleOrder, FileOrder, WantedSignature } from './order.ts';

/** What was signed of one file: one outcome, or several where a signed file took one signature for each place. */
export type SignedFile = readonly Pick<
  SigningOutcome,
  'update' | 'fieldName' | 'level' | 'algorithm' | 'certificateDer' | 'timestampToken'
>[];

interface Making {
  readonly request: FastifyRequest;
  readonly services: AppServices;
  readonly order: CompatibleOrder;
  readonly sha256s: readonly string[];
}

/** One for each file, in their order. @throws HttpProblem */
export async function makeSignatures(making: Making): Promise<readonly SignedFile[]> {
  const { request, services, order } = making;
  const [only, ...others] = order.files;
  const signatures = order.files.reduce((sum, { wanted }) => sum + wanted.length, 0);
  const limitMs = services.settings.signDeadlineMs * signatures;
  try {
    return await withinDeadline(limitMs, callerGone(request), async (signal) =>
      others.length === 0 ? [await signOne(only, making, signal)] : signAll(making, signal),
    );
  } catch (error) {
    throw problemOf(error);
  }
}

/** What is told of who signs. @param documents - that one code is to cover */
export function claimOfOrder(
  request: FastifyRequest,
  { signer, activation, code }: Pick<CompatibleOrder, 'signer' | 'activation' | 'code'>,
  document: { readonly sha256: string | null; readonly documents: number },
): SigningOrder['claim'] {
  return {
    client: clientOf(request),
    signer,
    documentSha256: document.sha256,
    // This API has no word for what the signer saw: whoever is to be shown it signs by another one.
    expectedSha256: null,
    documents: document.documents,
    approvals: [],
    secret: activation.kind !== 'none',
    code,
  };
}

async function signOne(file: FileOrder, making: Making, signal: AbortSignal): Promise<SignedFile> {
  const [first] = making.sha256s;
  const sign = (bytes: Uint8Array, wanted: FileOrder['wanted']): Promise<SigningOutcome> => {
    const { request, services, order } = making;
    return services.sign({
      ...wishOf(wanted, making),
      source: bytesSource(bytes),
      password: wanted[0].password,
      claim: claimOfOrder(request, order, { sha256: first ?? null, documents: 1 }),
      activation: order.activation,
      signal,
    });
  };
  try {
    return [await sign(file.bytes, file.wanted)];
  } catch (error) {
    // What the pages of a signed document show may not change: one signature for each place instead.
    if (problemOf(error).code !== 'placement-needs-unsigned') throw error;
  }
  const outcomes: SigningOutcome[] = [];
  let bytes = file.bytes;
  for (const wanted of file.wanted) {
    const outcome = await sign(bytes, [wanted]);
    outcomes.push(outcome);
    bytes = Buffer.concat([bytes, outcome.update]);
  }
  return outcomes;
}

async function signAll(making: Making, signal: AbortSignal): Promise<readonly SignedFile[]> {
  const { request, services, order } = making;
  const { files } = order;
  async function* documents() {
    for (const { bytes, name, wanted } of files) {
      const { password } = wanted[0];
      yield {
        label: name,
        source: bytesSource(bytes),
        wish: wishOf(wanted, making),
        ...(password === null ? {} : { password }),
      };
    }
  }
  const outcomes = await services.signBatch({
    ...wishOf(files[0].wanted, making),
    documents: documents(),
    count: files.length,
    onFailure: 'all-or-nothing',
    password: null,
    claim: claimOfOrder(request, order, { sha256: null, documents: files.length }),
    activation: order.activation,
    signal,
  });
  const signed: SignedFile[] = [];
  let failure: unknown = null;
  for await (const outcome of outcomes) {
    if (outcome.status === 'signed') signed.push([outcome.result.signed]);
    if (outcome.status === 'failed') failure ??= outcome.error;
  }
  if (failure !== null) throw failure;
  if (signed.length < files.length) throw new HttpProblem('internal');
  return signed;
}

type Wish = Omit<SignatureOrder, 'source' | 'password' | 'signal'>;

function wishOf([first, ...others]: FileOrder['wanted'], { services, order }: Making): Wish {
  const visible = [first, ...others].flatMap((wanted) => wanted.visible ?? []);
  const [widget, ...further] = visible;
  return {
    level: levelOf(services),
    fieldName: null,
    newFieldName: `${order.fieldPrefix}${services.now()}`,
    placement: widget?.place ?? null,
    appearance: widget === undefined ? null : { ...widget.look, ...furtherOf(further) },
    // The original looks at nothing that it covers.
    collision: 'ignore',
    ...claimsOf(first),
  };
}

function claimsOf({ reason, location, contactInfo }: WantedSignature) {
  return { reason, location, contactInfo };
}

function furtherOf(others: readonly NonNullable<WantedSignature['visible']>[]) {
  const further = others.flatMap(({ place, look: { picture } }) =>
    picture === undefined ? [] : [{ at: place, picture }],
  );
  return further.length === 0 ? {} : { further };
}

/** The original time-stamps every signature. */
export function levelOf({ settings: { defaultLevel } }: Pick<AppServices, 'settings'>): Level {
  return defaultLevel === 'B-B' ? 'B-T' : defaultLevel;
}
