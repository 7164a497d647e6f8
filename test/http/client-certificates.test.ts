// Applications that prove by a certificate who they are: real TLS on loopback, and a proxy that ends TLS before us.

import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import t from 'tap';
import { certificatePem } from '../../certs-dev/pem.ts';
import { Oid } from '../../src/asn1/oids.ts';
import { clientsIn } from '../identity/clients-in.ts';
import { basicConstraints, day, type Issued, issue, nameDer } from '../pki/authority.ts';
import { startRealService } from './real-service.ts';
import { API_KEY, DEFAULT_SETTINGS, standInApp } from './stand-in.ts';

const now = Date.now();
const inForce = { notBefore: now - day, notAfter: now + 30 * day };
const authority = issue({
  subject: 'CA Aplikasi Diskominfo',
  extensions: [basicConstraints(true)],
  ...inForce,
});
const otherAuthority = issue({
  subject: 'CA Aplikasi Diskominfo',
  extensions: [basicConstraints(true)],
  ...inForce,
});

/** As the agency's application: a name with a comma in it, as names of offices have. */
const subject = nameDer([Oid.organizationName, 'Dinas Kominfo, Statistik dan Persandian'], 'simpeg');
const SUBJECT_TEXT = 'CN=simpeg,O=Dinas Kominfo\\, Statistik dan Persandian';

const named = issue({ subject, issuer: authority, ...inForce });
const forged = issue({ subject, issuer: otherAuthority, ...inForce });
const selfMade = issue({ subject, ...inForce });
const expired = issue({ subject, issuer: authority, notBefore: now - 9 * day, notAfter: now - day });
const pinned = issue({ subject: 'e-surat', ...inForce });
const pinnedExpired = issue({ subject: 'e-surat', notBefore: now - 9 * day, notAfter: now - day });
const unknown = issue({ subject: 'siapa', issuer: authority, ...inForce });

const sha256Of = ({ certificate }: Issued): string =>
  createHash('sha256').update(certificate.der).digest('hex');
const pemOf = ({ certificate }: Issued): string => certificatePem(certificate.der);
const keyPem = ({ key }: Issued): string => String(key.export({ format: 'pem', type: 'pkcs8' }));

const CLIENTS = {
  clients: [
    { id: 'opd-simpeg', certificates: [{ id: 'nama', subject: SUBJECT_TEXT }], signers: ['pejabat'] },
    {
      id: 'opd-surat',
      certificates: [
        { id: 'sidik', sha256: sha256Of(pinned) },
        { id: 'lama', sha256: sha256Of(pinnedExpired) },
      ],
      signers: ['segel'],
    },
    {
      id: 'opd-kunci',
      keys: [{ id: 'k', sha256: createHash('sha256').update(API_KEY).digest('hex') }],
      signers: ['pejabat'],
    },
  ],
};

const service = await startRealService(
  {},
  {
    arrange: async ({ clientsFile }) => {
      const at = (name: string): string => join(clientsFile, '..', name);
      const server = issue({ subject: 'localhost', ...inForce });
      await writeFile(clientsFile, JSON.stringify(CLIENTS));
      await writeFile(at('tls.crt'), pemOf(server));
      await writeFile(at('tls.key'), keyPem(server));
      await writeFile(at('clients-ca.pem'), pemOf(authority));
      return {
        TEKEN_TLS_CERT_FILE: at('tls.crt'),
        TEKEN_TLS_KEY_FILE: at('tls.key'),
        TEKEN_TLS_CLIENT_CA_FILE: at('clients-ca.pem'),
      };
    },
  },
);
t.teardown(() => service.close());

interface Answer {
  readonly status: number;
  readonly code: string | null;
}

