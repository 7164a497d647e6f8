// After the service's seal was replaced: letters of the former one are still checked, and shown as such.

import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { readConfig } from '../../src/config.ts';
import { openSigner } from '../../src/index.ts';
import { letterCode } from '../../src/letters/letter-code.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { startServer } from '../../src/server.ts';
import { openServiceSeal } from '../../src/service-seal.ts';
import { seal as former } from '../audit/audit-in-folder.ts';
import { runTeken } from '../cli/development-place.ts';
import { pem } from '../pki/authority.ts';
import { pki } from '../sign/development-signer.ts';
import { makeRealPlace } from './real-service.ts';

const place = await makeRealPlace();
t.teardown(() => place.close());
const formerFile = join(place.folder, 'former.pem');
await writeFile(formerFile, pem('CERTIFICATE', Buffer.from(pki.service.certificate)));

const FACTS = {
  number: '000.1/77/Diskominfo',
  date: new Date().toISOString().slice(0, 10),
  subject: 'Undangan',
  signer: 'Pejabat Contoh (UJI COBA)',
  agency: 'Dinas Kominfo Contoh',
  contentSha256: new Uint8Array(createHash('sha256').update(place.letter).digest()),
  size: place.letter.length,
};

const backend = await openSigner(String(place.environment.TEKEN_SEAL_URI), {
  production: false,
  platform: nodePlatform,
});
const current = await openServiceSeal(backend, nodePlatform);
t.teardown(() => current.close());

const REPLACED = 'This seal has been replaced by another.';

async function pageOf(url: string, code: string): Promise<string> {
  return (await fetch(`${url}/qr?${new URLSearchParams({ code, lang: 'en' })}`)).text();
}

async function serve(t: Test, variables: Readonly<Record<string, string>>): Promise<string> {
  const config = readConfig({ ...place.environment, TEKEN_LOG_LEVEL: 'silent', ...variables });
  const server = await startServer(config);
  t.teardown(() => server.close());
  return server.url;
}

t.test(
  'the page believes a former seal, says that it was replaced, and says nothing of the sort of the current one',
  async (t) => {
    const url = await serve(t, { TEKEN_FORMER_SEALS_FILE: formerFile });
    const old = await pageOf(url, await letterCode(FACTS, former));
    t.match(old, 'This code is genuine');
    t.match(old, REPLACED);
    t.match(old, FACTS.number);
    const fresh = await pageOf(url, await letterCode(FACTS, current));
    t.match(fresh, 'This code is genuine');
    t.notMatch(fresh, REPLACED);
    const forged = await letterCode(FACTS, { ...former, sign: (message) => current.sign(message) });
    const refused = await pageOf(url, forged);
    t.match(refused, 'FORGED', 'a former seal too is held to its key');
    t.notMatch(refused, FACTS.number);
    const beyond = await pageOf(url, await letterCode({ ...FACTS, date: '2060-01-01' }, former));
    t.match(beyond, 'outside the time in which the seal was in force');
  },
);

t.test(
  'without the setting a former seal is nobody’s, and a service without a seal may know former ones',
  async (t) => {
    const code = await letterCode(FACTS, former);
    t.match(await pageOf(await serve(t, {}), code), 'sealed by a service that is not known here');
    const url = await serve(t, { TEKEN_SEAL_URI: '', TEKEN_FORMER_SEALS_FILE: formerFile });
    t.match(await pageOf(url, code), REPLACED);
  },
);

t.test(
  'a file that holds a key, no certificate, or one that never sealed keeps the service from starting',
  async (t) => {
    const { privateKey, certificate } = pki.service;
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const files: readonly (readonly [text: string, reason: string])[] = [
      [pem('CERTIFICATE', Buffer.from(certificate)) + key, 'private key'],
      ['', 'no certificate'],
      [pem('CERTIFICATE', Buffer.from('bukan sertifikat')), 'what is no certificate'],
      [pem('CERTIFICATE', Buffer.from(pki.signers.pejabat.certificate)), 'not P-256'],
    ];
    for (const [text, reason] of files) {
      const file = join(place.folder, 'salah.pem');
      await writeFile(file, text);
      await t.rejects(
        serve(t, { TEKEN_FORMER_SEALS_FILE: file }),
        { code: 'former-seals-unusable', message: reason },
        reason,
      );
    }
  },
);

t.test('the command line tells a former seal from a current one', async (t) => {
  const code = await letterCode(FACTS, former);
  const text = await runTeken(['qr', '--former-seal', formerFile, '--lang', 'en', code]);
  t.equal(text.exit, 0, text.err);
  t.match(text.out, REPLACED);
  const json = await runTeken(['qr', '--former-seal', formerFile, '-f', 'json', code]);
  t.match(JSON.parse(json.out), { genuine: true, seal: 'former' });
  const asCurrent = await runTeken(['qr', '--seal', formerFile, '-f', 'json', code]);
  t.match(JSON.parse(asCurrent.out), { genuine: true, seal: 'current' });
  t.match(await runTeken(['qr', code]), { exit: 2, err: '[option-missing]' });
});
