// What has come of a signing link: a second opening of a link that is done shows it and signs nothing. The update is kept only where the
// application has not taken the letter yet, encrypted, until the link ends.

import { createHash } from 'node:crypto';
import { openText, type Sealing, sealText } from '../identity/sealed-text.ts';
import type { SigningLink } from '../identity/signing-link.ts';
import type { IdempotencySlots } from '../state/ports.ts';

export interface KeptSignature {
  readonly signatureId: string;
  /** SHA-256 of the signed letter, lower-case hexadecimal. */
  readonly sha256: string;
  /** Whether the application has it. */
  readonly delivered: boolean;
  /** To be appended to the letter; null where it is not kept any more. */
  readonly update: Uint8Array | null;
}

export type LinkState =
  | { readonly kind: 'claimed'; readonly claim: string }
  | { readonly kind: 'in-flight' }
  | { readonly kind: 'done'; readonly kept: KeptSignature };

// Fetching, signing and all tries to deliver take less, with the largest deadline.
const LEASE_MS = 180_000;

/** Takes the link for this request, unless another is at it or it is done. @throws SharedStateUnavailable */
export async function claimLink(
  link: SigningLink,
  slots: IdempotencySlots,
  sealing: Sealing,
): Promise<LinkState> {
  const claim = await slots.claim(slotKey(link), link.document, LEASE_MS);
  if (claim.kind === 'claimed') return claim;
  return claim.kind === 'done'
    ? { kind: 'done', kept: decode(claim.result, sealing) }
    : { kind: 'in-flight' };
}

/** What has come of it; null for a link that nobody has signed. Nothing is claimed. @throws SharedStateUnavailable */
export async function keptSignature(
  link: SigningLink,
  slots: IdempotencySlots,
  sealing: Sealing,
): Promise<KeptSignature | null> {
  if ((await slots.status(slotKey(link))) !== 'done') return null;
  const state = await claimLink(link, slots, sealing);
  if (state.kind === 'claimed') await releaseLink(link, state.claim, slots);
  return state.kind === 'done' ? state.kept : null;
}

/** @returns false where there is no room for it @throws SharedStateUnavailable */
export function finishLink(
  link: SigningLink,
  claim: string,
  kept: KeptSignature,
  {
    slots,
    sealing,
    now,
  }: { readonly slots: IdempotencySlots; readonly sealing: Sealing; readonly now: number },
): Promise<boolean> {
  const keepMs = Math.max(1, link.expiresAt - now);
  return slots.finish(slotKey(link), claim, encode(kept, sealing), keepMs);
}

/** @throws SharedStateUnavailable */
export function releaseLink(link: SigningLink, claim: string, slots: IdempotencySlots): Promise<void> {
  return slots.abandon(slotKey(link), claim);
}

/** The application has it now. @throws SharedStateUnavailable */
export async function markDelivered(
  link: SigningLink,
  kept: KeptSignature,
  context: { readonly slots: IdempotencySlots; readonly sealing: Sealing; readonly now: number },
): Promise<void> {
  const { slots, sealing } = context;
  await slots.forget(slotKey(link));
  const state = await claimLink(link, slots, sealing);
  if (state.kind === 'claimed')
    await finishLink(link, state.claim, { ...kept, delivered: true, update: null }, context);
}

function slotKey({ id, client }: SigningLink): string {
  return `signing-link ${createHash('sha256').update(`${client} ${id}`).digest('hex')}`;
}

interface Encoded extends Omit<KeptSignature, 'update'> {
  /** Sealed. */
  readonly update: string | null;
}

function encode({ update, ...facts }: KeptSignature, sealing: Sealing): Uint8Array {
  const sealed =
    update === null ? null : sealText(Buffer.from(update).toString('base64'), 'signed update', sealing);
  const encoded: Encoded = { ...facts, update: sealed };
  return Buffer.from(JSON.stringify(encoded), 'utf8');
}

function decode(bytes: Uint8Array, sealing: Sealing): KeptSignature {
  const { update, ...facts } = JSON.parse(Buffer.from(bytes).toString('utf8')) as Encoded;
  const opened = update === null ? null : openText(update, 'signed update', sealing);
  return { ...facts, update: opened === null ? null : Buffer.from(opened, 'base64') };
}
