// Changes to the clients file: what an operator does most often, so that nobody has to write digests and dates by hand.

import { createHash } from 'node:crypto';
import { parseClientsFile, type Scope } from './client-file.ts';

/**
 * - `client-exists`, `client-unknown`: by its id
 * - `no-keys`: of a client that proves itself otherwise; there is nothing to rotate
 */
export type ClientsEditRefusedCode = 'client-exists' | 'client-unknown' | 'no-keys';

/** The file stays as it is. */
export class ClientsEditRefused extends Error {
  readonly code: ClientsEditRefusedCode;
  readonly values: Readonly<Record<string, string>>;

  constructor(code: ClientsEditRefusedCode, id: string) {
    super(`${code} ${id}`);
    this.name = 'ClientsEditRefused';
    this.code = code;
    this.values = { id };
  }
}

/** What a new client may do; what is absent is not limited. */
export interface NewClient {
  readonly id: string;
  readonly name?: string | undefined;
  readonly scopes?: readonly Scope[] | undefined;
  readonly signers: readonly string[];
  readonly levels?: readonly string[] | undefined;
  readonly addresses?: readonly string[] | undefined;
}

/** How it proves itself. */
export type NewCredential =
  | { readonly kind: 'key'; readonly apiKey: string }
  | { readonly kind: 'certificate'; readonly der: Uint8Array }
  | { readonly kind: 'password'; readonly user: string; readonly scrypt: string };

export interface EditTime {
  /** Milliseconds since 1970. */
  readonly now: number;
}

interface RawKey {
  id: string;
  sha256: string;
  from?: string;
  until?: string;
}

/** An entry as it stands in the file; what nobody edits here is carried through. */
interface RawClient {
  id: string;
  disabled?: boolean;
  keys?: RawKey[];
}

interface RawFile {
  issuers?: unknown;
  clients: RawClient[];
}

/** The text of a file without anybody. */
export const NO_CLIENTS = '{ "clients": [] }';

/**
 * Adds a client with one credential.
 * @returns the file's new text
 * @throws ClientsEditRefused `client-exists`; InvalidRegistry for a text that is no clients file, or would not be one afterwards
 */
export function addClient(text: string, client: NewClient, shown: NewCredential, time: EditTime): string {
  const file = readFile(text);
  if (file.clients.some(({ id }) => id === client.id))
    throw new ClientsEditRefused('client-exists', client.id);
  file.clients.push({ ...client, ...credentialMember(shown, dayOf(time)) });
  return written(file);
}

function credentialMember(shown: NewCredential, id: string): object {
  switch (shown.kind) {
    case 'key':
      return { keys: [{ id, sha256: digestOf(shown.apiKey) }] };
    case 'certificate':
      return { certificates: [{ id, sha256: digestOf(shown.der) }] };
    case 'password':
      return { passwords: [{ id, user: shown.user, scrypt: shown.scrypt }] };
  }
}

/**
 * Gives a client another key; those that it has end a while later, those that have ended are taken out.
 * @param overlapMs - how long the earlier keys still count
 * @returns the file's new text
 * @throws ClientsEditRefused `client-unknown`, `no-keys`; InvalidRegistry
 */
export function rotateKey(
  text: string,
  id: string,
  { apiKey, overlapMs }: { readonly apiKey: string; readonly overlapMs: number },
  { now }: EditTime,
): string {
  const file = readFile(text);
  const client = clientIn(file, id);
  if (client.keys === undefined || client.keys.length === 0) throw new ClientsEditRefused('no-keys', id);
  const end = now + overlapMs;
  const kept = client.keys
    .filter(({ until }) => until === undefined || Date.parse(until) > now)
    .map((key) =>
      key.until !== undefined && Date.parse(key.until) < end ? key : { ...key, until: instantText(end) },
    );
  const name = freeName(dayOf({ now }), new Set(kept.map((key) => key.id)));
  client.keys = [...kept, { id: name, sha256: digestOf(apiKey) }];
  return written(file);
}

/** @returns the file's new text @throws ClientsEditRefused `client-unknown`; InvalidRegistry */
export function setDisabled(text: string, id: string, disabled: boolean): string {
  const file = readFile(text);
  const client = clientIn(file, id);
  if (disabled) client.disabled = true;
  else delete client.disabled;
  return written(file);
}

function readFile(text: string): RawFile {
  parseClientsFile(text);
  return JSON.parse(text) as RawFile;
}

function clientIn(file: RawFile, wanted: string): RawClient {
  const client = file.clients.find(({ id }) => id === wanted);
  if (client === undefined) throw new ClientsEditRefused('client-unknown', wanted);
  return client;
}

function written(file: RawFile): string {
  const text = `${JSON.stringify(file, null, 2)}\n`;
  parseClientsFile(text);
  return text;
}

function digestOf(what: string | Uint8Array): string {
  return createHash('sha256').update(what).digest('hex');
}

/** Names of credentials say when they were made. */
function dayOf({ now }: EditTime): string {
  return instantText(now).slice(0, 10);
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let number = 2; ; number++) if (!taken.has(`${name}.${number}`)) return `${name}.${number}`;
}

function instantText(at: number): string {
  return new Date(at).toISOString();
}
