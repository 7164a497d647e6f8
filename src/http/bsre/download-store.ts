// Signed documents of v1 until they are fetched once: encrypted with a key that only their identifier gives, in bounded room.

import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { clientOf } from '../identity-claim.ts';
import { loggableError } from '../loggable-error.ts';
import type { AppServices } from '../ports.ts';
import { switchesOf } from './of-request.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const LEASE_MS = 10_000;

/**
 * Keeps the document for `downloadRetention`. One that finds no room is not kept: it is in the answer, and the caller is told
 * that it is not there when it asks again.
 */
export async function keepForDownload(
  request: FastifyRequest,
  { slots, log, randomBytes }: Pick<AppServices, 'slots' | 'log' | 'randomBytes'>,
  { documentId, pdf }: { readonly documentId: string; readonly pdf: Uint8Array },
): Promise<void> {
  const { downloadRetention } = switchesOf(request);
  if (downloadRetention === 0) return;
  const { id: client } = clientOf(request);
  const key = slotKey(client, documentId);
  try {
    const claim = await slots.claim(key, 'download', LEASE_MS);
    if (claim.kind !== 'claimed') return;
    const sealed = seal(pdf, documentId, client, randomBytes(NONCE_BYTES));
    if (!(await slots.finish(key, claim.claim, sealed, downloadRetention)))
      log.warn({ size: pdf.length }, 'no room to keep a document for its download');
  } catch (error) {
    // It has been signed and recorded: its answer must leave whether or not it can be fetched once more.
    log.warn({ error: loggableError(error) }, 'a document is not kept for its download');
  }
}

/** Null for what is not there for this client: never was, was fetched, or is too old. @throws SharedStateUnavailable */
export async function findForDownload(
  request: FastifyRequest,
  { slots }: Pick<AppServices, 'slots'>,
  documentId: string,
): Promise<Uint8Array | null> {
  const { id: client } = clientOf(request);
  const key = slotKey(client, documentId);
  if ((await slots.status(key)) !== 'done') return null;
  const claim = await slots.claim(key, 'download', LEASE_MS);
  if (claim.kind === 'claimed') await slots.abandon(key, claim.claim);
  return claim.kind === 'done' ? unseal(claim.result, documentId, client) : null;
}

/** The document has been sent whole. @throws SharedStateUnavailable */
export function forgetDownload(
  request: FastifyRequest,
  { slots }: Pick<AppServices, 'slots'>,
  documentId: string,
): Promise<void> {
  return slots.forget(slotKey(clientOf(request).id, documentId));
}

/** Says nothing about the identifier, which opens the document. */
function slotKey(client: string, documentId: string): string {
  return `download ${createHash('sha256').update(`place ${client} ${documentId}`).digest('hex')}`;
}

function keyOf(documentId: string, client: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', documentId, client, 'teken document for download', 32));
}

function seal(pdf: Uint8Array, documentId: string, client: string, nonce: Uint8Array): Uint8Array {
  const cipher = createCipheriv(CIPHER, keyOf(documentId, client), nonce);
  return Buffer.concat([nonce, cipher.update(pdf), cipher.final(), cipher.getAuthTag()]);
}

function unseal(sealed: Uint8Array, documentId: string, client: string): Uint8Array {
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, keyOf(documentId, client), sealed.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(sealed.subarray(end));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, end)), decipher.final()]);
}
