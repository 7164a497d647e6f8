// BSrE's services as their wire contract describes them: the one inside an agency, API 1 and 2, which signs whole documents, and the one
// in the cloud, which signs digests. Each fault is one that installations have shown, or an attack on whoever trusts the answer.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Test } from 'tap';
import { Oid } from '../../src/asn1/oids.ts';
import { encodeSignedData, withSignatureTimestamp } from '../../src/cms/encode-signed-data.ts';
import { encodeSignedAttributes } from '../../src/cms/signed-attributes.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { type Level, schemeOf, type TimestampSource } from '../../src/sign/ports.ts';
import { signDocument } from '../../src/sign/sign-document.ts';
import { signedBytes } from '../../src/sign/signed-document.ts';
import {
  developmentRevocation,
  developmentTimestamps,
  pki,
  plainRequest,
  signerOf,
  signingContext,
} from '../sign/development-signer.ts';
import { bodyOf, startLoopbackServer } from './loopback-server.ts';

export const BSRE = {
  username: 'aplikasi-uji',
  password: 'sandi-aplikasi-uji',
  nik: '8999000000000001',
  email: 'pejabat@uji.example',
  passphrase: 'kanari-passphrase-uji',
  totp: '314159',
} as const;

export type BsreFault =
  | 'rewritten'
  | 'two-signatures'
  | 'other-signer'
  | 'unsigned'
  | 'damaged'
  | 'truncated'
  | 'html'
  | 'error-with-200'
  | 'error-named-pdf'
  | '500-with-file'
  | 'old-error'
  | 'echo'
  | 'reset'
  | 'slow'
  | '429'
  | '504';

export interface BsreDouble {
  readonly url: string;
  fault: BsreFault | null;
  status: string;
  level: Level;
  calls(path: string): number;
  /** Of the last call to a path. */
  lastBody(path: string): string;
}

export interface BsreHolder {
  readonly identity: Parameters<typeof signerOf>[0];
  /** When the service signs. */
  readonly clock: () => number;
}