function ask(
  path: string,
  holder: Issued | null,
  headers: Readonly<Record<string, string>> = {},
  options: RequestOptions & { readonly session?: Buffer } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(
      `${service.url}${path}`,
      {
        method: 'POST',
        // The tests are about the caller's certificate.
        rejectUnauthorized: false,
        headers: { 'Content-Type': 'application/pdf', 'Content-Length': service.letter.length, ...headers },
        ...(holder === null ? {} : { cert: pemOf(holder), key: keyPem(holder) }),
        ...options,
      },
      (answer) => {
        let text = '';
        answer.on('data', (part: Buffer) => {
          text += part.toString('utf8');
        });
        answer.on('end', () => {
          const { code = null } = JSON.parse(text) as { code?: string };
          resolve({ status: answer.statusCode ?? 0, code });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(service.letter);
  });
}

const as = (signer: string): string => `/v1/preflight?signer=${signer}`;

t.test('a certificate is its client: by its fingerprint, or by its name below the authority', async (t) => {
  t.match(await ask(as('pejabat'), named), { status: 200 });
  t.match(await ask(as('segel'), pinned), { status: 200 }, 'a fingerprint needs no authority');
  t.match(await ask(as('segel'), named), { status: 403, code: 'signer-not-allowed' });
  t.match(await ask(as('pejabat'), pinned), { status: 403, code: 'signer-not-allowed' });
});

t.test('no other certificate is anybody', async (t) => {
  const nobodies = { forged, selfMade, expired, pinnedExpired, unknown };
  for (const [name, holder] of Object.entries(nobodies))
    t.match(await ask(as('pejabat'), holder), { status: 401, code: 'unauthenticated' }, name);
  t.match(await ask(as('pejabat'), null), { status: 401, code: 'unauthenticated' }, 'none at all');
  t.match(service.logged(), /"reason":"certificate-untrusted"/, 'the operator reads why');
});

t.test('whoever has no certificate has a key, and checking is open', async (t) => {
  const authorization = `Bearer ${API_KEY}`;
  t.match(await ask(as('pejabat'), null, { authorization }), { status: 200 });
  t.match(await ask(as('pejabat'), unknown, { authorization }), { status: 200 }, 'of other use');
  t.match(await ask(as('segel'), pinned, { authorization }), { status: 403 }, 'what is shown by name counts');
  t.match(await ask(as('segel'), pinned, { authorization: 'Bearer salah' }), { status: 401 });
  t.match(await ask('/v1/verify', null), { status: 200 });
  t.match(await ask('/v1/verify', forged), { status: 200 });
});

t.test('Client-Cert means nothing to a service that trusts no proxy', async (t) => {
  const field = `:${Buffer.from(pinned.certificate.der).toString('base64')}:`;
  t.match(await ask(as('segel'), null, { 'Client-Cert': field }), { status: 401 });
  t.match(await ask(as('segel'), named, { 'Client-Cert': field }), { status: 403 });
});

t.test('a session that is resumed is who it was, and nobody who was nobody', async (t) => {
  for (const [holder, status] of [
    [named, 200],
    [forged, 401],
    [null, 401],
  ] as const) {
    const session = await sessionOf(holder);
    t.match(await ask(as('pejabat'), null, {}, { session, agent: new Agent() }), { status });
  }
});

/** A TLS session with its ticket, which whoever holds it may resume without showing the certificate again. */
function sessionOf(holder: Issued | null): Promise<Buffer> {
  const { hostname: host, port } = new URL(service.url);
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({
      host,
      port: Number(port),
      rejectUnauthorized: false,
      ...(holder === null ? {} : { cert: pemOf(holder), key: keyPem(holder) }),
    });
    socket.on('error', reject);
    socket.once('session', (session) => {
      socket.destroy();
      resolve(session);
    });
    socket.resume();
  });
}

const proxied = {
  ...DEFAULT_SETTINGS,
  trustedProxies: ['10.9.0.0/16'],
  proxyCertificates: true,
};

t.test(
  'behind a trusted proxy the certificate stands in Client-Cert, and only its fingerprint counts',
  async (t) => {
    const clients = clientsIn(JSON.stringify(CLIENTS));
    const app = await standInApp({ settings: proxied, clients });
    const show = async (field: string | string[] | null, remoteAddress = '10.9.1.1') => {
      const headers = {
        'content-type': 'application/pdf',
        ...(field === null ? {} : { 'client-cert': field }),
      };
      const { statusCode } = await app.server.inject({
        method: 'POST',
        url: as('pejabat'),
        remoteAddress,
        headers,
        payload: '%PDF-',
      });
      return statusCode;
    };
    const base64 = (holder: Issued): string => Buffer.from(holder.certificate.der).toString('base64');
    const escaped = encodeURIComponent(pemOf(pinned));
    t.equal(await show(`:${base64(pinned)}:`), 403, 'known: may not use this signer');
    t.equal(await show(escaped), 403, 'as nginx escapes it');
    t.equal(
      await show(`:${base64(pinned)}:`, '::ffff:10.9.1.1'),
      403,
      'a proxy on a socket of both families',
    );
    t.equal(await show(`:${base64(named)}:`), 401, 'a name that only the proxy has checked');
    t.equal(await show(`:${base64(pinnedExpired)}:`), 401);
    t.equal(await show(`:${base64(pinned)}:`, '10.10.1.1'), 401, 'from no proxy of ours');
    t.equal(await show([`:${base64(pinned)}:`, `:${base64(named)}:`]), 401, 'two are none');
    for (const field of [
      '',
      null,
      'rahasia',
      ':AAAA:',
      `:${base64(pinned).slice(4)}:`,
      '::',
      pemOf(pinned).slice(0, 60),
    ])
      t.equal(
        await show(field === null ? null : field.replaceAll('\n', '')),
        401,
        String(field).slice(0, 20),
      );
    const closed = await standInApp({ settings: { ...proxied, proxyCertificates: false }, clients });
    const { statusCode } = await closed.server.inject({
      method: 'POST',
      url: as('pejabat'),
      remoteAddress: '10.9.1.1',
      headers: { 'client-cert': `:${base64(pinned)}:`, 'content-type': 'application/pdf' },
      payload: '%PDF-',
    });
    t.equal(statusCode, 401, 'unless the operator says that the proxy drops what callers send');
  },
);
