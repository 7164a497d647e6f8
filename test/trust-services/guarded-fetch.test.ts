// The one way out to the network, attacked: every spelling of a forbidden address, redirects, rebinding, oversize, slowness.

import { generateKeyPairSync } from 'node:crypto';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { encodeCertificate, encodeName, publicKeyInfoOf } from '../../certs-dev/encode-certificate.ts';
import { encodeElement, encodeSequence } from '../../src/asn1/encode.ts';
import { Oid } from '../../src/asn1/oids.ts';
import {
  FetchFailed,
  type FetchFailureCode,
  type GuardedClientOptions,
  type GuardedRequest,
  guardedClient,
} from '../../src/trust-services/guarded-fetch.ts';
import { answerWith, startLoopbackServer } from '../doubles/loopback-server.ts';

const never = new AbortController().signal;

function fetchWith(
  t: Test,
  options: GuardedClientOptions,
  request: Partial<GuardedRequest> & { url: string },
): Promise<Uint8Array> {
  const client = guardedClient(options);
  t.teardown(() => client.close());
  return client.fetch({ maxBytes: 1024, timeoutMs: 2_000, signal: never, ...request });
}

async function refusesWith(
  t: Test,
  code: FetchFailureCode,
  fetching: Promise<Uint8Array>,
  what: string,
): Promise<void> {
  const error = await fetching.then(
    () => null,
    (reason: unknown) => reason,
  );
  t.ok(error instanceof FetchFailed, `${what}: a typed refusal`);
  t.equal(error instanceof FetchFailed ? error.code : null, code, what);
}

t.test('no spelling of a forbidden address opens a connection', async (t) => {
  const canary = await startLoopbackServer(t, (_request, response) => response.end('reached'));
  const { port } = canary;
  const refused: readonly [FetchFailureCode, readonly string[]][] = [
    [
      'address-refused',
      [
        // loopback, spelled in every way that inet_aton or the URL standard knows
        `http://127.0.0.1:${port}/`,
        `http://127.1:${port}/`,
        `http://127.0.1:${port}/`,
        `http://127.0.0.2:${port}/`,
        `http://2130706433:${port}/`,
        `http://0x7f000001:${port}/`,
        `http://0x7f.1:${port}/`,
        `http://017700000001:${port}/`,
        `http://0177.0.0.1:${port}/`,
        `http://0177.0.0.0x1:${port}/`,
        `http://0:${port}/`,
        `http://0.0.0.0:${port}/`,
        `http://127.0.0.1.:${port}/`,
        `http://%31%32%37.0.0.1:${port}/`,
        `http://127。0。0。1:${port}/`,
        `http://127．0．0．1:${port}/`,
        `http://１２７.0.0.1:${port}/`,
        `http://①②⑦.⓪.⓪.①:${port}/`,
        `http://[::1]:${port}/`,
        `http://[0:0:0:0:0:0:0:1]:${port}/`,
        `http://[::]:${port}/`,
        `http://[::ffff:127.0.0.1]:${port}/`,
        `http://[::ffff:7f00:1]:${port}/`,
        `http://[0:0:0:0:0:ffff:127.0.0.1]:${port}/`,
        `http://[::127.0.0.1]:${port}/`,
        `http://[64:ff9b::7f00:1]:${port}/`,
        `http://[64:ff9b:1::7f00:1]:${port}/`,
        `http://[2002:7f00:1::]:${port}/`,
        `http://[2001:0:7f00:1::]:${port}/`,
        `http:\\\\127.0.0.1:${port}\\`,
        `http:/127.0.0.1:${port}/`,
        `http:127.0.0.1:${port}`,
        `\thttp://127.0.0.1:${port}/\n`,
        `HTTP://127.0.0.1:${port}/`,
        `http://127.0.0.1:${port}#@contoh.example/`,
        `http://127.0.0.1:${port}?@contoh.example/`,
        // other networks that are nobody's business
        'http://10.0.0.1/',
        'http://10.255.255.255/',
        'http://172.16.0.1/',
        'http://172.31.255.255/',
        'http://192.168.1.1/',
        'http://100.64.0.1/',
        'http://169.254.169.254/latest/meta-data/',
        'http://0xa9fea9fe/',
        'http://2852039166/',
        'http://[::ffff:169.254.169.254]/',
        'http://[fd00:ec2::254]/',
        'http://[fe80::1]/',
        'http://[fec0::1]/',
        'http://[ff02::1]/',
        'http://[2001:db8::1]/',
        'http://192.0.2.1/',
        'http://198.18.0.1/',
        'http://224.0.0.1/',
        'http://255.255.255.255/',
        // names that the resolver leads to loopback
        `http://localhost:${port}/`,
        `http://LOCALHOST:${port}/`,
        `http://ｌｏｃａｌｈｏｓｔ:${port}/`,
      ],
    ],
    [
      'url-refused',
      [
        `http://tamu@127.0.0.1:${port}/`,
        `http://contoh.example:80@127.0.0.1:${port}/`,
        `http://:rahasia@127.0.0.1:${port}/`,
        'file:///etc/passwd',
        'file://127.0.0.1/etc/passwd',
        'ldap://127.0.0.1/cn=x',
        'ldaps://127.0.0.1/cn=x',
        `gopher://127.0.0.1:${port}/_GET`,
        `ftp://127.0.0.1:${port}/`,
        `dict://127.0.0.1:${port}/`,
        `ws://127.0.0.1:${port}/`,
        'data:text/plain,x',
        'blob:http://127.0.0.1/x',
        'javascript:alert(1)',
        `//127.0.0.1:${port}/`,
        '/ocsp',
        'http://',
        'http://[::1/',
        'http://127.0.0.1:99999/',
        '',
      ],
    ],
  ];
  for (const [code, urls] of refused)
    for (const url of urls)
      await refusesWith(t, code, fetchWith(t, { privateAddresses: 'refuse' }, { url }), JSON.stringify(url));
  t.equal(canary.connections(), 0, 'the canary saw no connection');
});