export async function startBsre(t: Test, holder?: BsreHolder): Promise<BsreDouble> {
  const pejabat = holder?.identity ?? pki.signers.pejabat;
  const seen: { readonly path: string; readonly body: Uint8Array }[] = [];
  const state = { fault: null as BsreFault | null, status: 'ISSUE', level: 'B-T' as Level };
  const server = await startLoopbackServer(t, (request, response) => void answer(request, response));
  const expected = `Basic ${Buffer.from(`${BSRE.username}:${BSRE.password}`).toString('base64')}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(request.url ?? '');
    const body = await bodyOf(request);
    seen.push({ path, body });
    if (request.headers.authorization !== expected)
      return json(response, 401, {
        timestamp: '2026-03-02T01:15:30.123+00:00',
        status: 401,
        error: 'Unauthorized',
        path,
      });
    if (path.includes('/certificate/chain/'))
      return json(response, 200, {
        success: true,
        message: null,
        data: pejabat.chain.map(base64),
      });
    if (path.includes('status'))
      return json(response, 200, {
        status_code: state.status === 'ISSUE' ? 1111 : 2021,
        status: state.status,
        message: '',
      });
    if (path.endsWith('/get/totp'))
      return json(response, 200, { success: true, message: 'TOTP berhasil dikirim', data: null });
    if (path === '/api/v2/sign/pdf') return sign2(response, JSON.parse(Buffer.from(body).toString()));
    if (path === '/api/sign/pdf') return sign1(response, request, body);
    return json(response, 404, { status: 404, error: 'Not Found', path });
  }

  async function sign2(response: ServerResponse, order: Record<string, unknown>): Promise<void> {
    const [file] = order.file as string[];
    const subjectKnown = order.nik === BSRE.nik || order.email === BSRE.email;
    const secretRight = order.passphrase === BSRE.passphrase || order.totp === BSRE.totp;
    if (await refused(response, subjectKnown, secretRight, String(order.passphrase))) return;
    const signed = await signedCopy(Buffer.from(file ?? '', 'base64'));
    const status = state.fault === '500-with-file' ? 500 : 200;
    json(response, status, { time: 862, file: [base64(signed)] });
  }

  async function sign1(response: ServerResponse, request: IncomingMessage, body: Uint8Array): Promise<void> {
    const form = await new Response(Buffer.from(body), {
      headers: { 'content-type': request.headers['content-type'] ?? '' },
    }).formData();
    const file = form.get('file');
    const right = form.get('passphrase') === BSRE.passphrase;
    if (await refused(response, form.get('nik') === BSRE.nik, right, String(form.get('passphrase')))) return;
    const signed = await signedCopy(new Uint8Array(await (file as File).arrayBuffer()));
    response.writeHead(200, {
      'content-type': 'application/pdf',
      id_dokumen: '0'.repeat(32),
      signing_time: '862',
    });
    response.end(signed);
  }

  /** Everything that is not a signed document. */
  async function refused(
    response: ServerResponse,
    known: boolean,
    right: boolean,
    given: string,
  ): Promise<boolean> {
    const { fault } = state;
    if (!known) json(response, 400, { error: 'User tidak terdaftar', status_code: 2011 });
    else if (!right && fault === 'old-error')
      json(response, 400, { error: 'Proses signing gagal : Passphrase anda salah 2031', status_code: 400 });
    else if (!right)
      json(response, 400, {
        error: `Passphrase anda salah${fault === 'echo' ? ` ${given}` : ''}`,
        status_code: 2031,
      });
    else if (fault === 'html') text(response, 200, 'text/html', '<html>Selamat datang</html>');
    else if (fault === 'error-with-200')
      json(response, 200, { error: 'Proses signing gagal', status_code: 400 });
    else if (fault === 'error-named-pdf')
      text(response, 200, 'application/pdf', '{"error":"Proses signing gagal","status_code":400}');
    else if (fault === '429') {
      response.setHeader('retry-after', '9');
      json(response, 429, { error: 'Terlalu banyak permintaan', status_code: 429 });
    } else if (fault === '504') text(response, 504, 'text/html', 'Gateway Time-out');
    else if (fault === 'reset') response.destroy();
    else if (fault === 'slow') setTimeout(() => response.destroy(), 4000).unref();
    else return false;
    return true;
  }

  async function signedCopy(bytes: Uint8Array): Promise<Uint8Array> {
    const { fault } = state;
    const { segel } = pki.signers;
    const by = fault === 'other-signer' ? segel : pejabat;
    const once = (source: Uint8Array): Promise<Uint8Array> =>
      signWith(by, source, state.level, holder?.clock);
    switch (fault) {
      case 'rewritten':
        return once(Buffer.from(Buffer.from(bytes).toString('latin1').replace('595', '596'), 'latin1'));
      case 'two-signatures':
        return once(await once(bytes));
      case 'unsigned':
        return Buffer.concat([bytes, Buffer.from('\n% ditandatangani\n%%EOF\n')]);
      case 'damaged': {
        const signed = Buffer.from(await once(bytes));
        // A digit of the claimed time, which the signature covers.
        const at = signed.lastIndexOf('/M (D:') + 9;
        signed[at] = signed[at] === 0x31 ? 0x32 : 0x31;
        return signed;
      }
      case 'truncated':
        return (await once(bytes)).subarray(0, -200);
      default:
        return once(bytes);
    }
  }

  return Object.assign(state, {
    url: server.url,
    calls: (path: string) => seen.filter((each) => each.path === path).length,
    lastBody: (path: string) =>
      Buffer.from(seen.findLast((each) => each.path === path)?.body ?? []).toString('latin1'),
  });
}

async function signWith(
  by: Parameters<typeof signerOf>[0],
  bytes: Uint8Array,
  level: Level,
  clock?: () => number,
): Promise<Uint8Array> {
  const context = await signingContext({
    signer: await signerOf(by),
    timestamps: developmentTimestamps(),
    revocation: developmentRevocation(),
    ...(clock === undefined ? {} : { now: clock() }),
  });
  return signedBytes(await signDocument(bytesSource(bytes), { ...plainRequest, level }, context));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function json(response: ServerResponse, status: number, value: unknown): void {
  text(response, status, 'application/json', JSON.stringify(value));
}

function text(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type });
  response.end(body);
}

export type BsreHashFault =
  | 'form-only'
  | 'no-data'
  | 'other-digest'
  | 'other-signer'
  | 'garbage'
  | 'wrong-passphrase';

export interface BsreHashDouble {
  readonly url: string;
  fault: BsreHashFault | null;
  /** Forgets the tokens that it gave. */
  restart(): void;
  readonly orders: readonly Record<string, unknown>[];
}

/** The cloud: token, then CMS for digests. */
export async function startBsreHash(t: Test): Promise<BsreHashDouble> {
  const tokens = new Set<string>();
  const orders: Record<string, unknown>[] = [];
  const state = { fault: null as BsreHashFault | null };
  const server = await startLoopbackServer(t, (request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.from(await bodyOf(request)).toString();
    const { authorization = '', 'content-type': type = '' } = request.headers;
    if (request.url === '/oauth2/token') {
      const basic = `Basic ${Buffer.from('klien:rahasia-klien-uji').toString('base64')}`;
      if (authorization !== basic) return json(response, 401, { error: 'invalid_client' });
      if (state.fault === 'form-only' && type.includes('json'))
        return json(response, 400, { error: 'invalid_request' });
      const token = `token-${tokens.size}-${Math.random()}`;
      tokens.add(token);
      return json(response, 200, { access_token: token, expires_in: 3600 });
    }
    if (!tokens.has(authorization.replace('Bearer ', '')))
      return json(response, 401, { error: 'invalid_token' });
    const order = JSON.parse(body) as Record<string, unknown>;
    orders.push(order);
    if (order.passphrase !== BSRE.passphrase)
      return json(response, 400, { error: 'Passphrase anda salah', status_code: 2031 });
    if (state.fault === 'no-data') return json(response, 200, { message: 'ok' });
    const map = order.signaturePropertiesHashMap as Record<string, { documentDigestBase64: string }>;
    const made = await Promise.all(
      Object.entries(map).map(async ([key, { documentDigestBase64: digest }]) => [
        key,
        base64(await cmsFor(Buffer.from(digest, 'base64'))),
      ]),
    );
    json(response, 200, { data: { cmsSignedDataHashMap: Object.fromEntries(made) } });
  }

  async function cmsFor(digest: Uint8Array): Promise<Uint8Array> {
    if (state.fault === 'garbage') return nodePlatform.randomBytes(900);
    const identity = state.fault === 'other-signer' ? pki.signers.segel : pki.signers.pejabat;
    return cmsOver(
      identity,
      state.fault === 'other-digest' ? nodePlatform.randomBytes(32) : digest,
      developmentTimestamps(),
    );
  }

  return Object.assign(state, { url: server.url, orders, restart: () => tokens.clear() });
}

async function cmsOver(
  identity: Parameters<typeof signerOf>[0],
  messageDigest: Uint8Array,
  timestamps: TimestampSource,
): Promise<Uint8Array> {
  const { digests } = nodePlatform;
  const signer = await signerOf(identity);
  const algorithm = 'rsa-pkcs1-sha256';
  const { scheme } = schemeOf(algorithm);
  const [certificateDer = new Uint8Array()] = signer.chain;
  const signedAttributes = encodeSignedAttributes({
    contentType: Oid.data,
    messageDigest,
    digestAlgorithm: 'sha256',
    certificateDer,
    signatureAlgorithm: scheme,
    digests,
  });
  const signal = new AbortController().signal;
  const item = { message: signedAttributes, digest: digests.of('sha256', signedAttributes) };
  const [signature = new Uint8Array()] = await signer.sign(algorithm, [item], { kind: 'none' }, signal);
  const cms = encodeSignedData({
    signedAttributes,
    certificates: signer.chain,
    digest: 'sha256',
    scheme,
    signature,
  });
  const token = await timestamps.stamp(
    { algorithm: 'sha256', digest: digests.of('sha256', signature) },
    signal,
  );
  return withSignatureTimestamp(cms, token);
}
