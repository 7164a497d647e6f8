// A letter behind the address of its QR code: fetched on request from a listed host alone, judged, and told where it came from.

import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { type RealService, signedLetter, startRealService } from './real-service.ts';

interface Agency {
  readonly url: string;
  readonly asked: string[];
  close(): void;
}

/** An agency's server: the letter, a page instead of it, and an address that sends elsewhere. */
async function startAgency(letter: () => Buffer): Promise<Agency> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    if (path.startsWith('/surat')) response.setHeader('content-type', 'application/pdf').end(letter());
    else if (path === '/pindah') response.writeHead(302, { location: '/surat.pdf' }).end();
    else if (path === '/besar') response.end(Buffer.alloc(2 * 1024 * 1024));
    else if (path === '/laman') response.setHeader('content-type', 'text/html').end('<p>Silakan masuk</p>');
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, close: () => server.close() };
}

function follow(service: RealService, link: string, language = 'id'): Promise<Response> {
  const form = new FormData();
  form.append('link', link);
  return fetch(`${service.url}/qr?lang=${language}`, { method: 'POST', body: form });
}

t.test('letters behind a QR code', async (t) => {
  let letter: Buffer = Buffer.alloc(0);
  const agency = await startAgency(() => letter);
  const service = await startRealService(
    { TEKEN_MAX_UPLOAD_MB: '1' },
    {
      arrange: async ({ clientsFile }) => {
        const path = join(clientsFile, '..', 'page.json');
        const page = { agency: 'Kabupaten Contoh', letterHosts: ['127.0.0.1'] };
        await writeFile(path, JSON.stringify(page));
        return { TEKEN_PAGE_FILE: path };
      },
    },
  );
  t.teardown(async () => {
    await service.close();
    agency.close();
  });
  letter = await signedLetter(service);

  await t.test('the host is shown before anything is fetched', async (t) => {
    const shown = await fetch(`${service.url}/qr?code=${encodeURIComponent(`${agency.url}/surat.pdf`)}`);
    const body = await shown.text();
    t.match(body, /<p class="host">127\.0\.0\.1<\/p>/);
    t.match(body, /<button type="submit" class="primary">Ambil dan periksa surat/);
    t.same(agency.asked, []);
  });

  await t.test('the letter is judged, and the result says where it came from', async (t) => {
    const answer = await follow(service, `${agency.url}/surat.pdf`);
    const body = await answer.text();
    t.equal(answer.status, 200);
    t.equal(answer.headers.get('cache-control'), 'no-store');
    t.match(body, /diambil dari <strong>127\.0\.0\.1<\/strong>/);
    t.match(body, /<h1 id="verdict" tabindex="-1">Tanda tangan elektronik valid/);
    t.match(body, /<strong>surat\.pdf<\/strong>/);
  });

  await t.test('any other host is not followed, and its name is told', async (t) => {
    const code = encodeURIComponent('https://sidacontohprov.id/surat/1');
    const body = await (await fetch(`${service.url}/qr?code=${code}`)).text();
    t.match(body, /Alamat ini bukan domain resmi Kabupaten Contoh\./);
    t.match(body, /<p class="host">sidacontohprov\.id<\/p>/);
    t.notMatch(body, /name="link"/);
    t.equal((await follow(service, 'https://sidacontohprov.id/surat/1')).status, 400);
    t.equal((await follow(service, 'file:///etc/passwd')).status, 400);
    t.equal((await follow(service, 'bukan alamat')).status, 400);
  });

  await t.test(
    'an address that sends elsewhere, is too large, gone or no letter is told as that',
    async (t) => {
      for (const [path, status, words] of [
        ['/pindah', 503, /Surat tidak dapat diambil/],
        ['/besar', 413, /Ukuran berkas maksimal 1 MB/],
        ['/tidak-ada', 503, /Surat tidak dapat diambil/],
        ['/laman', 415, /Berkas harus berupa PDF/],
      ] as const) {
        const before = agency.asked.length;
        const answer = await follow(service, `${agency.url}${path}`);
        t.equal(answer.status, status, path);
        t.match(await answer.text(), words, path);
        t.same(agency.asked.slice(before), [path], 'one exchange, no redirect is followed');
      }
    },
  );
});

t.test('where no hosts are listed nothing is ever fetched', async (t) => {
  const service = await startRealService();
  t.teardown(() => service.close());
  const code = encodeURIComponent('https://sida.contohprov.go.id/surat/1');
  const body = await (await fetch(`${service.url}/qr?code=${code}&lang=en`)).text();
  t.match(body, /not an official domain of an agency that is listed here/);
  t.equal((await follow(service, 'https://sida.contohprov.go.id/surat/1')).status, 400);
});