t.test('private addresses are reached where the operator allows it, cloud metadata never', async (t) => {
  const server = await startLoopbackServer(t, (_request, response) => response.end('ada'));
  const body = await fetchWith(t, { privateAddresses: 'allow' }, { url: `${server.url}/` });
  t.equal(Buffer.from(body).toString(), 'ada');
  for (const url of ['http://169.254.169.254/', 'http://[fe80::1]/', 'http://0.0.0.0/', 'http://224.0.0.1/'])
    await refusesWith(t, 'address-refused', fetchWith(t, { privateAddresses: 'allow' }, { url }), url);
});

t.test('a name with one forbidden address among good ones is refused', async (t) => {
  const canary = await startLoopbackServer(t, (_request, response) => response.end());
  const resolve = async () => [
    { address: '93.184.215.14', family: 4 },
    { address: '127.0.0.1', family: 4 },
  ];
  const url = `http://campur.example:${canary.port}/`;
  await refusesWith(
    t,
    'address-refused',
    fetchWith(t, { privateAddresses: 'refuse', resolve }, { url }),
    'mixed addresses',
  );
  t.equal(canary.connections(), 0);
});

t.test(
  'the connection goes to the address that was checked, whatever the name means afterwards',
  async (t) => {
    const server = await startLoopbackServer(t, (request, response) => response.end(request.headers.host));
    let asked = 0;
    // The name would lead elsewhere on a second look; 203.0.113.9 answers nobody.
    const resolve = async () => {
      asked += 1;
      return [{ address: asked === 1 ? '127.0.0.1' : '203.0.113.9', family: 4 }];
    };
    const url = `http://berganti.example:${server.port}/`;
    const body = await fetchWith(t, { privateAddresses: 'allow', resolve }, { url });
    t.equal(
      Buffer.from(body).toString(),
      `berganti.example:${server.port}`,
      'the host header keeps the name',
    );
    t.equal(asked, 1, 'the name is resolved once');
    t.equal(server.connections(), 1);
  },
);

t.test('a redirect is not followed', async (t) => {
  const canary = await startLoopbackServer(t, (_request, response) => response.end());
  for (const status of [301, 302, 303, 307, 308]) {
    const server = await startLoopbackServer(t, (_request, response) => {
      response.writeHead(status, { location: `${canary.url}/` });
      response.end();
    });
    const fetching = fetchWith(t, { privateAddresses: 'allow' }, { url: server.url });
    await refusesWith(t, 'redirected', fetching, `status ${status}`);
  }
  t.equal(canary.connections(), 0);
});

t.test('an answer is used only with status 200, the asked type and without encoding', async (t) => {
  const server = await startLoopbackServer(t, (request, response) => {
    const kind = request.url?.slice(1) ?? '';
    if (kind === 'gzip') response.writeHead(200, { 'content-encoding': 'gzip' });
    else if (kind === 'html') response.writeHead(200, { 'content-type': 'text/html' });
    else response.writeHead(Number(kind));
    response.end('x');
  });
  const at = (path: string, accept?: string) =>
    fetchWith(
      t,
      { privateAddresses: 'allow' },
      { url: `${server.url}/${path}`, ...(accept === undefined ? {} : { accept }) },
    );
  for (const status of ['204', '206', '403', '404', '500', '503'])
    await refusesWith(t, 'http-status', at(status), status);
  await refusesWith(t, 'encoding-refused', at('gzip'), 'compressed');
  await refusesWith(t, 'content-type-wrong', at('html', 'application/ocsp-response'), 'another type');
});

t.test(
  'other statuses count where they are expected, and header fields of the caller never replace ours',
  async (t) => {
    const server = await startLoopbackServer(t, ({ headers }, response) => {
      response.writeHead(202).end(JSON.stringify(headers));
    });
    const headers = { 'teken-request': 'permintaan', 'accept-encoding': 'gzip', 'user-agent': 'lain' };
    const request = { url: server.url, statuses: [200, 202], headers };
    const told: unknown = JSON.parse(
      Buffer.from(await fetchWith(t, { privateAddresses: 'allow' }, request)).toString(),
    );
    t.match(told, { 'teken-request': 'permintaan', 'accept-encoding': 'identity', 'user-agent': 'teken' });
  },
);

