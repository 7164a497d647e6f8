// The `pkcs11:` URI (RFC 7512): which token, which key on it, and where its PIN is read.

import { SignerFailed } from '../sign/errors.ts';
import type { SignerLocation } from './open-signer.ts';

/** What a token must be; each part that is given must fit (RFC 7512, 2.6). */
export interface TokenDescription {
  readonly label: string | null;
  readonly serialNumber: string | null;
  readonly manufacturer: string | null;
  readonly model: string | null;
}

export interface Pkcs11Location {
  /** The file of the PKCS#11 library. */
  readonly modulePath: string;
  readonly token: TokenDescription;
  /** CKA_LABEL and CKA_ID of the key; at least one of them is given. */
  readonly object: string | null;
  readonly id: Uint8Array | null;
  /** The file that holds the PIN; null: each signature brings it. */
  readonly pinFile: string | null;
  /** Further certificates of the chain, PEM or DER, for tokens that hold only the key's own. */
  readonly chainFile: string | null;
  /** Sessions that are open at once. */
  readonly sessions: number;
}

const PATH_ATTRIBUTES = ['token', 'serial', 'manufacturer', 'model', 'object', 'id', 'type'];
// The device is the limit; beyond eight sessions SoftHSM and the common network devices sign no faster.
const SESSIONS = { usual: 8, most: 64 };

/** @throws SignerFailed `signer-uri-invalid` { reason } */
export function readPkcs11Location({ rawPath, parameters }: SignerLocation): Pkcs11Location {
  const attributes = readPathAttributes(rawPath);
  const text = (name: string): string | null => {
    const value = attributes.get(name);
    return value === undefined ? null : textOf(value);
  };
  const modulePath = parameters.get('module-path');
  if (modulePath === undefined) throw invalid('module-path is missing');
  const token = {
    label: text('token'),
    serialNumber: text('serial'),
    manufacturer: text('manufacturer'),
    model: text('model'),
  };
  if (token.label === null && token.serialNumber === null) throw invalid('token or serial is missing');
  const [object, id] = [text('object'), attributes.get('id') ?? null];
  if (object === null && id === null) throw invalid('object or id is missing');
  if (!['private', null].includes(text('type'))) throw invalid('type is not private');
  return {
    modulePath,
    token,
    object,
    id,
    pinFile: parameters.get('pin-source')?.replace(/^file:(?:\/\/)?/, '') ?? null,
    chainFile: parameters.get('chain-file') ?? null,
    sessions: readSessions(parameters.get('sessions')),
  };
}

function readPathAttributes(path: string): ReadonlyMap<string, Uint8Array> {
  const attributes = new Map<string, Uint8Array>();
  for (const part of path.split(';')) {
    const [name = '', ...value] = part.split('=');
    if (!PATH_ATTRIBUTES.includes(name)) throw invalid('unknown attribute');
    if (attributes.has(name)) throw invalid('attribute repeated');
    attributes.set(name, octetsOf(value.join('=')));
  }
  return attributes;
}

/** Percent-encoding stands for octets, and those of an `id` are no text. */
function octetsOf(encoded: string): Uint8Array {
  const pieces = encoded.match(/%[0-9A-Fa-f]{2}|[^%]+/g) ?? [];
  if (pieces.join('') !== encoded) throw invalid('percent-encoding');
  return Buffer.concat(
    pieces.map((piece) =>
      piece.startsWith('%') ? Buffer.from(piece.slice(1), 'hex') : Buffer.from(piece, 'utf8'),
    ),
  );
}

function textOf(octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch (cause) {
    throw invalid('not UTF-8', cause);
  }
}

function readSessions(text: string | undefined): number {
  if (text === undefined) return SESSIONS.usual;
  const sessions = /^[1-9]\d?$/.test(text) ? Number(text) : 0;
  if (sessions < 1 || sessions > SESSIONS.most) throw invalid(`sessions is not 1 to ${SESSIONS.most}`);
  return sessions;
}

function invalid(reason: string, cause?: unknown): SignerFailed {
  return new SignerFailed('signer-uri-invalid', { reason }, cause);
}