t.test('the media type is compared without its parameters and case', async (t) => {
  const server = await startLoopbackServer(t, (_request, response) =>
    answerWith(response, 'Application/OCSP-Response; charset=binary', Uint8Array.of(7)),
  );
  const request = { url: server.url, accept: 'application/ocsp-response' };
  t.same(await fetchWith(t, { privateAddresses: 'allow' }, request), Uint8Array.of(7));
});

t.test('an answer that is too large is cut off, announced or not', async (t) => {
  let sent = 0;
  const server = await startLoopbackServer(t, (request, response) => {
    if (request.url === '/announced') {
      response.writeHead(200, { 'content-length': 1_000_000_000 });
      response.flushHeaders();
      return;
    }
    const chunk = Buffer.alloc(64 * 1024);
    const pump = () => {
      while (!response.destroyed && sent < 50_000_000) {
        sent += chunk.length;
        if (!response.write(chunk)) return void response.once('drain', pump);
      }
      response.end();
    };
    pump();
  });
  for (const path of ['announced', 'endless']) {
    const fetching = fetchWith(t, { privateAddresses: 'allow' }, { url: `${server.url}/${path}` });
    await refusesWith(t, 'too-large', fetching, path);
  }
  t.ok(sent < 20_000_000, 'the server could not send it all');
});

t.test('exactly the allowed size passes', async (t) => {
  const server = await startLoopbackServer(t, (_request, response) => response.end(Buffer.alloc(1024, 1)));
  t.equal((await fetchWith(t, { privateAddresses: 'allow' }, { url: server.url })).length, 1024);
});

t.test('one deadline covers the name, the connection, the head and the body', async (t) => {
  const silent = await startLoopbackServer(t, () => undefined);
  const dripping = await startLoopbackServer(t, (_request, response) => {
    const timer = setInterval(() => response.write('x'), 20);
    response.on('close', () => clearInterval(timer));
  });
  const allow = { privateAddresses: 'allow' } as const;
  const slowName = { ...allow, resolve: () => new Promise<never>(() => undefined) };
  const cases = [
    ['a name server that is silent', slowName, 'http://lambat.example/'],
    ['a server that is silent', allow, silent.url],
    ['a server that sends a byte now and then', allow, dripping.url],
  ] as const;
  for (const [what, options, url] of cases)
    await refusesWith(t, 'timeout', fetchWith(t, options, { url, timeoutMs: 150 }), what);
});

t.test('the caller can give up at any time', async (t) => {
  const silent = await startLoopbackServer(t, () => undefined);
  const controller = new AbortController();
  const request = { url: silent.url, signal: controller.signal };
  const fetching = fetchWith(t, { privateAddresses: 'allow' }, request);
  setTimeout(() => controller.abort(), 50);
  await refusesWith(t, 'aborted', fetching, 'during the wait');
  await refusesWith(t, 'aborted', fetchWith(t, { privateAddresses: 'allow' }, request), 'before the start');
});

t.test('what is not there is said to be not there', async (t) => {
  const allow = { privateAddresses: 'allow' } as const;
  const nowhere = { ...allow, resolve: async () => [] };
  await refusesWith(
    t,
    'name-not-found',
    fetchWith(t, nowhere, { url: 'http://tidak-ada.example/' }),
    'a name',
  );
  const gone = await startLoopbackServer(t, (_request, response) => response.destroy());
  await refusesWith(t, 'connection-failed', fetchWith(t, allow, { url: gone.url }), 'a connection cut');
});

t.test('a man in the middle with a certificate of his own gets nothing', async (t) => {
  const certificate = selfSignedFor('127.0.0.1');
  let requests = 0;
  const server = createTlsServer(certificate, (_request, response) => {
    requests += 1;
    response.end('dicegat');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const allow = { privateAddresses: 'allow' } as const;
  const url = `https://127.0.0.1:${port}/`;
  await refusesWith(t, 'tls-untrusted', fetchWith(t, allow, { url }), 'an unknown issuer');
  const trusting = { ...allow, tlsAuthorities: [certificate.cert] };
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
  await refusesWith(
    t,
    'tls-untrusted',
    fetchWith(t, { ...trusting, resolve }, { url: `https://tsa.example:${port}/` }),
    'a trusted certificate for another host',
  );
  t.equal(requests, 0, 'no request was sent');
  t.equal(
    Buffer.from(await fetchWith(t, trusting, { url })).toString(),
    'dicegat',
    'the right host is reached',
  );
});

function selfSignedFor(address: string): { key: string; cert: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const name = encodeName([Oid.commonName, 'TLS uji coba']);
  const ip = encodeElement(0x87, Uint8Array.from(address.split('.').map(Number)));
  const content = {
    serialNumber: Uint8Array.of(1),
    issuer: name,
    subject: name,
    validity: { notBefore: Date.now() - 3_600_000, notAfter: Date.now() + 3_600_000 },
    publicKeyInfo: publicKeyInfoOf(privateKey),
    extensions: [{ oid: Oid.subjectAltName, critical: false, value: encodeSequence(ip) }],
  };
  const der = encodeCertificate(content, privateKey, 'sha256');
  return {
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`,
  };
}
